/** A disk that is full while a lake is written, on a file system of a few megabytes. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createRandom } from '../../src/simulate/random.ts';
import { apacheLine } from '../ingest/lines.ts';
import { ascribe, assertSentence, digests, entry } from './run.ts';

const root = mkdtempSync(join(tmpdir(), 'ascribe-disk-'));
const disk = join(root, 'disk');
mkdirSync(disk);
const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', disk]).status === 0;
after(() => {
  if (mounted) spawnSync('umount', [disk]);
  rmSync(root, { recursive: true, force: true });
});

const all = (): boolean => true;

test('a full disk is said, the lake stays as it was, and with room it goes on', {
  skip: mounted ? false : 'only who may mount a file system can fill one',
}, async () => {
  const random = createRandom(1, 'disk');
  const text = (count: number) =>
    `${Array.from({ length: count }, () => apacheLine({ request: `GET /${random.below(2 ** 30)}/${random.below(2 ** 30)} HTTP/1.1` })).join('\n')}\n`;
  const [small, large] = [join(root, 'small.log'), join(root, 'large.log')];
  writeFileSync(small, text(50));
  writeFileSync(large, text(300_000));
  const lake = join(disk, 'lake');
  assert.equal((await ascribe(['ingest', small, '--lake', lake])).code, 0);
  const before = digests(lake, all);
  const full = await ascribe(['ingest', large, '--lake', lake]);
  assert.equal(full.code, 1, full.out);
  assert.match(full.err, /the disk is full/);
  assert.doesNotMatch(full.err, /^\s+at .+:\d+:\d+\)?$/m, 'no stack');
  assert.deepEqual(
    digests(lake, (path) => !path.startsWith('.staging')),
    before,
  );
  assert.equal(spawnSync('mount', ['-o', 'remount,size=200m', disk]).status, 0);
  const again = await ascribe(['ingest', large, '--lake', lake]);
  assert.equal(again.code, 0, again.err);
  const count = await ascribe(['sql', 'select count(*) as n from http_activity', '--lake', lake, '--csv']);
  assert.equal(count.out, 'n\n300050\n');
});

test('an output that cannot be written is a sentence', {
  skip: existsSync('/dev/full') ? false : 'no device here is always full',
}, async () => {
  const log = join(root, 'one.log');
  writeFileSync(log, `${apacheLine({})}\n`);
  const lake = join(root, 'lake');
  const full = openSync('/dev/full', 'w');
  for (const command of [
    ['ingest', log, '--lake', lake],
    ['sql', 'select 1', '--lake', lake],
    ['custody', 'check', '--lake', lake, '--json'],
  ]) {
    const ran = spawnSync(process.execPath, [entry, ...command], {
      stdio: ['ignore', full, 'pipe'],
      encoding: 'utf8',
    });
    assert.equal(ran.status, 1);
    assertSentence(
      { code: ran.status, signal: ran.signal, out: '', err: ran.stderr },
      /^ascribe: the standard output could not be written \(ENOSPC.*\): send it where there is room/m,
    );
  }
  closeSync(full);
  assert.equal((await ascribe(['custody', 'check', '--lake', lake])).code, 0);
});
