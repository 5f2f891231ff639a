/** An ingest that a signal ends: custody tells of all that is in the lake, and the number that is said is true. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { apacheLine } from '../ingest/lines.ts';
import { temporaryFolder } from '../ingest/temporary-lake.ts';
import { ascribe, entry } from './run.ts';

const LOGS = 64;

const root = temporaryFolder();
const logs = join(root, 'logs');
mkdirSync(logs);
for (let file = 0; file < LOGS; file += 1) {
  const line = apacheLine({ request: `GET /${file} HTTP/1.1` });
  writeFileSync(join(logs, `${file}.log`), `${line}\n`.repeat(2000));
}

const markersIn = (lake: string): number => {
  try {
    return readdirSync(join(lake, 'objects')).length;
  } catch {
    return 0;
  }
};

for (const signal of ['SIGTERM', 'SIGINT'] as const)
  test(`${signal} between the markers of objects and their custody waits for that`, async () => {
    const lake = join(root, signal);
    const run = spawn(process.execPath, [entry, 'ingest', logs, '--lake', lake]);
    let err = '';
    run.stderr.on('data', (bytes) => {
      err += bytes;
    });
    const closed = once(run, 'close');
    while (markersIn(lake) === 0 && run.exitCode === null) await setImmediate();
    run.kill(signal);
    const [, by] = await closed;
    assert.equal(by, signal, err);
    const committed = markersIn(lake);
    assert.ok(committed < LOGS, 'it was ended before its end');
    assert.match(err, new RegExp(`^Interrupted: ${committed} of ${LOGS} objects were done\\.`, 'm'));
    const held = await ascribe(['custody', 'check', '--lake', lake, '--json']);
    const { agreeing, differences } = JSON.parse(held.out);
    assert.deepEqual({ agreeing, unknown: differences.unknown }, { agreeing: committed, unknown: [] });
    const again = await ascribe(['ingest', logs, '--lake', lake]);
    assert.equal(again.code, 0, again.err);
    assert.equal((await ascribe(['custody', 'check', '--lake', lake])).code, 0);
  });
