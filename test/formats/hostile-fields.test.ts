/** Hostile values in every field of every format: SQL, HTML, times at the ends of the calendar, ports and addresses that are none. */
import assert from 'node:assert/strict';
import { isIP } from 'node:net';
import { describe, test } from 'node:test';
import { formatAssets } from '../../src/adapters/assets.ts';
import type { Row } from '../../src/catalogue/engine.ts';
import { type Format, parseFormat } from '../../src/formats/format.ts';
import { accountedFor } from '../../src/lake/marker.ts';
import { temporaryLake } from '../ingest/temporary-lake.ts';
import { VALID } from './valid-records.ts';

const SQL = "');drop/**/table/**/rejects;--";
const HTML = '<img/src=x/onerror=alert(1)>';

/** Each of a record's fields in turn as the value, which has no blanks, commas or quotes of its own. */
function inEveryField({ id, framing }: Format, value: string): string[] {
  const written = framing === 'json' ? JSON.stringify(value) : value;
  const fields =
    framing === 'json' ? /(?<=[:[])("(?:[^"\\]|\\.)*"|-?\d+|true|false|null)(?=[,\]}])/g : /[^\s",[\]]+/g;
  return inPlaceOf(fields, { id, values: [written] });
}

/** The sound records of a format with each match in turn replaced by each value. */
function inPlaceOf(pattern: RegExp, { id, values }: { id: string; values: readonly string[] }): string[] {
  return VALID[id]!.records.flatMap((record) =>
    [...record.matchAll(pattern)].flatMap(({ index, 0: found }) =>
      values.map((value) => record.slice(0, index) + value + record.slice(index + found.length)),
    ),
  );
}

type Time = { year: string; month: string; day: string; clock: string };

/** The sound records with each of their times replaced, in the notation that it has. */
function atTime({ id }: Format, { year, month, day, clock }: Time): string[] {
  const date = new Date(Date.UTC(2000, Number(month) - 1, Number(day)));
  const name = date.toLocaleString('en', { month: 'short', timeZone: 'UTC' });
  date.setUTCFullYear(Number(year));
  const seconds = Math.floor(date.getTime() / 1000);
  return VALID[id]!.records.map((record) =>
    record
      .replaceAll(/\d{4}-\d{2}-\d{2}([T \t])\d{2}:\d{2}:\d{2}/g, `${year}-${month}-${day}$1${clock}`)
      .replaceAll(/"date":"[^"]*","time":"[^"]*"/g, `"date":"${year}-${month}-${day}","time":"${clock}"`)
      .replaceAll(/\d{2}\/[A-Z][a-z]{2}\/\d{4}:\d{2}:\d{2}:\d{2}/g, `${day}/${name}/${year}:${clock}`)
      .replaceAll(/\b15734869\d\d(\d{3})?(\d{6})?\b/g, (_, ms = '', ns = '') => `${seconds}${ms}${ns}`),
  );
}

const PORTS = /\b(2817|36280|51341|51754|56067|40000|40456|51000|20641|443|80)\b/g;
const NO_PORTS = ['65536', '99999', '4294967296', '99999999999999999999', '-1'];
const ADDRESSES = /\b\d+\.\d+\.\d+\.\d+\b|2001:db8::\w*/g;
const NO_ADDRESSES = [
  ...['12.34.178.90.32', '256.1.1.1', 'X.X.X.X', '1:2:3', ':::', '0x7f000001', '2130706433'],
  ...['::ffff:999.1.1.1', 'localhost'],
];
const STATUSES = /\b(200|403|404|304|503)\b/g;
const NO_STATUSES = ['000', '0', '999', '99999', '-1'];

function groupsOf(format: Format): Record<string, string[]> {
  const { id } = format;
  const leap = atTime(format, { year: '2016', month: '12', day: '31', clock: '23:59:60' });
  return {
    sql: inEveryField(format, SQL),
    html: inEveryField(format, HTML),
    first: atTime(format, { year: '0001', month: '01', day: '01', clock: '00:00:00' }),
    last: atTime(format, { year: '9999', month: '12', day: '31', clock: '23:59:59' }),
    leap: leap.filter((record) => record.includes('23:59:60')),
    offsets: NO_OFFSETS.flatMap((offset) => withOffset(format, offset)),
    ports: inPlaceOf(PORTS, { id, values: NO_PORTS }),
    addresses: inPlaceOf(ADDRESSES, { id, values: NO_ADDRESSES }),
    statuses: inPlaceOf(STATUSES, { id, values: NO_STATUSES }),
  };
}

/** Beyond the 14 hours that there are, or with 60 minutes and more. */
const NO_OFFSETS = ['+9999', '-9999', '+1401', '-1500', '+0160', '+25:00', '+14:30', '-00:60'];

