/** A delivery that is read again: by another profile, or with other bytes in its place. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  type CustodyRecord,
  custodyKey,
  keyOfRecord,
  type RefusedDelivery,
  verifyCustodyRecord,
} from '../../src/evidence/custody.ts';
import { readCustody } from '../../src/evidence/read-custody.ts';
import { byName, deliveredTo, readingBy, recordDeliveries } from '../../src/evidence/readings.ts';
import { sealCustody } from '../../src/evidence/seal.ts';
import type { Store } from '../../src/lake/store.ts';
import { memoryStore } from './memory-store.ts';
import { check, sealing } from './sealed-store.ts';

const delivery = { kind: 'file' as const, path: '/logs/a.log', size: 7, mtime: '2019-11-12T18:00:00.000Z' };
const [OLD, NEW] = ['a'.repeat(64), 'b'.repeat(64)];
const [ONE, OTHER] = ['1'.repeat(64), '2'.repeat(64)];

const arrival = (profile: string, storedSha256: string, hour = 9): RefusedDelivery => ({
  delivery,
  receivedAt: `2019-11-13T${String(hour).padStart(2, '0')}:00:00.000Z`,
  event: 'received',
  tool: sealing.tool,
  profile,
  storedSha256,
  storedBytes: 7,
  refused: { kind: 'unknown-format', reason: `read by ${profile.slice(0, 1)}` },
});

async function recordsOf(store: Store): Promise<CustodyRecord[]> {
  const records: CustodyRecord[] = [];
  for await (const { key, bytes } of readCustody(store)) {
    const verdict = verifyCustodyRecord(bytes, { key });
    assert.ok(verdict.ok, `${key}: ${JSON.stringify(verdict)}`);
    records.push(verdict.record);
  }
  return records.sort(byName);
}

const told = (records: readonly CustodyRecord[]): string[] =>
  records.map(({ profile, stored_sha256 }) => `${profile[0]}${stored_sha256[0]}`).sort();

describe('A delivery that is read again', () => {
  test('keeps its first record, and has one more that is named by profile and bytes', async () => {
    const store = memoryStore();
    await recordDeliveries(store, [arrival(OLD, ONE)]);
    const first = store.objects.get(custodyKey(delivery));
    await recordDeliveries(store, [arrival(NEW, ONE, 10)]);
    await recordDeliveries(store, [arrival(OLD, OTHER, 11)]);
    await recordDeliveries(store, [arrival(OLD, ONE, 12)]);
    assert.deepEqual(store.objects.get(custodyKey(delivery)), first);
    const records = await recordsOf(store);
    assert.deepEqual(
      records.map(({ profile, stored_sha256, event }) => [profile, stored_sha256, event]).sort(),
      [
        [OLD, ONE, 'received'],
        [OLD, OTHER, 'received'],
        [NEW, ONE, 'reingested'],
      ],
    );
    assert.equal(records.filter((record) => keyOfRecord(record) === custodyKey(delivery)).length, 1);
    assert.equal((await readingBy(store, { profile: NEW, delivery }))?.event, 'reingested');
    assert.equal(await readingBy(store, { profile: 'c'.repeat(64), delivery }), null);
  });

  test('has records that verify under their own names alone', async () => {
    const store = memoryStore();
    await recordDeliveries(store, [arrival(OLD, ONE), arrival(NEW, ONE)]);
    const [later, first] = [...store.objects.keys()].sort() as [string, string];
    assert.match(later, /^custody\/[0-9a-f]{64}-[0-9a-f]{64}\.json$/);
    for (const [key, other] of [
      [first, later],
      [later, first],
    ] as const) {
      const verdict = verifyCustodyRecord(store.objects.get(key)!, { key: other });
      assert.ok(!verdict.ok);
      assert.match(verdict.problem, /^lies under .* but belongs under /);
    }
  });

  test('is told of all the same where its first record is broken', async () => {
    const store = memoryStore();
    store.objects.set(custodyKey(delivery), Buffer.from('{}\n'));
    await recordDeliveries(store, [arrival(OLD, ONE)]);
    await recordDeliveries(store, [arrival(OLD, ONE, 10)]);
    assert.equal(store.objects.size, 2);
  });

  test('has each reading once, in whatever order, however often, by processes at once, killed or not', async () => {
    let contested = 0;
    const reading = fc.record({ profile: fc.constantFrom(OLD, NEW), bytes: fc.constantFrom(ONE, OTHER) });
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(fc.array(reading, { minLength: 1, maxLength: 3 }), { minLength: 2, maxLength: 3 }),
        fc.integer({ min: 1, max: 6 }),
        async (scheduler, processes, killedAt) => {
          const store = memoryStore();
          let calls = 0;
          const scheduled = {
            ...store,
            read: scheduler.scheduleFunction(store.read),
            createAll: scheduler.scheduleFunction(async (objects: Parameters<Store['createAll']>[0]) => {
              calls += 1;
              if (calls === killedAt) throw new Error('killed');
              return store.createAll(objects);
            }),
          };
          const run = (on: Store) =>
            processes.map((readings) =>
              recordDeliveries(
                on,
                readings.map(({ profile, bytes }) => arrival(profile, bytes)),
              ),
            );
          await scheduler.waitFor(Promise.allSettled(run(scheduled)));
          await Promise.all(run(store));
          const before = [...store.objects.keys()].sort();
          await Promise.all(run(store).reverse());
          const records = await recordsOf(store);
          const wanted = processes.flat().map(({ profile, bytes }) => `${profile[0]}${bytes[0]}`);
          assert.deepEqual(told(records), [...new Set(wanted)].sort());
          assert.deepEqual([...store.objects.keys()].sort(), before);
          assert.ok(store.objects.has(custodyKey(delivery)));
          if (records.length > 1) contested += 1;
        },
      ),
      { numRuns: 200 },
    );
    assert.ok(contested > 50, `${contested} of 200 runs had more than one reading`);
  });

  test('has all its records under seal, and those that are sealed stay', async () => {
    const store = memoryStore();
    await recordDeliveries(store, [arrival(OLD, ONE)]);
    await sealCustody(store, sealing);
    await recordDeliveries(store, [arrival(NEW, ONE)]);
    await sealCustody(store, sealing);
    assert.deepEqual(await check(store).then(({ sealed, problems }) => ({ sealed, problems })), {
      sealed: 2,
      problems: [],
    });
    assert.deepEqual(told(await recordsOf(store)), ['a1', 'b1']);
  });
});

describe('What speaks for a lake', () => {
  const made = async (...arrivals: RefusedDelivery[]): Promise<CustodyRecord[]> => {
    const store = memoryStore();
    for (const each of arrivals) await recordDeliveries(store, [each]);
    return recordsOf(store);
  };

  test('is the record of its profile, of each content one, received when it first came', async () => {
    const records = await made(arrival(OLD, ONE, 9), arrival(NEW, ONE, 10), arrival(NEW, OTHER, 11));
    for (const [profile, speaks] of [
      [OLD, ['a1', 'b2']],
      [NEW, ['b1', 'b2']],
    ] as const) {
      const delivered = deliveredTo(profile, records);
      assert.deepEqual(told(delivered.map(({ record }) => record)), speaks);
      assert.deepEqual(
        delivered.map(({ receivedAt }) => receivedAt.slice(11, 13)),
        ['09', '11'],
      );
    }
  });

  test('without a record of its profile is the last, and one that was read before one that was refused', async () => {
    const records = await made(arrival(OLD, ONE, 9), arrival(NEW, ONE, 10));
    assert.deepEqual(told(deliveredTo(null, records).map(({ record }) => record)), ['b1']);
    const read = records.map((record) => (record.profile === OLD ? { ...record, refused: null } : record));
    assert.deepEqual(told(deliveredTo(null, read).map(({ record }) => record)), ['a1']);
  });
});
