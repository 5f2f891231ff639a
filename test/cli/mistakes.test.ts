/** What a person gives by mistake, or takes away too early: a sentence, and never a stack. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { tar } from '../adapters/made-archives.ts';
import { albLine, apacheLine } from '../ingest/lines.ts';
import { temporaryFolder } from '../ingest/temporary-lake.ts';
import { ascribe, assertSentence, entry } from './run.ts';

const root = temporaryFolder();
const log = Array.from(
  { length: 4800 },
  (_, index) => `${apacheLine({ ip: `198.51.100.${index % 40}` })}\n`,
).join('');
const good = join(root, 'access.log');
writeFileSync(good, log);

let runs = 0;
function out(): string {
  runs += 1;
  return join(root, `out-${runs}`);
}

test('a file in the place of a lake, and one in the place of a package, are sentences', async () => {
  const file = join(root, 'a-file');
  writeFileSync(file, 'x');
  for (const lake of [file, join(file, 'below')])
    assertSentence(await ascribe(['ingest', good, '--lake', lake]), /is a file where a folder should be/);
  assertSentence(await ascribe(['verify', file]), /is a file where a folder should be/);
});

test('a log that is given as the lake too is said to be that', async () => {
  assertSentence(
    await ascribe(['ingest', good, '--lake', good]),
    /access\.log is in what --lake or --out names, where no log is read from: .*\n.*nothing to read/,
  );
});

test('a log that the lake does not have is named, with those that it has', async () => {
  const lake = out();
  assert.equal((await ascribe(['ingest', good, '--lake', lake])).code, 0);
  const asked = ['query', 'origin/countries', '--lake', lake];
  assertSentence(
    await ascribe([...asked, '--source', 'apache-combined']),
    /has no log "apache-combined" of that time; it has apache-combined:web/,
  );
  const alone = await ascribe(asked);
  assert.deepEqual([alone.code, alone.err], [0, '']);
  const alb = join(root, 'alb.log');
  writeFileSync(alb, `${albLine()}\n`);
  assert.equal((await ascribe(['ingest', alb, '--lake', lake])).code, 0);
  const oneOfTwo = await ascribe(asked);
  assert.equal(oneOfTwo.code, 0);
  assert.match(
    oneOfTwo.err,
    /^Reads the log aws-alb:.*\. With --source it reads another: apache-combined:web\.$/m,
  );
});

test('an archive in an archive is refused, and no log with damage', async () => {
  const inner = tar([{ name: 'access.log', content: log }]);
  const outer = tar([{ name: 'inner.tar', content: readFileSync(inner.file, 'latin1') }]);
  const lake = out();
  assertSentence(
    await ascribe(['ingest', outer.file, '--lake', lake]),
    /inner\.tar holds an archive, and only a file of its own is opened as one: unpack it/,
  );
});

test('a reader who leaves ends the output, and it is no error', async () => {
  const lake = out();
  assert.equal((await ascribe(['ingest', good, '--lake', lake])).code, 0);
  const read = spawn(process.execPath, [
    entry,
    'sql',
    'select * from http_activity',
    '--format',
    'csv',
    '--lake',
    lake,
  ]);
  let err = '';
  read.stderr.on('data', (bytes) => {
    err += bytes;
  });
  read.stdout.once('data', () => read.stdout.destroy());
  const [code] = await once(read, 'close');
  assert.deepEqual([code, err], [0, '']);
});

test('an ingest that is interrupted says what was done and how to go on', async () => {
  const folder = join(root, 'many');
  mkdirSync(folder);
  for (let file = 0; file < 400; file += 1)
    writeFileSync(join(folder, `${file}.log`), `${log}${apacheLine({ request: `GET /${file} HTTP/1.1` })}\n`);
  const lake = out();
  const run = spawn(process.execPath, [entry, 'ingest', folder, '--lake', lake]);
  let err = '';
  run.stderr.on('data', (bytes) => {
    err += bytes;
    if (/^Read \d/m.test(err)) run.kill('SIGINT');
  });
  const [, signal] = await once(run, 'close');
  assert.equal(signal, 'SIGINT');
  assert.match(err, /^Interrupted: \d+ of 400 objects were done\. Run the same command again to go on\.$/m);
});

test('what says how rows are made is refused where they are made', async () => {
  const lake = out();
  assert.equal((await ascribe(['ingest', good, '--lake', lake])).code, 0);
  assertSentence(
    await ascribe(['investigate', '--lake', lake, '--trusted-proxies', 'cloudflare', '--out', out()]),
    /--trusted-proxies would change nothing of them: .*"ascribe reingest LOGS --lake /,
  );
  assertSentence(
    await ascribe([
      'investigate',
      '--lake',
      lake,
      '--out',
      out(),
      '--from',
      '2031-01-01',
      '--until',
      '2031-01-02',
    ]),
    /no event lies between 2031-01-01T00:00:00\.000Z and /,
  );
});

test('a path behind --trusted-proxies is named as what it was taken for', async () => {
  for (const command of ['ingest', 'investigate', 'reingest'])
    assertSentence(
      await ascribe([command, '--trusted-proxies', 'cloudflare', good]),
      /access\.log was taken for a trusted proxy: give paths before --trusted-proxies/,
    );
});

test('a command that is wrong ends with 2, whatever it is wrong in', async () => {
  const lake = out();
  assert.equal((await ascribe(['ingest', good, '--lake', lake])).code, 0);
  for (const args of [
    ['query', 'origin/countries', '-p', 'nothing=1', '--lake', lake],
    ['query', 'origin/nothing', '--lake', lake],
    ['investigate', '--lake', lake, '--day', '2019-13-40'],
    ['ingest', good, '--lake', out(), '--trusted-proxies', 'nobody'],
  ]) {
    const ran = await ascribe(args);
    assert.equal(ran.code, 2, ran.err);
    assertSentence(ran, /^ascribe: /m);
  }
});

test('a place where no folder can be is a sentence, at once', {
  skip: !existsSync('/proc/self'),
}, async () => {
  assertSentence(
    await ascribe(['ingest', good, '--lake', '/proc/ascribe/lake']),
    /give a folder that you may write to/,
  );
});
