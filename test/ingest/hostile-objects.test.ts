/** Objects that are hostile as a whole: too long a line, too many days, too deep a value, damage in the midst of values. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { formatAssets } from '../../src/adapters/assets.ts';
import { verifyCustodyRecord } from '../../src/evidence/custody.ts';
import { parseFormat } from '../../src/formats/format.ts';
import { sha256 } from '../../src/lake/digest.ts';
import { event } from '../formats/cloudtrail-event.ts';
import { VALID } from '../formats/valid-records.ts';
import { albLine, apacheLine } from './lines.ts';
import { logObject, type TestLake, temporaryLake } from './temporary-lake.ts';

const DAY = 86_400_000;

/** An entry a day, the last of them before the lake's day of receipt. */
function daily(days: number): string {
  const last = Date.UTC(2019, 10, 12);
  return Array.from({ length: days }, (_, index) =>
    albLine({ time: new Date(last - index * DAY).toISOString().replace('000Z', '000000Z') }),
  ).join('\n');
}

async function custodyOf(lake: TestLake) {
  return Promise.all(
    (await lake.store.list('custody/')).map(async ({ key }) => {
      const verdict = verifyCustodyRecord((await lake.store.read(key))!, { key });
      assert.ok(verdict.ok);
      return verdict.record;
    }),
  );
}

describe('An object whose records scatter over many days', () => {
  test('is taken as far as 400', async () => {
    const lake = await temporaryLake();
    const marker = await lake.take(daily(400));
    assert.equal(marker.ledger.rows, 400);
    assert.equal(new Set(marker.parts.map(({ day }) => day)).size, 400);
  });

  const nodata = Array.from({ length: 450 }, (_, index) => {
    const start = 1573486920 - index * 86_400;
    return `2 123456789012 eni-0123456789abcdef0 - - - - - - - ${start} ${start + 60} - NODATA`;
  }).join('\n');

  for (const { what, content, days, partBytes } of [
    { what: 'one block', content: daily(401), days: 401, partBytes: 1 << 26 },
    { what: 'many blocks, each of few days', content: daily(500), days: 500, partBytes: 20_000 },
    {
      what: 'many blocks with headers',
      content: `${VALID['aws-vpc-flow']!.header![0]}\n${nodata}`,
      days: 450,
      partBytes: 5000,
    },
    { what: 'one block of notices', content: nodata, days: 450, partBytes: 1 << 26 },
  ]) {
    test(`is refused with the bound and its days, and nothing of it is in the lake: ${what}`, async () => {
      const lake = await temporaryLake({ partBytes });
      const object = logObject('scattered', content);
      const before = Object.keys(lake.files());
      const [first, outcome, last] = await lake.ingest([
        logObject('first', apacheLine()),
        object,
        logObject('last', albLine()),
      ]);
      assert.deepEqual(outcome, {
        status: 'refused',
        name: 'scattered',
        kind: 'scattered',
        reason: `scatters over ${days} event days, more than the 400 that one object may have`,
      });
      assert.deepEqual([first!.status, last!.status], ['ingested', 'ingested']);
      const records = await custodyOf(lake);
      const record = records.find(({ refused }) => refused);
      assert.deepEqual(
        [record?.refused?.kind, record?.object_id, record?.bytes, record?.stored_sha256, record?.ledger],
        ['scattered', sha256(content), content.length, sha256(content), null],
      );
      const names = Object.keys(lake.files());
      assert.deepEqual(
        names.filter((name) => name.includes(sha256(content))),
        [],
      );
      assert.equal((await lake.markers()).length, 2);
      assert.ok(names.length > before.length);
      assert.equal((await lake.ingest([object]))[0]!.status, 'refused', 'and so the next time');
    });
  }

  test('does not count days of records that are rejects', async () => {
    const lake = await temporaryLake();
    const early = Array.from({ length: 450 }, (_, index) =>
      albLine({ time: `0${1500 + index}-01-01T00:00:00.000000Z`.slice(1) }),
    );
    const sound = Array.from({ length: 450 }, () => albLine());
    const { ledger } = await lake.take([...sound, ...early].join('\n'));
    assert.deepEqual([ledger.rows, ledger.rejects], [450, 450]);
  });
});