/** The sound records of which all times can have an offset, with this one. */
function withOffset({ id }: Format, offset: string): string[] {
  return VALID[id]!.records.flatMap((record) => {
    const changed = record
      .replaceAll(/(\d{4}-\d{2}-\d{2}T[\d:.]+)Z/g, `$1${offset}`)
      .replaceAll(/(\d{2}\/[A-Z][a-z]{2}\/\d{4}:\d{2}:\d{2}:\d{2}) \+0000/g, `$1 ${offset.replace(':', '')}`);
    return changed === record ? [] : [changed];
  });
}

type Taken = { count: number; rows: Row[]; rejects: Row[]; notices: Row[] };

/** Takes all groups as one object, after sound records by which it is recognised; what became of each group. */
async function takeGroups(format: Format, groups: Record<string, string[]>) {
  const { header = [], records: sound } = VALID[format.id]!;
  const records = Object.values(groups).flat();
  const first = Array.from({ length: 100 }, (_, index) => sound[index % sound.length]!);
  const lake = await temporaryLake();
  const { format: recognised, ledger } = await lake.take([...header, ...first, ...records].join('\n'));
  assert.equal(recognised, format.id);
  assert.equal(ledger.records, header.length + first.length + records.length);
  assert.equal(accountedFor(ledger), ledger.records);
  let at = header.length;
  async function next(count: number): Promise<Taken> {
    const within = `where record_no > ${at} and record_no <= ${at + count} order by record_no`;
    at += count;
    const [rows, rejects, notices] = await Promise.all(
      [format.table.name, 'rejects', 'notices'].map((table) => lake.rows(`select * from ${table} ${within}`)),
    );
    assert.equal(rows!.length + rejects!.length + notices!.length, count);
    return { count, rows: rows!, rejects: rejects!, notices: notices! };
  }
  assert.deepEqual((await next(first.length)).rejects, [], 'the sound records are no rejects');
  const taken = new Map<string, Taken>();
  for (const [name, { length }] of Object.entries(groups)) taken.set(name, await next(length));
  return { lake, of: (name: string) => taken.get(name)! };
}

for (const format of formatAssets().map(parseFormat)) {
  describe(`Hostile values in ${format.id}`, async () => {
    const taken = takeGroups(format, groupsOf(format));
    const of = async (name: string) => (await taken).of(name);

    test('SQL and HTML are text in each field', async () => {
      for (const [name, value] of [
        ['sql', SQL],
        ['html', HTML],
      ] as const) {
        const { count, rows, rejects } = await of(name);
        assert.ok(count >= 8, `${count} fields`);
        const texts = rows.flatMap((row) => Object.values(row)).filter((each) => typeof each === 'string');
        // A flow of nfdump is numbers and addresses alone.
        if (format.id !== 'nfdump-csv')
          assert.ok(texts.some((text) => text.includes(value) || text.includes(value.toLowerCase())));
        for (const { raw } of rejects) assert.ok(String(raw).includes(value));
      }
    });

    test('times in year 1 and in year 9999 are rejects', async () => {
      for (const name of ['first', 'last']) {
        const { count, rejects, notices } = await of(name);
        // A notice whose time is beyond what 64 bits hold has none.
        for (const { time } of notices) assert.equal(time, null);
        assert.equal(rejects.length + notices.length, count);
        for (const { reason } of rejects) assert.match(String(reason), /^time-(out-of-range|unreadable)$/);
      }
    });

    test('a leap second is the second after it, and its request is not lost', async () => {
      const { rows, rejects } = await of('leap');
      assert.deepEqual(rejects, []);
      for (const { time } of rows) assert.match(String(time), /^2017-01-01T00:00:00\./);
    });

    test('an offset that there is nowhere is a reject', async () => {
      const { rows, rejects } = await of('offsets');
      assert.deepEqual(rows, []);
      for (const { reason } of rejects) assert.equal(reason, 'time-unreadable');
    });

    test('no port is above 65535', async () => {
      const { rows } = await of('ports');
      for (const row of rows)
        for (const port of [row.src_port, row.dst_port])
          assert.ok(port === undefined || port === null || (Number(port) >= 0 && Number(port) <= 65_535));
    });

    test('what is no address is none, and in no country', async () => {
      const { count, rows } = await of('addresses');
      assert.ok(count > 0);
      for (const { src_ip, country } of rows) {
        assert.ok(src_ip === null || isIP(String(src_ip)) > 0, `${src_ip} is no address`);
        if (src_ip === null) assert.equal(country, null);
      }
    });

    if (format.table.name !== 'http_activity') return;
    test('a status of 000, or of more than three digits, is of no class', async () => {
      const { count } = await of('statuses');
      assert.ok(count > 0);
      const { lake } = await taken;
      const classes = [1, 2, 3, 4, 5].map((first) => `status_${first}xx`).join(' + ');
      const [counted] = await lake.rows(`select cast(sum(${classes}) as bigint) as n from minute_activity`);
      const [known] = await lake.rows(
        'select count(*) as n from http_activity where status_code between 100 and 599',
      );
      assert.deepEqual(counted, known);
    });
  });
}
