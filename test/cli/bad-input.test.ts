import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { formatAssets } from '../../src/adapters/assets.ts';
import { ascribe, assertSentence } from './run.ts';

const root = mkdtempSync(join(tmpdir(), 'ascribe-bad-'));
after(() => rmSync(root, { recursive: true, force: true }));

const line = (minute: number, second: number): string =>
  `198.51.100.${1 + (second % 40)} - - [11/Nov/2019:${String(10 + Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}:${String(second).padStart(2, '0')} +0000] "GET /page-${second % 7} HTTP/1.1" 200 512 "-" "Mozilla/5.0"`;

/** Eight quiet hours, a request every six seconds. */
const lines = Array.from({ length: 4800 }, (_, index) => line(Math.floor(index / 10), (index % 10) * 6));
const log = `${lines.join('\n')}\n`;
const good = join(root, 'good', 'access.log');
mkdirSync(join(root, 'good'));
writeFileSync(good, log);

let runs = 0;
function out(): string {
  runs += 1;
  return join(root, `out-${runs}`);
}

test('ascribe alone shows the commands, and each has help with an example', async () => {
  const alone = await ascribe([]);
  assert.equal(alone.code, 0);
  const names = [...alone.out.matchAll(/^ {2}(\w+) /gm)]
    .map((match) => match[1]!)
    .filter((name) => name !== 'help');
  assert.ok(names.length >= 9, names.join(' '));
  for (const name of names) {
    const help = await ascribe([name, '--help']);
    assert.equal(help.code, 0);
    assert.match(help.out, /Example:\n {2}\$ ascribe /, name);
  }
});

test('no path, an unknown option and an unknown command are wrong commands', async () => {
  for (const args of [['investigate'], ['ingest'], ['investigate', good, '--frobnicate'], ['frobnicate']]) {
    const ran = await ascribe(args);
    assert.equal(ran.code, 2, args.join(' '));
    assert.match(ran.err, /^(error|ascribe): .*--help/s);
  }
});

test('a path that does not exist and an empty folder are named', async () => {
  assertSentence(
    await ascribe(['investigate', join(root, 'nowhere'), '--out', out()]),
    /nowhere does not exist: check the path/,
  );
  mkdirSync(join(root, 'empty'));
  assertSentence(
    await ascribe(['investigate', join(root, 'empty'), '--out', out()]),
    /empty holds no file: .*\n.*nothing to read/,
  );
});

test('a file that is no log is refused in a sentence, and in custody with the reason of each that was tried', async () => {
  const poem = join(root, 'poem.txt');
  writeFileSync(poem, 'Shall I compare thee\nto a summer day\n');
  const place = out();
  const ran = await ascribe(['investigate', poem, '--out', place]);
  assertSentence(
    ran,
    /Refused: .*poem\.txt is of no known format, nor near to one of the \d+ \(ascribe formats lists them\)\.\n/,
  );
  const custody = join(place, 'lake', 'custody');
  const [record] = readdirSync(custody, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.json'),
  );
  const { refused } = JSON.parse(readFileSync(join(custody, record!), 'utf8')) as {
    refused: { reason: string };
  };
  for (const { id } of formatAssets()) assert.match(refused.reason, new RegExp(`${id}: record 1 lacks `));
});

test('what can be read is read, beside what cannot', async () => {
  const folder = join(root, 'mixed');
  mkdirSync(folder);
  writeFileSync(join(folder, 'access.log'), log);
  writeFileSync(join(folder, 'empty.log'), '');
  writeFileSync(
    join(folder, 'noise.bin'),
    Buffer.from(Array.from({ length: 999 }, (_, index) => (index * 7919) % 256)),
  );
  const place = out();
  const ran = await ascribe(['investigate', folder, '--out', place]);
  assert.equal(ran.code, 0, ran.err);
  assert.match(ran.err, /Refused: .*empty\.log is empty/);
  assert.match(ran.err, /Refused: .*noise\.bin is of no known format/);
  const report = JSON.parse(readFileSync(join(place, 'report.json'), 'utf8'));
  assert.equal(report.finding, 'no-attack');
  assert.equal(report.ledger.length, 1);
  assert.equal(report.ledger[0].rows, 4800);
  assert.deepEqual(
    report.refused.map((refusal: { object: string }) => refusal.object),
    ['empty.log', 'noise.bin'],
  );
});

