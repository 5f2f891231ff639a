/** Custody of a delivery that comes again with other bytes, or that another profile reads: what the lake and a report say. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ledgerOf } from '../../src/case/coverage.ts';
import { custodyAgainstLake, differencesIn } from '../../src/case/custody-against-lake.ts';
import { type Days, takeSnapshot } from '../../src/case/snapshot.ts';
import { custodyRecord, encodeCustodyRecord, keyOfRecord } from '../../src/evidence/custody.ts';
import type { LogObject } from '../../src/ingest/pass.ts';
import { adoptProfile } from '../../src/ingest/profile.ts';
import { sha256 } from '../../src/lake/digest.ts';
import type { Store } from '../../src/lake/store.ts';
import { apacheLine } from './lines.ts';
import { logObject, type TestLake, temporaryLake } from './temporary-lake.ts';

const log = (path: string): string => `${apacheLine({ request: `GET ${path} HTTP/1.1` })}\n`;
/** Of one size, so that only the bytes tell them apart. */
const [ONE, OTHER, PROSE] = [log('/one'), log('/two'), 'x'.repeat(log('/one').length)];
const DAY: Days = { from: '2019-11-12', until: '2019-11-12' };

const keys = async (lake: TestLake) => (await lake.store.list('custody/')).map(({ key }) => key);

async function account(lake: TestLake) {
  const { agreeing, refused, altered, differences } = custodyAgainstLake(await takeSnapshot(lake.store));
  return { agreeing, refused, altered, differences: differencesIn(differences) };
}

describe('A file that was changed in its place, with its size and time as they were', () => {
  test('is read as a delivery of its own, and custody tells of both', async () => {
    const lake = await temporaryLake();
    for (const content of [ONE, OTHER, ONE, OTHER]) {
      const [outcome] = await lake.ingest([logObject('access.log', content)]);
      assert.ok(outcome!.status !== 'refused');
      assert.equal(outcome!.isAltered, content === OTHER, 'and the outcome says so');
    }
    assert.equal((await keys(lake)).length, 2);
    assert.deepEqual(await account(lake), {
      agreeing: 2,
      refused: 0,
      altered: [{ delivery: '/logs/access.log', contents: 2 }],
      differences: 0,
    });
    const { ledger } = ledgerOf(await takeSnapshot(lake.store), []);
    assert.deepEqual(ledger.map(({ sha256: stored }) => stored).sort(), [sha256(ONE), sha256(OTHER)].sort());
  });

  test('has the same readings in custody whichever came first, also read at once, and of refused bytes too', async () => {
    const objects = [ONE, OTHER, PROSE].map((content) => logObject('access.log', content));
    const orders: LogObject[][] = [objects, [...objects].reverse(), [...objects, ...objects]];
    for (const order of orders) {
      const apart = await temporaryLake();
      for (const object of order) await apart.ingest([object]);
      const atOnce = await temporaryLake();
      await Promise.all([atOnce.ingest(order), atOnce.ingest([...order].reverse())]);
      for (const lake of [apart, atOnce]) {
        const before = await keys(lake);
        await lake.ingest([...order].reverse());
        assert.deepEqual(await keys(lake), before);
        const { custody } = await takeSnapshot(lake.store);
        assert.deepEqual(
          custody.map(({ stored_sha256 }) => stored_sha256).sort(),
          [ONE, OTHER, PROSE].map(sha256).sort(),
        );
        const { agreeing, refused, differences } = await account(lake);
        assert.deepEqual([agreeing, refused, differences], [2, 1, 0]);
      }
    }
  });
});

describe('A delivery that another profile refused', () => {
  /** A lake with custody of another profile that refused both of its logs. */
  async function refusedBefore(...objects: LogObject[]): Promise<TestLake> {
    const old = await temporaryLake({ label: 'before' });
    await old.ingest(objects);
    const lake = await temporaryLake();
    await adoptProfile(lake.store, lake.context.profile);
    for (const key of await keys(old)) {
      const record = JSON.parse(Buffer.from((await old.store.read(key))!).toString());
      const refused = { kind: 'unknown-format' as const, reason: 'is of no known format' };
      const { delivery, received_at: receivedAt, tool, profile, object_id: objectId } = record;
      const arrival = { delivery, receivedAt, event: 'received' as const, tool, profile, objectId, refused };
      const stored = { storedSha256: record.stored_sha256, storedBytes: record.stored_bytes };
      await put(lake.store, custodyRecord({ ...arrival, ...stored }));
    }
    return lake;
  }

  const put = (store: Store, record: ReturnType<typeof custodyRecord>) =>
    store.create(keyOfRecord(record), encodeCustodyRecord(record));

  test('and this lake reads counts as read, while both records stay', async () => {
    const lake = await refusedBefore(logObject('a.log', ONE), logObject('b.log', OTHER));
    await lake.ingest([logObject('a.log', ONE)]);
    assert.equal((await keys(lake)).length, 3);
    const snapshot = await takeSnapshot(lake.store);
    assert.equal(snapshot.custody.length, 3, 'a package has all of them');
    const { ledger, refused } = ledgerOf(snapshot, []);
    assert.deepEqual(
      ledger.map(({ object, deliveries }) => [object, deliveries]),
      [['a.log', 1]],
    );
    assert.deepEqual(
      refused.map(({ object }) => object),
      ['b.log'],
    );
    assert.deepEqual(await account(lake), { agreeing: 1, refused: 1, altered: [], differences: 0 });
  });

  test('is no refusal of the days on which it came, where the lake has it as an object of other days', async () => {
    const late = apacheLine({ time: '03/Nov/2019:10:00:00 +0000' });
    const lake = await refusedBefore(logObject('late.log', `${late}\n`));
    assert.equal(ledgerOf(await takeSnapshot(lake.store, DAY), []).refused.length, 1);
    await lake.ingest([logObject('late.log', `${late}\n`)]);
    assert.deepEqual(ledgerOf(await takeSnapshot(lake.store, DAY), []).refused, []);
    const itsDay = await takeSnapshot(lake.store, { from: '2019-11-03', until: '2019-11-03' });
    assert.equal(itsDay.custody.length, 2, 'they go where the object goes');
    assert.deepEqual(ledgerOf(itsDay, []).refused, []);
  });
});
