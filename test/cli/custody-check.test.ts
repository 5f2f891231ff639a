/** Custody against the lake: what one knows and the other lacks, and when objects came. */
import assert from 'node:assert/strict';
import { cpSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { deliveryDelays } from '../../src/case/custody-against-lake.ts';
import { custodyRecord } from '../../src/evidence/custody.ts';
import { deliveredTo } from '../../src/evidence/readings.ts';
import { apacheLine } from '../ingest/lines.ts';
import { temporaryFolder } from '../ingest/temporary-lake.ts';
import { ascribe } from './run.ts';

const folder = temporaryFolder();
const whole = join(folder, 'whole');
const at = (time: string) => apacheLine({ time: `11/Nov/2019:${time} +0000` });
const files = { 'one.log': at('15:42:00'), 'two.log': at('15:50:00'), 'three.log': at('16:10:00') };

before(async () => {
  for (const [name, line] of Object.entries(files)) {
    writeFileSync(join(folder, name), `${line}\n`);
    const minute = name === 'three.log' ? '23:10:00' : '15:55:00';
    utimesSync(join(folder, name), new Date(), new Date(`2019-11-11T${minute}Z`));
  }
  writeFileSync(join(folder, 'photo.bin'), Buffer.from([0, 1, 2, 3, 255, 254]));
  const logs = [...Object.keys(files), 'photo.bin'].map((name) => join(folder, name));
  const ran = await ascribe(['ingest', ...logs, '--lake', whole]);
  assert.equal(ran.code, 0, ran.err);
});

/** A copy of the lake that something happened to, and what the check says of it. */
async function checked(name: string, happens: (lake: string) => void) {
  const lake = join(folder, name);
  cpSync(whole, lake, { recursive: true });
  happens(lake);
  const ran = await ascribe(['custody', 'check', '--lake', lake, '--json']);
  return { ...ran, ...JSON.parse(ran.out) };
}
const first = (lake: string, place: string): string =>
  join(lake, place, readdirSync(join(lake, place)).sort()[0]!);

describe('ascribe custody check', () => {
  test('finds no difference in a lake that is as it was ingested, refused files apart', async () => {
    const { code, out, err } = await ascribe(['custody', 'check', '--lake', whole]);
    assert.equal(code, 0, err);
    assert.equal(
      out,
      'Objects in custody and in the lake: 3. Deliveries refused, which have no object: 1.\n',
    );
  });

  test('names originals that the lake lacks, and where they were delivered from', async () => {
    let objectId = '';
    const { code, err, differences, agreeing } = await checked('lacking', (lake) => {
      const marker = first(lake, 'objects');
      objectId = /([0-9a-f]{64})\.json$/.exec(marker)![1]!;
      rmSync(marker);
    });
    assert.equal(code, 1);
    assert.match(err, /custody and the lake at .* differ \(differences: 3\)/);
    assert.equal(agreeing, 2);
    assert.equal(differences.lacking[0].object_id, objectId);
    assert.match(differences.lacking[0].deliveries[0], /\.log$/);
    assert.ok(differences.orphans[0].includes(objectId), 'its parts are left behind');
  });

  test('names objects that no custody tells of, and says that another ingest writes it', async () => {
    const { code, differences, err } = await checked('unknown', (lake) =>
      rmSync(join(lake, 'custody'), { recursive: true }),
    );
    assert.equal(code, 1);
    assert.equal(differences.unknown.length, 3);
    assert.deepEqual(differences.lacking, []);
    assert.match(err, /ingest the same logs again: that writes the missing custody\.$/m);
    assert.doesNotMatch(err, /what the lake lacks/);
  });

  test('names parts and records that are not as they were written', async () => {
    const { code, differences } = await checked('broken', (lake) => {
      writeFileSync(first(lake, 'tables/http_activity/dt=2019-11-11'), 'no Parquet');
      writeFileSync(first(lake, 'custody'), '{}');
    });
    assert.equal(code, 1);
    assert.deepEqual(differences.broken.map(({ key }: { key: string }) => key.split('/')[0]).sort(), [
      'custody',
      'tables',
    ]);
  });

  test('names files that were changed in their place, of which both contents were read', async () => {
    const lake = join(folder, 'altered');
    const log = join(folder, 'altered.log');
    const [time, told] = [
      new Date('2019-11-11T16:00:00Z'),
      [/^Read 1 of 1 objects\n$/, /Changed: .*altered\.log was delivered before/],
    ];
    for (const [index, minute] of ['15:42:00', '15:43:00'].entries()) {
      writeFileSync(log, `${at(minute)}\n`);
      utimesSync(log, time, time);
      const ran = await ascribe(['ingest', log, '--lake', lake]);
      assert.equal(ran.code, 0, ran.err);
      assert.match(ran.err, told[index]!);
    }
    const { code, out } = await ascribe(['custody', 'check', '--lake', lake]);
    assert.equal(code, 0);
    assert.equal(
      out,
      `Objects in custody and in the lake: 2. Deliveries refused, which have no object: 0.\nDelivered with other bytes under the same path, size and time, each read as a delivery of its own: 1\n  ${log}: 2 contents\n`,
    );
  });

  test('takes its own lake, and says without a key that seals need one', async () => {
    const nowhere = await ascribe(['custody', 'check', '--lake', join(folder, 'nowhere')]);
    assert.equal(nowhere.code, 1);
    assert.match(nowhere.err, /there is no lake at .*nowhere/);
    const seals = await ascribe(['custody', '--lake', whole]);
    assert.equal(seals.code, 2);
    assert.match(seals.err, /give with --key the public key/);
  });
});

describe('ascribe custody delays', () => {
  test('says by log and hour how long after their events objects came', async () => {
    const { code, out, err } = await ascribe(['custody', 'delays', '--lake', whole, '--json']);
    assert.equal(code, 0, err);
    const [early, later] = JSON.parse(out);
    assert.deepEqual(
      [early.hour, early.objects, early.least_minutes, early.most_minutes, early.late, early.basis],
      ['2019-11-11T15:00:00.000Z', 2, 5, 13, 0, 'file'],
    );
    assert.deepEqual([later.hour, later.most_minutes, later.late], ['2019-11-11T16:00:00.000Z', 420, 1]);
  });

  test('counts an object by its first arrival, whoever read it then, and without a time of the file by its receipt', () => {
    const ledger = { records: 1, rows: 1, rejects: 0, headers: 0, blanks: 0, notices: 0 };
    const came = (objectId: string, version: string, receivedAt: string, profile = '0') =>
      custodyRecord({
        delivery: { kind: 's3', bucket: 'raw', key: `${objectId}.gz`, version },
        receivedAt,
        event: 'received',
        tool: { name: 'ascribe', version: 'test' },
        profile: profile.repeat(64),
        storedSha256: objectId.repeat(64),
        storedBytes: 1,
        objectId: objectId.repeat(64),
        bytes: 1,
        format: 'aws-alb',
        sourceId: 'balancer',
        ledger,
        firstEvent: '2019-11-11T15:00:00.000Z',
        lastEvent: '2019-11-11T15:30:00.000Z',
        damage: null,
      });
    const records = [
      came('a', '1', '2019-11-11T19:30:00.000Z'),
      came('a', '2', '2019-11-11T15:36:00.000Z'),
      // Read again by another profile, which is no arrival.
      came('b', '1', '2019-11-20T09:00:00.000Z', '1'),
      came('b', '1', '2019-11-11T15:35:00.000Z'),
      came('c', '1', '2019-11-11T15:34:00.000Z'),
    ];
    const rows = deliveryDelays(deliveredTo('1'.repeat(64), records));
    assert.deepEqual(rows, [
      {
        source_id: 'balancer',
        hour: '2019-11-11T15:00:00.000Z',
        objects: 3,
        least_minutes: 4,
        median_minutes: 5,
        most_minutes: 6,
        late: 0,
        basis: 'receipt',
      },
    ]);
  });
});
