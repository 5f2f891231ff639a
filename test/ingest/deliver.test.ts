import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { custodyAgainstLake, differencesIn } from '../../src/case/custody-against-lake.ts';
import { takeSnapshot } from '../../src/case/snapshot.ts';
import { custodyKey, verifyCustodyRecord } from '../../src/evidence/custody.ts';
import { deferralKey } from '../../src/evidence/deferral.ts';
import { type Announcement, type DeliveryContext, deliver } from '../../src/ingest/deliver.ts';
import { GoneError, type LogObject, OutOfTimeError } from '../../src/ingest/pass.ts';
import { adoptProfile } from '../../src/ingest/profile.ts';
import type { Store } from '../../src/lake/store.ts';
import { vaultedStore } from '../../src/lake/vaulted-store.ts';
import { apacheLine } from './lines.ts';
import { logObject, type TestLake, temporaryLake } from './temporary-lake.ts';

function announced(name: string, content: string | Buffer, messageId = name): Announcement {
  const object: LogObject = {
    ...logObject(name, content),
    delivery: { kind: 's3', bucket: 'example-raw', key: `raw/${name}`, version: `v-${name}` },
  };
  return { messageId, object, storedBytes: content.length };
}

const line = (path: string): string => `${apacheLine({ request: `GET ${path} HTTP/1.1` })}\n`;

type Told = { quarantined: [string, string][]; aside: [string, string][] };

async function delivery(
  lake: TestLake,
  announcements: readonly Announcement[],
  changed: Partial<DeliveryContext> = {},
): Promise<Awaited<ReturnType<typeof deliver>> & Told> {
  const told: Told = { quarantined: [], aside: [] };
  await adoptProfile(lake.store, lake.context.profile);
  const done = await deliver(announcements, {
    ...lake.context,
    isInFolder: false,
    mostStoredBytes: 1 << 20,
    quarantine: async ({ name }, reason) => void told.quarantined.push([name, reason]),
    setAside: async ({ name }, reason) => void told.aside.push([name, reason]),
    ...changed,
  });
  return { ...done, ...told };
}

const there = async (lake: TestLake, key: string): Promise<boolean> => (await lake.store.read(key)) !== null;

