/** Archives in S3, opened by the command line: their bytes lie here meanwhile, and nowhere afterwards. */
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import {
  type CustodyRecord,
  custodyKey,
  custodyRecord,
  type Delivery,
  encodeCustodyRecord,
  verifyCustodyRecord,
} from '../../src/evidence/custody.ts';
import { sha256 } from '../../src/lake/digest.ts';
import { lines as reserved, tar, zip } from '../adapters/made-archives.ts';
import { temporaryFolder } from '../ingest/temporary-lake.ts';
import { type LocalS3, localS3 } from './local-s3.ts';
import { officerKey } from './officer-key.ts';
import { ascribe } from './run.ts';

const root = temporaryFolder();
const lake = join(root, 'lake');
const temporary = join(root, 'temporary');
mkdirSync(temporary);

/** Traffic of space that the Internet has: what is simulated is never exported. */
const lines = (first: number, count: number): string =>
  reserved(first, count).replaceAll('192.0.2.', '81.2.69.');

const logs = readFileSync(
  zip([
    { name: 'a.log', content: lines(1, 3) },
    { name: '../evil.log', content: lines(2, 1) },
    { name: 'deep/b.log', content: lines(7, 2) },
  ]).file,
);
const packed = readFileSync(tar([{ name: 'c.log', content: lines(9, 4) }], { mode: 'w:gz' }).file);
const objects = {
  'raw/logs.zip': logs,
  'raw/packed.tar.gz': packed,
  'raw/gone.zip': null,
  // A log under the name of an archive, and an archive under that of a log.
  'raw/plain.zip': Buffer.from(lines(20, 5)),
  'raw/tar.log': readFileSync(tar([{ name: 'd.log', content: lines(30, 2) }]).file),
};

/** Custody by key and member. */
function custodyOf(place: string): Map<string, CustodyRecord> {
  const records = readdirSync(join(place, 'custody')).map((name) => {
    const verdict = verifyCustodyRecord(readFileSync(join(place, 'custody', name)), {
      key: `custody/${name}`,
    });
    if (!verdict.ok || verdict.record.delivery.kind !== 's3') return assert.fail(name);
    const { key, member } = verdict.record.delivery;
    return [member === undefined ? key : `${key}!${member}`, verdict.record] as const;
  });
  return new Map(records.sort(([a], [b]) => (a < b ? -1 : 1)));
}