test('a truncated gzip gives all its whole records, and says where it ended', async () => {
  const cut = join(root, 'cut.log.gz');
  const bytes = gzipSync(log);
  writeFileSync(cut, bytes.subarray(0, Math.floor(bytes.length * 0.6)));
  const place = out();
  const ran = await ascribe(['investigate', cut, '--out', place]);
  assert.equal(ran.code, 0, ran.err);
  assert.match(ran.err, /Damaged: .*cut\.log\.gz: gzip damaged: unexpected end of file/);
  const [entry] = JSON.parse(readFileSync(join(place, 'report.json'), 'utf8')).ledger;
  assert.ok(entry.rows > 500 && entry.rows < 4800, `${entry.rows} rows`);
  assert.equal(entry.records, entry.rows + entry.rejects);
  assert.match(entry.damage, /unexpected end/);
});

test('a folder without permission is named, and the rest is read', {
  skip: process.getuid?.() === 0 && !canDropRights(),
}, async () => {
  const folder = join(root, 'closed');
  mkdirSync(join(folder, 'secret'), { recursive: true });
  writeFileSync(join(folder, 'access.log'), log);
  chmodSync(root, 0o755);
  chmodSync(join(folder, 'secret'), 0);
  const place = out();
  mkdirSync(place);
  chmodSync(place, 0o777);
  const ran = await ascribe(['investigate', folder, '--out', place], unprivileged());
  assert.equal(ran.code, 1, ran.err);
  assert.match(ran.err, /^ascribe: not all that was given could be read: /m);
  assert.match(ran.err, /secret may not be read by this user/);
  const report = JSON.parse(readFileSync(join(place, 'report.json'), 'utf8'));
  assert.match(report.refused[0].object, /secret$/);
  assertSentence(
    await ascribe(['investigate', good, '--out', join(folder, 'secret', 'report')], unprivileged()),
    /--out/,
  );
});

test('a full disk is said, what was committed stays, and the same command goes on', {
  skip: !canMount(),
}, async () => {
  const disk = join(root, 'disk');
  const big = join(root, 'big');
  mkdirSync(big);
  for (let part = 0; part < 12; part += 1)
    writeFileSync(join(big, `${part}.log`), log.replaceAll('page-', `page-${part}-`));
  const script = [
    `mkdir -p ${disk} && mount -t tmpfs -o size=900k none ${disk} || exit 99`,
    '"$@"; echo "first $?"',
    `ls ${disk}/report/lake/.staging/* 2>/dev/null | wc -l; mount -o remount,size=64m ${disk}`,
    '"$@"; echo "second $?"',
  ].join('\n');
  const ran = await ascribe(['investigate', big, '--out', join(disk, 'report')], {
    argv0: ['unshare', '--mount', 'sh', '-c', script, 'sh'],
  });
  assert.match(ran.err, /ascribe: the disk is full .*run the same command again/);
  assert.doesNotMatch(ran.err, /^\s+at .+:\d+:\d+\)?$/m, 'no stack');
  assert.match(ran.out, /^first 1\n/, 'it fails');
  assert.match(ran.out, /Report: .*\nsecond 0\n$/, 'with more room the same command ends');
});

test('a window without events says when there are some', async () => {
  const ran = await ascribe([
    'investigate',
    good,
    '--out',
    out(),
    '--from',
    '2020-01-01',
    '--until',
    '2020-01-02',
  ]);
  assertSentence(
    ran,
    /no event lies between 2020-01-01T00:00:00.000Z and .*the logs hold events from 2019-11-11T10:00:00.000Z/,
  );
});