describe('Announced objects', () => {
  test('are read, each with its custody record, and nothing is given again', async () => {
    const lake = await temporaryLake();
    const both = [announced('a', line('/a')), announced('b', line('/b') + line('/c'))];
    const done = await delivery(lake, both);
    assert.deepEqual(done.failed, []);
    assert.deepEqual([done.records, done.rejects, done.refused, done.deferred], [3, 0, 0, 0]);
    for (const { object } of both) assert.ok(await there(lake, custodyKey(object.delivery)));
  });

  test('are read once, however often and in whatever order they are announced', async () => {
    const [once, often] = [await temporaryLake(), await temporaryLake()];
    const [a, b] = [announced('a', line('/a')), announced('b', line('/b'))];
    await delivery(once, [a, b]);
    assert.deepEqual((await delivery(often, [b, a, { ...b, messageId: 'again' }])).failed, []);
    const again = await delivery(often, [a, { ...a, messageId: 'third' }, b]);
    assert.deepEqual([again.failed, again.records], [[], 0]);
    assert.deepEqual(often.files(), once.files());
  });

  test('that can never be read are refused at once, in custody and to people', async () => {
    const lake = await temporaryLake();
    const prose = announced('prose', 'Dear Sir,\nplease find enclosed\n');
    const done = await delivery(lake, [prose, announced('good', line('/'))]);
    assert.deepEqual([done.failed, done.refused, done.records], [[], 1, 1]);
    assert.match(done.quarantined[0]![1], /^is of no known format/);
    const record = JSON.parse(
      Buffer.from((await lake.store.read(custodyKey(prose.object.delivery)))!).toString(),
    );
    assert.equal(record.refused.kind, 'unknown-format');
    // The message could have been lost between the record and the word to people: it is said again.
    assert.equal((await delivery(lake, [prose])).quarantined.length, 1);
  });

  test('that are gone are told of, and are done', async () => {
    const lake = await temporaryLake();
    const gone = announced('gone', '');
    gone.object.open = async function* () {
      yield await Promise.reject(new GoneError('s3://example-raw/raw/gone is no longer there'));
    };
    const done = await delivery(lake, [gone]);
    assert.deepEqual(done.failed, []);
    assert.match(done.quarantined[0]![1], /no longer there/);
  });

  test('that may be read another time stay failed, and take no neighbour with them', async () => {
    const lake = await temporaryLake();
    const broken = announced('broken', line('/'));
    broken.object.open = async function* () {
      yield await Promise.reject(new Error('SlowDown'));
    };
    const done = await delivery(lake, [broken, announced('good', line('/'))]);
    assert.deepEqual([done.failed, done.records], [['broken'], 1]);
    assert.deepEqual(done.quarantined, []);
    assert.match(String(done.errors[0]!.error), /SlowDown/);
  });

  test('beside one that cannot be written are read all the same', async () => {
    const lake = await temporaryLake();
    const bad = announced('bad', line('/bad'));
    const store: Store = {
      ...lake.store,
      createAll: async (objects) => {
        if (objects.some(({ key }) => key === custodyKey(bad.object.delivery))) throw new Error('SlowDown');
        return lake.store.createAll(objects);
      },
    };
    const done = await delivery(lake, [bad, announced('good', line('/good'))], { store });
    assert.deepEqual(done.failed, ['bad']);
    assert.ok(await there(lake, custodyKey(announced('good', '').object.delivery)));
    assert.deepEqual((await delivery(lake, [bad])).failed, [], 'and it is read when it may be');
  });

  test('that are too large are set aside with a record, and never half done', async () => {
    const lake = await temporaryLake();
    const large = announced('large', line('/').repeat(40));
    const done = await delivery(lake, [large], { mostStoredBytes: 1000 });
    assert.deepEqual([done.failed, done.deferred], [[], 1]);
    assert.match(done.aside[0]![1], /stored bytes, and one run takes less than 1000/);
    assert.ok(await there(lake, deferralKey(large.object.delivery)));
    assert.deepEqual(await lake.store.list('objects/'), []);
    assert.deepEqual(await lake.store.list('custody/'), [], 'custody is written when it has been read');
  });

  test('that take longer than a whole run are set aside; those that had less of it are given again', async () => {
    const lake = await temporaryLake();
    const large = announced('large', line('/large').repeat(2000));
    const done = await delivery(lake, [announced('small', line('/small')), large], {
      checkTime() {
        throw new OutOfTimeError();
      },
    });
    assert.deepEqual([done.failed, done.deferred], [['small'], 1]);
    assert.equal(done.aside[0]![0], 'large');
    assert.deepEqual(await lake.store.list('objects/'), []);
    assert.deepEqual(await lake.store.list('tables/http_activity/'), []);
  });

  test('that run out of time in their middle leave nothing behind that a query would read', async () => {
    const lake = await temporaryLake({ partBytes: 4096 });
    const large = announced('large', line('/large').repeat(2000));
    let checks = 0;
    const done = await delivery(lake, [large], {
      checkTime() {
        checks += 1;
        if (checks > 20) throw new OutOfTimeError();
      },
    });
    assert.equal(done.deferred, 1);
    assert.ok(checks > 20, 'it was read for a while');
    assert.deepEqual(await lake.store.list('tables/http_activity/'), []);
    assert.deepEqual(await lake.store.list('tables/minute_activity/'), []);
  });

  test('that another lake or another profile has are read into this one', async () => {
    const lake = await temporaryLake();
    const [a, prose] = [announced('a', line('/a')), announced('prose', 'Dear Sir,\nplease find enclosed\n')];
    await delivery(lake, [a, prose]);
    const marker = (await lake.store.list('objects/'))[0]!.key;
    await lake.store.remove(marker);
    const again = await delivery(lake, [a, prose], {
      profile: { ...lake.context.profile, id: '0'.repeat(64) },
    });
    assert.deepEqual([again.failed, again.refused], [[], 1], 'refused by the new profile, not by the old');
    assert.ok(await there(lake, marker));
  });

  test('have a record by each profile in a vault of two lakes, and are read once into each', async () => {
    const old = await temporaryLake();
    const other = await temporaryLake({ label: 'web-2' });
    const store = vaultedStore({ lake: other.store, vault: old.store });
    const lake = { ...other, store, context: { ...other.context, store } };
    const both = [announced('a', line('/a')), announced('prose', 'Dear Sir,\nplease find enclosed\n')];
    await delivery(old, both);
    const first = await old.store.list('custody/');
    assert.deepEqual((await delivery(lake, both)).records, 1);
    const events = [];
    for (const { key } of await old.store.list('custody/')) {
      const verdict = verifyCustodyRecord((await old.store.read(key))!, { key });
      assert.ok(verdict.ok, key);
      const { record } = verdict;
      events.push([record.event, record.profile === old.context.profile.id, record.refused === null]);
    }
    assert.deepEqual(events.sort(), [
      ['received', true, false],
      ['received', true, true],
      ['reingested', false, false],
      ['reingested', false, true],
    ]);
    const before = await old.store.list('');
    const open = (): never => assert.fail('it was read again');
    const unread = both.map((each) => ({ ...each, object: { ...each.object, open } }));
    for (const each of [old, lake]) {
      const again = await delivery(each, unread.reverse());
      assert.deepEqual([again.failed, again.records, again.quarantined.length], [[], 0, 1]);
    }
    assert.deepEqual(await old.store.list(''), before);
    assert.ok(first.every(({ key }) => before.some((each) => each.key === key)));
    for (const each of [old, lake]) {
      const { agreeing, refused, differences } = custodyAgainstLake(await takeSnapshot(each.store));
      assert.deepEqual([agreeing, refused, differencesIn(differences)], [1, 1, 0]);
    }
  });

  test('that were set aside stay so in the lake that has not read them', async () => {
    const old = await temporaryLake();
    const other = await temporaryLake({ label: 'web-2' });
    const store = vaultedStore({ lake: other.store, vault: old.store });
    const lake = { ...other, store, context: { ...other.context, store } };
    const large = announced('large', line('/large'));
    await delivery(old, [large], { mostStoredBytes: 1 });
    await delivery(old, [large]);
    await adoptProfile(store, lake.context.profile);
    const aside = async (of: TestLake) => (await takeSnapshot(of.store)).deferred.length;
    assert.deepEqual([await aside(old), await aside(lake)], [0, 1]);
    await delivery(lake, [large]);
    assert.deepEqual([await aside(old), await aside(lake)], [0, 0]);
  });

  test('are locked before anything is made of them, and custody says so', async () => {
    const lake = await temporaryLake();
    const lock = { mode: 'GOVERNANCE' as const, until: '2019-12-12T00:00:00.000Z' };
    const a = announced('a', line('/a'));
    await delivery(lake, [a], { lock: async () => lock });
    const record = JSON.parse(
      Buffer.from((await lake.store.read(custodyKey(a.object.delivery)))!).toString(),
    );
    assert.deepEqual(record.lock, lock);
  });

  test('that can not be locked are not read', async () => {
    const lake = await temporaryLake();
    const lock = async () => Promise.reject(new Error('AccessDenied'));
    const done = await delivery(lake, [announced('a', line('/a'))], { lock });
    assert.deepEqual(done.failed, ['a']);
    assert.deepEqual(await lake.store.list('objects/'), []);
  });
});

describe('A bomb', () => {
  test('is refused with the bound that it broke, hashed to its end, and not unpacked to it', async () => {
    const lake = await temporaryLake();
    const noise = Buffer.from('what follows the bomb is hashed too');
    const bomb = announced('bomb.gz', Buffer.concat([gzipSync(Buffer.alloc(96 << 20)), noise]));
    const done = await delivery(lake, [bomb, announced('log.gz', gzipSync(line('/')))]);
    assert.deepEqual([done.failed, done.refused], [[], 1]);
    assert.match(done.quarantined[0]![1], /more than 500 times its stored size: a bomb/);
    const record = JSON.parse(
      Buffer.from((await lake.store.read(custodyKey(bomb.object.delivery)))!).toString(),
    );
    assert.equal(record.stored_bytes, bomb.storedBytes);
    assert.equal(record.object_id, null);
    assert.equal((await lake.markers()).length, 1);
  });
});
