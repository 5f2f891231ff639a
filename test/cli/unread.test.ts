/** What is given and can't be read at all: named, counted, and in the exit code; what can be read is read. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { lines } from '../adapters/made-archives.ts';
import { temporaryFolder } from '../ingest/temporary-lake.ts';
import { ascribe } from './run.ts';

const root = temporaryFolder();

test('a pipe, a socket and a link to nothing are named and counted by every command that reads logs', async () => {
  const folder = join(root, 'odd');
  mkdirSync(folder);
  writeFileSync(join(folder, 'access.log'), lines(1, 5));
  execFileSync('mkfifo', [join(folder, 'pipe')]);
  symlinkSync('nowhere', join(folder, 'dangling'));
  symlinkSync('access.log', join(folder, 'same.log'));
  const socket = createServer().listen(join(folder, 'socket'));
  try {
    const out = join(root, 'out');
    const lake = ['--lake', join(out, 'lake')];
    for (const args of [
      ['investigate', folder, '--out', out],
      ['ingest', folder, ...lake],
      ['reingest', folder, ...lake],
    ]) {
      const { code, err, out: table } = await ascribe(args);
      assert.equal(code, 1, err);
      assert.match(err, /pipe is no file but a pipe: write what it gives to a file, and give that\./);
      assert.match(err, /socket is no file but a socket: /);
      assert.match(err, /dangling is a link to nowhere, which is not there: give the file itself\./);
      assert.match(err, /\nascribe: not all that was given could be read: .*\n$/);
      assert.doesNotMatch(err, /same\.log/);
      if (args[0] !== 'investigate') assert.match(table, /^3 could not be read: the reasons are above\.$/m);
      if (args[0] !== 'ingest') continue;
      const { refused } = JSON.parse(readFileSync(join(out, 'report.json'), 'utf8'));
      assert.deepEqual(
        refused.map(({ object }: { object: string }) => object.slice(object.lastIndexOf('/') + 1)),
        ['dangling', 'pipe', 'socket'],
      );
    }
  } finally {
    socket.close();
  }
});

test('a pipe that is given by itself is nothing to read', async () => {
  const pipe = join(root, 'alone');
  execFileSync('mkfifo', [pipe]);
  const { code, err } = await ascribe(['ingest', pipe, '--lake', join(root, 'none')]);
  assert.equal(code, 1);
  assert.match(err, /alone is no file but a pipe: .*\nascribe: there is nothing to read/);
});

test('a log that is refused is in custody, and no reason to fail beside others', async () => {
  const folder = join(root, 'mixed');
  mkdirSync(folder);
  writeFileSync(join(folder, 'access.log'), lines(1, 5));
  writeFileSync(join(folder, 'note.txt'), 'no log\n');
  const { code, out, err } = await ascribe(['ingest', folder, '--lake', join(root, 'lake')]);
  assert.equal(code, 0, err);
  assert.match(out, /^1 refused: the reasons are above\.$/m);
  assert.doesNotMatch(out, /could not be read/);
});
