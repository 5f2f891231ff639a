/** A lake that is made anew, and who writes into it at that time. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { PROCESS_NAME } from '../../src/adapters/process-name.ts';
import { apacheLine } from '../ingest/lines.ts';
import { temporaryFolder } from '../ingest/temporary-lake.ts';
import { officerKey } from './officer-key.ts';
import { ascribe, assertSentence, digests, entry } from './run.ts';

const root = temporaryFolder();
const log = join(root, 'access.log');
const lake = join(root, 'lake');
const staging = join(lake, '.staging');
const [here] = PROCESS_NAME.split('-') as [string];
/** Of a process that has ended. */
const gone = `${here}-${spawnSync(process.execPath, ['-e', '']).pid}`;
const content = (): Map<string, string> => digests(lake, (path) => !path.startsWith('.staging'));

before(async () => {
  writeFileSync(log, `${apacheLine()}\n`);
  const ran = await ascribe(['ingest', log, '--lake', lake]);
  assert.equal(ran.code, 0, ran.err);
  assert.deepEqual(readdirSync(staging), [], 'who has ended leaves no mark');
});

/** Stops a command once it has left its mark in the lake, lets another run, and gives what became of the first. */
async function beside(
  args: readonly string[],
  { kind, during }: { kind: 'anew' | 'writes'; during(pid: number): Promise<void> },
): Promise<number | null> {
  const child = spawn(process.execPath, [entry, ...args], { stdio: 'ignore' });
  const closed = once(child, 'close');
  const name = `${kind}-${here}-${child.pid}`;
  while (!readdirSync(staging).includes(name) && child.exitCode === null) await pause(1);
  child.kill('SIGSTOP');
  try {
    await during(child.pid!);
  } finally {
    child.kill('SIGCONT');
  }
  const [code] = await closed;
  return code as number | null;
}

test('who would write into a lake that is being made anew is refused, and nothing is written', async () => {
  const key = await officerKey(root);
  const anew = ['reingest', log, '--lake', lake, '--trusted-proxies', '198.51.100.0/24'];
  const code = await beside(anew, {
    kind: 'anew',
    async during(pid) {
      const was = content();
      const says = new RegExp(
        `lake is being made anew by process ${pid}: wait .* remove .*\\.staging/anew-${here}-${pid}\\.`,
      );
      assertSentence(await ascribe(['ingest', log, '--lake', lake]), says);
      assertSentence(await ascribe(['seal', ...key, '--lake', lake]), says);
      assertSentence(
        await ascribe(['reingest', log, '--lake', lake]),
        /is being made anew by process \d+ already: wait until that has ended/,
      );
      assert.deepEqual(content(), was);
    },
  });
  assert.equal(code, 0);
  assert.deepEqual(readdirSync(root).sort(), [
    'access.log',
    'lake',
    'officer.key',
    'officer.key.pub',
    'passphrase',
  ]);
  const checked = await ascribe(['custody', 'check', '--lake', lake]);
  assert.equal(checked.code, 0, checked.out);
});

test('a lake that somebody writes into is not made anew', async () => {
  const more = join(root, 'more.log');
  writeFileSync(more, `${apacheLine({ ip: '198.51.100.9' })}\n`);
  const ingest = ['ingest', more, '--lake', lake, '--trusted-proxies', '198.51.100.0/24'];
  const code = await beside(ingest, {
    kind: 'writes',
    async during(pid) {
      assertSentence(
        await ascribe(['reingest', log, '--lake', lake]),
        new RegExp(`cannot be made anew while process ${pid} writes into it: wait until that has ended`),
      );
      const other = await ascribe(ingest);
      assert.equal(other.code, 0, other.err);
    },
  });
  assert.equal(code, 0, 'two that write go on beside each other');
});

test('what a killed process left holds nobody up, that of another machine does', async () => {
  const reingest = ['reingest', log, join(root, 'more.log'), '--lake', lake];
  for (const kind of ['anew', 'writes']) writeFileSync(join(staging, `${kind}-${gone}`), '');
  const ran = await ascribe(reingest);
  assert.equal(ran.code, 0, ran.err);
  writeFileSync(join(staging, `anew-${gone}`), '');
  const ingested = await ascribe(['ingest', log, '--lake', lake]);
  assert.equal(ingested.code, 0, ingested.err);
  assert.deepEqual(readdirSync(staging), [], 'it was removed');
  const elsewhere = join(staging, `writes-${[...here].reverse().join('')}-1`);
  writeFileSync(elsewhere, '');
  assertSentence(await ascribe(reingest), /while process 1 writes into it: .* remove .*writes-/);
  rmSync(elsewhere);
});