test('a window forced by the analyst is reported as such', async () => {
  const place = out();
  const ran = await ascribe([
    'investigate',
    good,
    '--out',
    place,
    '--from',
    '2019-11-11T12:00:00Z',
    '--until',
    '2019-11-11T12:30:00Z',
  ]);
  assert.equal(ran.code, 0, ran.err);
  const report = JSON.parse(readFileSync(join(place, 'report.json'), 'utf8'));
  assert.equal(report.windows.length, 0);
  assert.match(report.surges[0].sentence, /given by the analyst, past the detector/);
});

test('times, labels, seeds, networks and MMDB files that are none are named', async () => {
  const wrong: [string[], RegExp][] = [
    [['--from', 'yesterday', '--until', '2019-11-11'], /--from "yesterday" is no time/],
    [['--from', '2019-11-11'], /give both --from and --until/],
    [['--from', '2019-11-12', '--until', '2019-11-11'], /is not before/],
    [['--tlp', 'TLP:PINK'], /is no TLP 2.0 label/],
    [['--networks', join(root, 'none.csv')], /none\.csv does not exist/],
    [['--networks', good], /access\.log, line 1: expected the header cidr,asn/],
    [['--country-mmdb', good], /access\.log is no MaxMind database/],
  ];
  for (const [options, says] of wrong)
    assertSentence(await ascribe(['investigate', good, '--out', out(), ...options]), says);
  assertSentence(await ascribe(['simulate', 'labour-1983', '--out', out()]), /the scenarios are labour-2019/);
  assertSentence(await ascribe(['demo', '--seed', 'x', '--out', out()]), /is no seed/);
  for (const scale of ['0', '-1', 'x'])
    assertSentence(
      await ascribe(['simulate', 'flows-quiet', `--scale=${scale}`, '--out', out()]),
      /is no scale: give a number from 0\.0001/,
    );
});

test('a query, a lake or a thing that is not there is named', async () => {
  const place = out();
  assert.equal((await ascribe(['investigate', good, '--out', place])).code, 0);
  const lake = ['--lake', join(place, 'lake')];
  assertSentence(
    await ascribe(['query', 'origin/sources', '--lake', join(root, 'nowhere')]),
    /there is no lake at .*nowhere/,
  );
  assertSentence(await ascribe(['query', 'origins', ...lake]), /there is no query "origins"/);
  assertSentence(await ascribe(['query', 'sources', ...lake]), /did you mean origin\/sources/);
  assertSentence(
    await ascribe(['query', 'origin/sources', '-p', 'from_time=noon', ...lake]),
    /--param from_time "noon" is no time: write it as/,
  );
  assertSentence(
    await ascribe(['query', 'origin/sources', '-p', 'nothing=1', ...lake]),
    /has no parameter "nothing"/,
  );
  assertSentence(await ascribe(['sql', 'select nonsense', ...lake]), /DuckDB: .*nonsense/s);
  assertSentence(
    await ascribe(['show', '203.0.113.9', ...lake]),
    /the lake has nothing of ip 203\.0\.113\.9/,
  );
  assertSentence(await ascribe(['show', '198.51.100.0/25', ...lake]), /prefixes of \/24/);
  assertSentence(await ascribe(['verify', join(root, 'good')]), /good is no BagIt package/);
  const json = await ascribe(['query', 'origin/sources', '--json', ...lake]);
  assert.equal(JSON.parse(json.out).length, 10);
  const csv = await ascribe(['query', 'technique/paths', '--csv', ...lake]);
  assert.equal(csv.out.trimEnd().split('\n').length, 8);
});

function canDropRights(): boolean {
  return process.getuid?.() === 0 && process.platform === 'linux';
}

/** As nobody, where the tests run as root: root may read everything. */
function unprivileged(): { argv0?: string[]; env?: NodeJS.ProcessEnv } {
  if (process.getuid?.() !== 0) return {};
  const home = join(root, 'home');
  mkdirSync(home, { recursive: true });
  chmodSync(home, 0o777);
  return {
    argv0: ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'],
    env: { HOME: home, XDG_CACHE_HOME: home },
  };
}

function canMount(): boolean {
  return process.getuid?.() === 0 && process.platform === 'linux';
}