describe('A line of 100 MB', () => {
  for (const { what, before, after, table, partBytes } of [
    {
      what: 'among lines',
      before: `${apacheLine()}\n`,
      after: `\n${apacheLine()}\n`,
      table: 'http_activity',
      partBytes: 1 << 26,
    },
    {
      what: 'among lines, in small parts',
      before: `${apacheLine()}\n`,
      after: `\n${apacheLine()}\n`,
      table: 'http_activity',
      partBytes: 1000,
    },
    {
      what: 'among values',
      before: `{"Records":[${JSON.stringify(JSON.parse(event()), null, 1)},`,
      after: `\n${JSON.stringify(JSON.parse(event()), null, 1)}]}`,
      table: 'control_activity',
      partBytes: 1 << 26,
    },
  ]) {
    test(`is one reject with its head, length and digest, and its neighbours are rows: ${what}`, async () => {
      const lake = await temporaryLake({ partBytes });
      const long = Buffer.alloc(100_000_000, '{"a":["');
      const marker = await lake.take(Buffer.concat([Buffer.from(before), long, Buffer.from(after)]), 'long');
      assert.deepEqual([marker.ledger.records, marker.ledger.rows, marker.ledger.rejects], [3, 2, 1]);
      const [reject] = await lake.rows(
        'select record_no, byte_offset, byte_length, sha256, reason, length(raw) as kept from rejects',
      );
      assert.deepEqual(reject, {
        record_no: 2,
        byte_offset: before.length,
        byte_length: long.length,
        sha256: sha256(long),
        reason: 'record-too-long',
        kept: 65_536,
      });
      assert.deepEqual(await lake.rows(`select record_no from ${table} order by 1`), [
        { record_no: 1 },
        { record_no: 3 },
      ]);
    });
  }
});

describe('A gzip of values that is cut', () => {
  test('keeps all whole values, and the last as what damage left of it', async () => {
    const list = Array.from({ length: 300 }, (_, index) =>
      JSON.parse(event({ eventID: `event-${index * 7919}` })),
    );
    const content = JSON.stringify({ Records: list }, null, 2);
    const stored = gzipSync(content);
    const lake = await temporaryLake();
    const marker = await lake.take(stored.subarray(0, stored.length - 300), 'cut.json.gz');
    assert.match(marker.damage ?? 'none', /gzip damaged: unexpected end of file/);
    const { records, rows, rejects } = marker.ledger;
    assert.ok(rows > 150 && rows < 300, `${rows}`);
    assert.deepEqual([records, rejects], [rows + 1, 1]);
    const [cut] = await lake.rows('select record_no, reason, byte_offset, byte_length from rejects');
    assert.deepEqual([cut!.record_no, cut!.reason], [records, 'cut-by-damage']);
    assert.equal(Number(cut!.byte_offset) + Number(cut!.byte_length), marker.bytes);
  });
});

describe('A value of many levels', () => {
  const deep = (levels: number): string => `${'{"a":['.repeat(levels / 2)}1${']}'.repeat(levels / 2)}`;
  const formats = formatAssets()
    .map(parseFormat)
    .filter(({ framing }) => framing === 'json');
  for (const format of formats) {
    test(`does no harm to ${format.id}`, async () => {
      const [record] = VALID[format.id]!.records;
      const within = (levels: number) => record!.replace(/\}$/, `,"deep":${deep(levels)}}`);
      const lake = await temporaryLake();
      const content = [
        record,
        within(200),
        deep(200),
        record,
        within(1000),
        within(100_000),
        deep(100_000),
        record,
      ].join('\n');
      const marker = await lake.take(content);
      assert.equal(marker.format, format.id);
      const { records, rows, rejects } = marker.ledger;
      assert.deepEqual([records, rows + rejects], [8, 8]);
      const found = await lake.rows(
        `select * exclude (record_no, object_id) from ${format.table.name} where record_no in (1, 2, 4, 8) order by record_no`,
      );
      assert.equal(found.length, 4);
      for (const row of found) assert.deepEqual(row, found[0]);
    });
  }
});
