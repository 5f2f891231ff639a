/** The same content gives the same lake: again, repacked, renamed, one by one or together, in one part or several. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { ProfileError } from '../../src/ingest/profile.ts';
import { apacheLine, cloudflareLine } from './lines.ts';
import { logObject, type TestLake, temporaryFolder, temporaryLake } from './temporary-lake.ts';

const lines = (from: number, count: number): string =>
  Array.from({ length: count }, (_, index) => {
    const number = from + index;
    if (number % 97 === 13) return `damaged ${number}`;
    const day = 11 + (number % 3);
    const time = `${day}/Nov/2019:${String(number % 24).padStart(2, '0')}:${String(number % 60).padStart(2, '0')}:00 +0000`;
    return apacheLine({ ip: `198.51.100.${number % 256}`, time, request: `GET /page/${number} HTTP/1.1` });
  }).join('\n');

/** Files of the lake, custody apart: that alone may tell the hour. */
function content(lake: TestLake): Record<string, string> {
  return Object.fromEntries(Object.entries(lake.files()).filter(([name]) => !name.startsWith('custody')));
}

const parts = (lake: TestLake) =>
  Object.keys(lake.files()).filter((name) => name.startsWith('tables/http_activity'));

describe('A lake', () => {
  test('has one marker and two custody records of a copy that was packed anew, and no part changes', async () => {
    const text = lines(0, 500);
    const lake = await temporaryLake();
    const [first] = await lake.ingest([logObject('a.gz', gzipSync(text, { level: 9 }))]);
    const before = content(lake);
    const later = await lake.ingest([
      logObject('b.gz', gzipSync(text, { level: 1 })),
      logObject('c.log', text),
      logObject('a.gz', gzipSync(text, { level: 9 })),
    ]);
    assert.equal(first!.status, 'ingested');
    assert.deepEqual(
      later.map(({ status }) => status),
      ['already-there', 'already-there', 'already-there'],
    );
    assert.deepEqual(content(lake), before);
    assert.equal((await lake.markers()).length, 1);
    const custody = await lake.store.list('custody/');
    assert.equal(custody.length, 3, 'a.gz, b.gz and c.log, and a.gz once');
  });

  test('commits one of two copies that arrive in one batch', async () => {
    const text = lines(0, 50);
    const lake = await temporaryLake();
    const outcomes = await lake.ingest([
      logObject('a', text),
      logObject('b', text),
      logObject('c', gzipSync(text)),
    ]);
    assert.deepEqual(outcomes.map(({ status }) => status).sort(), [
      'already-there',
      'already-there',
      'ingested',
    ]);
    assert.equal((await lake.markers()).length, 1);
    assert.equal((await lake.store.list('custody/')).length, 3);
    assert.deepEqual(await lake.rows('select count(*) as n from http_activity'), [{ n: 49 }]);
  });

  test('does not change by a byte when the same run is made again', async () => {
    const objects = [
      logObject('a', lines(0, 300)),
      logObject('b.gz', gzipSync(lines(1000, 300)).subarray(0, 2000)),
      logObject('c', 'nothing known\n'),
      logObject('d', `${cloudflareLine()}\n`),
      logObject('empty', ''),
    ];
    const lake = await temporaryLake();
    const first = await lake.ingest(objects);
    const before = lake.files();
    const again = await temporaryLake({ root: lake.root, now: new Date('2019-11-14T10:00:00Z') });
    const second = await again.ingest(objects);
    assert.deepEqual(again.files(), before);
    assert.deepEqual(
      first.map(({ status }) => status),
      ['ingested', 'ingested', 'refused', 'ingested', 'refused'],
    );
    assert.deepEqual(
      second.map(({ status }) => status),
      ['already-there', 'already-there', 'refused', 'already-there', 'refused'],
    );
    assert.ok(Object.keys(before).length > 8);
  });

  test('has the same parts to the byte whether objects come one by one, together or in another order', async () => {
    const objects = Array.from({ length: 9 }, (_, index) =>
      index % 3 === 2
        ? logObject(`edge-${index}`, `${cloudflareLine({ RayID: `${index}` })}\n`)
        : logObject(`web-${index}`, lines(index * 100, 40 + index)),
    );
    const together = await temporaryLake();
    await together.ingest(objects);
    const apart = await temporaryLake();
    for (const object of objects) await apart.ingest([object]);
    const backwards = await temporaryLake();
    await backwards.ingest([...objects].reverse());
    assert.deepEqual(content(apart), content(together));
    assert.deepEqual(content(backwards), content(together));
    assert.ok(parts(together).length > 9);
  });

  test('has the same parts of an object larger than one, however it is packed and however it arrives', async () => {
    const text = lines(0, 2000);
    const partBytes = 20_000;
    const plain = await temporaryLake({ partBytes });
    const marker = await plain.take(text);
    assert.ok(marker.parts.some(({ key }) => key.endsWith('-0004.parquet')));
    assert.ok(marker.parts.length > 20);
    for (const object of [
      logObject('chunks', text, 777),
      logObject('whole', text, 1 << 24),
      logObject('packed.gz', gzipSync(text, { level: 1 }), 5000),
    ]) {
      const other = await temporaryLake({ partBytes });
      await other.ingest([object]);
      assert.deepEqual(content(other), content(plain), object.name);
    }
  });

  test('numbers records across parts, and finds rejects in any of them', async () => {
    const text = lines(0, 2000);
    const one = await temporaryLake();
    const many = await temporaryLake({ partBytes: 9_000 });
    const [whole, cut] = [await one.take(text), await many.take(text)];
    assert.deepEqual(cut.ledger, whole.ledger);
    assert.deepEqual([cut.first_event, cut.last_event], [whole.first_event, whole.last_event]);
    for (const sql of [
      'select * from http_activity order by record_no',
      'select * from rejects order by record_no',
      'select minute, host, sum(requests) as n from minute_activity group by all order by all',
    ])
      assert.deepEqual(await many.rows(sql), await one.rows(sql));
    const rejects = await many.rows('select byte_offset, byte_length, raw from rejects');
    assert.equal(rejects.length, whole.ledger.rejects);
    for (const { byte_offset: at, byte_length: length, raw } of rejects)
      assert.equal(text.slice(Number(at), Number(at) + Number(length)), raw);
  });

  test('refuses another profile, and says what differs', async () => {
    const root = temporaryFolder();
    const lake = await temporaryLake({ root });
    await lake.take(lines(0, 5));
    const before = lake.files();
    for (const { options, message } of [
      { options: { label: 'web-2' }, message: /source label: test there, web-2 now/ },
      {
        options: { bookVersion: '2' },
        message: /data set country: by-hand-country 1 .* there, by-hand-country 2 .* now/,
      },
      {
        options: {
          networks: '# synthetic: true\ncidr,asn,as_org,country,network_type,valid_from,valid_until\n',
        },
        message: /data set networks: none there, networks\.csv/,
      },
    ]) {
      const other = await temporaryLake({ root, ...options });
      await assert.rejects(other.take(lines(5, 5)), (error: Error) => {
        assert.ok(error instanceof ProfileError);
        assert.match(error.message, message);
        assert.match(error.message, /Use another folder with --out or --lake/);
        return true;
      });
    }
    assert.deepEqual(lake.files(), before);
    const same = await temporaryLake({ root });
    await same.take(lines(5, 5));
  });

  test('that was stopped before its commit marker ends the same when run again', async () => {
    const text = lines(0, 400);
    const whole = await temporaryLake();
    await whole.take(text);
    const stopped = await temporaryLake();
    await stopped.take(text);
    for (const { key } of await stopped.store.list('objects/')) await stopped.store.remove(key);
    const [part] = (await stopped.store.list('tables/http_activity/')).slice(1);
    await stopped.store.remove(part!.key);
    assert.equal((await stopped.markers()).length, 0);
    await stopped.take(text);
    assert.deepEqual(content(stopped), content(whole));
  });
});
