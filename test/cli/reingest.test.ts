import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { ascribe, digests, type Ran } from './run.ts';

const root = mkdtempSync(join(tmpdir(), 'ascribe-reingest-'));
after(() => rmSync(root, { recursive: true, force: true }));

const lines = Array.from(
  { length: 40 },
  (_, index) =>
    `198.51.100.${index + 1} - - [11/Nov/2019:10:00:${index + 10} +0000] "GET / HTTP/1.1" 200 512 "-" "-"`,
);
const good = join(root, 'access.log');
writeFileSync(good, `${lines.join('\n')}\n`);

function assertRefused({ code, err }: Ran, says: RegExp): void {
  assert.equal(code, 1);
  assert.match(err, says);
}

test('another profile is refused with what differs, and reingest makes the lake anew', async () => {
  const place = join(root, 'out');
  const lake = ['--lake', join(place, 'lake')];
  assert.equal((await ascribe(['ingest', good, ...lake])).code, 0);
  const networks = join(root, 'networks.csv');
  writeFileSync(
    networks,
    '# title: Test\n# synthetic: true\ncidr,asn,as_org,country,network_type,valid_from,valid_until\n198.51.100.0/24,64496,Example,BR,access,,\n',
  );
  assertRefused(
    await ascribe(['ingest', good, ...lake, '--networks', networks]),
    /data set networks: none there, Test .* now.*ascribe reingest/,
  );
  assertRefused(
    await ascribe([
      'reingest',
      join(root, 'mixed', 'access.log'),
      join(root, 'poem.txt'),
      '--lake',
      join(root, 'nowhere'),
    ]),
    /there is no lake/,
  );
  const other = join(root, 'other.log');
  writeFileSync(other, `${lines[0]}\n`);
  assertRefused(
    await ascribe(['reingest', other, ...lake]),
    /1 of 1 objects of .* are not among these logs, the first of them .*access\.log.* as it was/,
  );
  const key = join(root, 'officer.key');
  const env = { ASCRIBE_KEY_PASSPHRASE: 'a long passphrase' };
  assert.equal((await ascribe(['keys', 'create', '--out', key], { env })).code, 0);
  assert.equal((await ascribe(['seal', '--key', key, ...lake], { env })).code, 0);
  const kept = (path: string): boolean => /^(custody|seals)/.test(path);
  const custody = digests(join(place, 'lake'), kept);
  assert.ok([...custody.keys()].some((path) => path.startsWith('seals')));
  const anew = await ascribe(['reingest', good, ...lake, '--networks', networks]);
  assert.equal(anew.code, 0, anew.err);
  const asked = await ascribe([
    'sql',
    'select country, count(*) as n from http_activity group by country',
    '--json',
    ...lake,
  ]);
  assert.deepEqual(JSON.parse(asked.out), [{ country: 'BR', n: 40 }]);
  const now = digests(join(place, 'lake'), kept);
  for (const [path, digest] of custody) assert.equal(now.get(path), digest, `${path} stays as it was`);
  assert.equal(now.size, custody.size + 1, 'and there is one more record, by the new profile');
});

test('rows of an earlier version are refused where they are asked for, with what to do', async () => {
  const place = join(root, 'earlier');
  const lake = ['--lake', join(place, 'lake')];
  assert.equal((await ascribe(['ingest', good, ...lake])).code, 0);
  const file = join(place, 'lake', 'profile.json');
  const profile = readFileSync(file, 'utf8');
  const out = ['--out', join(place, 'report')];
  for (const writer of ['ascribe-parquet version 5, zstd 1.5.7', undefined]) {
    writeFileSync(file, JSON.stringify({ ...JSON.parse(profile), parquet: writer }));
    for (const command of [
      ['sql', 'select 1', ...lake],
      ['query', 'technique/signatures', ...lake],
      ['investigate', ...lake, ...out],
    ])
      assertRefused(
        await ascribe(command),
        /profile\.json says .* written by (ascribe-parquet version 5|undefined), and this version of Ascribe reads those of ascribe-parquet version \d+: make the lake anew .* ascribe reingest/,
      );
  }
  assert.ok(!existsSync(join(place, 'report')), 'nothing is written');
  writeFileSync(file, profile);
  assert.equal((await ascribe(['sql', 'select 1', ...lake])).code, 0);
});