const left = (): string[] =>
  [temporary, join(lake, '.staging')].flatMap((folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((each) => each.isFile() || each.name.startsWith('ascribe-archive'))
      .map(({ name }) => name),
  );

describe('An archive in S3', () => {
  let s3: LocalS3;
  let run: (args: readonly string[]) => ReturnType<typeof ascribe>;
  let ran: Awaited<ReturnType<typeof ascribe>>;

  before(async () => {
    s3 = await localS3('example', objects);
    run = (args) => ascribe(args, { env: { ...s3.env, TMPDIR: temporary } });
    ran = await run(['ingest', 's3://example/raw', '--lake', lake]);
  });
  after(() => s3.server.close());

  test('is opened by its name, each member a delivery of that version', () => {
    const custody = custodyOf(lake);
    assert.deepEqual(
      [...custody.keys()],
      [
        'raw/logs.zip',
        'raw/logs.zip!a.log',
        'raw/logs.zip!deep/b.log',
        'raw/packed.tar.gz',
        'raw/packed.tar.gz!c.log',
        'raw/plain.zip',
        'raw/tar.log',
      ],
    );
    const version = { kind: 's3', bucket: 'example', key: 'raw/logs.zip', version: 'v-raw/logs.zip' };
    const { delivery, archive, stored_sha256, stored_bytes } = custody.get('raw/logs.zip')!;
    assert.deepEqual(delivery, version);
    assert.deepEqual([stored_sha256, stored_bytes], [sha256(logs), logs.length]);
    assert.deepEqual(archive, {
      members: 3,
      objects: 2,
      problems: [{ member: '../evil.log', reason: 'has a path that leads out of the archive' }],
    });
    assert.deepEqual(custody.get('raw/logs.zip!a.log')!.delivery, { ...version, member: 'a.log' });
    assert.equal(custody.get('raw/packed.tar.gz!c.log')!.ledger!.rows, 4);
    assert.equal(custody.get('raw/plain.zip')!.ledger!.rows, 5);
    assert.match(
      custody.get('raw/tar.log')!.refused!.reason,
      /"ascribe ingest" on the command line opens under a name that ends as one/,
    );
  });

  test('leaves no bytes here, and what could not be read is counted', () => {
    assert.deepEqual(left(), []);
    assert.equal(ran.code, 1);
    assert.match(ran.out, /^2 refused: the reasons are above\.$/m);
    assert.match(ran.out, /^1 could not be read: the reasons are above\.$/m);
    assert.match(ran.err, /s3:\/\/example\/raw\/logs\.zip!\.\.\/evil\.log has a path that leads out/);
    assert.match(ran.err, /Refused: s3:\/\/example\/raw\/gone\.zip could not be read: .* is no longer there/);
  });

  test('read again adds nothing, and no difference is found', async () => {
    const before = custodyOf(lake);
    const again = await run(['ingest', 's3://example/raw/logs.zip', '--lake', lake]);
    assert.match(again.out, /^2 of the objects were there already/m);
    assert.deepEqual(custodyOf(lake), before);
    const check = await ascribe(['custody', 'check', '--lake', lake]);
    assert.equal(check.code, 0, check.err);
    assert.match(check.out, /Archives, whose members are deliveries of their own: 2\./);
  });

  test('is where a row of a member is traced to', async () => {
    const { object_id } = custodyOf(lake).get('raw/logs.zip!deep/b.log')!;
    const traced = await run(['trace', object_id!, '2', '--lake', lake]);
    assert.equal(traced.code, 0, traced.err);
    assert.match(
      traced.out,
      /delivered +s3:\/\/example\/raw\/logs\.zip!deep\/b\.log, version v-raw\/logs\.zip/,
    );
    assert.match(traced.out, /81\.2\.69\.8 /);
    assert.deepEqual(left(), []);
  });

  test('gives its members to the evidence of a window', async () => {
    const signing = await officerKey(root);
    const out = join(root, 'export');
    const span = ['--from', '2019-11-11', '--until', '2019-11-12', '--reason', 'Reported as incident 7'];
    const exported = await run(['export', '--lake', lake, ...span, ...signing, '--out', out]);
    assert.equal(exported.code, 0, exported.err);
    const place = readdirSync(out).find((name) => name.startsWith('export-'))!;
    const { stored_sha256 } = custodyOf(lake).get('raw/logs.zip!a.log')!;
    const original = readFileSync(join(out, place, 'data', 'originals', stored_sha256), 'utf8');
    assert.equal(original, lines(1, 3));
    assert.deepEqual(left(), []);
  });

  test('that was refused before it was opened stays so in custody, and is not read half', async () => {
    const other = join(root, 'other');
    assert.equal((await run(['ingest', 's3://example/raw/plain.zip', '--lake', other])).code, 0);
    const delivery: Delivery = {
      kind: 's3',
      bucket: 'example',
      key: 'raw/logs.zip',
      version: 'v-raw/logs.zip',
    };
    const record = custodyRecord({
      delivery,
      receivedAt: '2019-11-13T09:00:00.000Z',
      event: 'received',
      tool: { name: 'ascribe', version: '0.1.0' },
      profile: JSON.parse(readFileSync(join(other, 'profile.json'), 'utf8')).id,
      storedSha256: sha256(logs),
      storedBytes: logs.length,
      refused: { kind: 'unknown-format', reason: 'holds an archive' },
    });
    writeFileSync(join(other, custodyKey(delivery)), encodeCustodyRecord(record));
    const again = await run(['ingest', 's3://example/raw/logs.zip', '--lake', other]);
    assert.equal(again.code, 1);
    assert.match(
      again.err,
      /was refused before it was opened, .*: copy it onto itself, and give the new version/,
    );
    assert.deepEqual([...custodyOf(other).keys()], ['raw/logs.zip', 'raw/plain.zip']);
  });
});
