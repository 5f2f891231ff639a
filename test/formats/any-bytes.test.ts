/** Whatever bytes a record is, it becomes one row, reject, header, blank or notice, and its neighbours what they are alone. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { formatAssets } from '../../src/adapters/assets.ts';
import type { Row } from '../../src/catalogue/engine.ts';
import { type Format, parseFormat } from '../../src/formats/format.ts';
import { jsonFramer } from '../../src/ingest/json-framer.ts';
import { toUtf8 } from '../../src/ingest/text.ts';
import type { Marker } from '../../src/lake/marker.ts';
import { hostileRecords } from '../ingest/hostile-records.ts';
import { temporaryLake } from '../ingest/temporary-lake.ts';
import { VALID } from './valid-records.ts';

const COUNT = 700;
const SEED = 20_191_111;
const formats = formatAssets().map(parseFormat);

type Found = {
  marker: Marker;
  /** What each record became that is neither header nor blank. */
  became: Map<number, { kind: 'row' | 'reject' | 'notice'; row: Row }>;
};

/** Takes an object through the whole pass; no record may have become two things. */
async function takeAll(format: Format, bytes: Buffer): Promise<Found> {
  const lake = await temporaryLake();
  const marker = await lake.take(bytes);
  assert.equal(marker.format, format.id);
  const became: Found['became'] = new Map();
  for (const [kind, table] of [
    ['row', format.table.name],
    ['reject', 'rejects'],
    ['notice', 'notices'],
  ] as const) {
    for (const row of await lake.rows(`select * from ${table}`)) {
      const number = Number(row.record_no);
      assert.ok(!became.has(number), `record ${number} is a ${became.get(number)?.kind} and a ${kind}`);
      became.set(number, { kind, row });
    }
  }
  const { ledger } = marker;
  assert.equal(
    ledger.rows + ledger.rejects + ledger.headers + ledger.blanks + ledger.notices,
    ledger.records,
  );
  assert.equal(became.size, ledger.rows + ledger.rejects + ledger.notices);
  return { marker, became };
}

/** All columns that do not say where the record lay. */
function said({ became }: Found, record: number): unknown {
  const { kind, row } = became.get(record) ?? {};
  if (!row) return null;
  const { record_no, object_id, byte_offset, ...rest } = row;
  // Rejects lie on the day of the object's first event.
  return { kind, ...rest, dt: kind === 'reject' ? null : row.dt };
}

/** What the sound records of a format become where nothing else is there. */
async function alone(format: Format): Promise<unknown[]> {
  const { header = [], records } = VALID[format.id]!;
  const found = await takeAll(format, Buffer.from([...header, ...records].join('\n')));
  return records.map((_, index) => said(found, header.length + index + 1));
}

function hostileOf(format: Format): Buffer[] {
  const { header = [], records } = VALID[format.id]!;
  const anything = fc
    .sample(fc.uint8Array({ minLength: 1, maxLength: 300 }), { numRuns: COUNT / 7, seed: SEED })
    .map((bytes) => Buffer.from(bytes.map((byte) => (byte === 0x0a ? 0x0b : byte))));
  const broken = hostileRecords([...records, ...records, ...header], {
    count: COUNT - anything.length,
    seed: SEED,
  });
  return [...broken, ...anything].filter((record) => !saysWithoutClient(record, format));
}

/** A record that has no name for the client says so of all others, as a header says what comes after it. */
function saysWithoutClient(record: Buffer, { recognise: { anywhere, client } }: Format): boolean {
  const text = textOf(record);
  return client !== null && anywhere!.test(text) && !client.test(text);
}

/** The text of a record as a format sees it. */
const textOf = (record: Buffer): string => toUtf8(record).toString('utf8').replace(/\r+$/, '');
const isBlank = (record: Buffer): boolean => /^[ \t\r]*$/.test(record.toString('latin1'));

describe('The table of sound records', () => {
  test('has every format', () => {
    assert.deepEqual(Object.keys(VALID).sort(), formats.map(({ id }) => id).sort());
  });

  for (const format of formats) {
    test(`holds rows and notices of ${format.id}, which its pattern matches`, async () => {
      const { records } = VALID[format.id]!;
      const [first, ...others] = await alone(format);
      assert.equal((first as Row).kind, 'row');
      for (const each of others) assert.match(String((each as Row).kind), /^row|notice$/);
      if (!format.headers) for (const record of records) assert.match(record, format.recognise.pattern);
    });
  }
});

describe('A record of any bytes, on a line between two sound ones', () => {
  for (const format of formats) {
    test(`becomes one thing, and leaves its neighbours as they are alone: ${format.id}`, async () => {
      const { header = [], records } = VALID[format.id]!;
      const carry = format.headers && new RegExp(format.headers.carry);
      const others = format.headers?.others ? new RegExp(format.headers.others) : null;
      const isHeader = (text: string): boolean => Boolean(carry?.test(text) || others?.test(text));
      const expected = await alone(format);
      const lines: Buffer[] = header.map((line) => Buffer.from(line));
      const neighbours = new Map<number, number>();
      const neighbour = (): void => {
        const which = neighbours.size % records.length;
        lines.push(Buffer.from(records[which]!));
        neighbours.set(lines.length, which);
      };
      for (const record of hostileOf(format)) {
        neighbour();
        lines.push(record);
        // A header says what comes after it: that is no fault of the pass.
        if (carry?.test(textOf(record))) lines.push(...header.map((line) => Buffer.from(line)));
      }
      neighbour();
      const bytes = Buffer.concat(lines.flatMap((line) => [line, Buffer.from('\n')]));
      const found = await takeAll(format, bytes);
      const { ledger } = found.marker;
      assert.equal(ledger.records, lines.length);
      assert.equal(ledger.headers, lines.filter((line) => isHeader(textOf(line))).length);
      assert.equal(ledger.blanks, lines.filter(isBlank).length);
      for (const [index, line] of lines.entries()) {
        const nothing = isBlank(line) || isHeader(textOf(line));
        assert.equal(
          found.became.has(index + 1),
          !nothing,
          `record ${index + 1}: ${line.toString('latin1')}`,
        );
      }
      for (const [record, which] of neighbours)
        assert.deepEqual(
          said(found, record),
          expected[which],
          `record ${record}, after ${lines[record - 2]}`,
        );
    });
  }
});

type Framed = { offset: number; bytes: Buffer };

/** The records of an object as the framer of JSON cuts them, and what must hold of the pass over it. */
async function takeValues(format: Format, bytes: Buffer): Promise<{ found: Found; framed: Framed[] }> {
  const framer = jsonFramer(64 << 20, format.array);
  const framed = [...framer.push(bytes), ...framer.end({ damaged: false })].flatMap((each) =>
    each.kind === 'block' ? [...each.records!] : [],
  );
  const found = await takeAll(format, bytes);
  assert.equal(found.marker.ledger.records, framed.length);
  assert.equal(found.became.size, framed.length, 'no value is blank');
  for (const [record, { kind, row }] of found.became) {
    if (kind !== 'reject') continue;
    assert.deepEqual(
      [row.byte_offset, row.byte_length],
      [framed[record - 1]!.offset, framed[record - 1]!.bytes.length],
    );
  }
  return { found, framed };
}

/** What the sound record that lies at each of the places became: the rows that it gives alone. */
function assertNeighbours(
  { found, framed }: { found: Found; framed: readonly Framed[] },
  { places, expected }: { places: ReadonlyMap<number, number>; expected: readonly unknown[] },
): void {
  const numbers = new Map(framed.map(({ offset }, index) => [offset, index + 1]));
  for (const [place, which] of places) {
    const record = numbers.get(place);
    const before = framed.findLast(({ offset }) => offset < place);
    assert.ok(record, `the record at ${place} lies in ${before?.bytes}`);
    assert.deepEqual(said(found, record), expected[which], `record ${record}`);
  }
}

const FEW = 250;
const pretty = (record: string): string => JSON.stringify(JSON.parse(record), null, 2);

/** Joins texts, and says where each of the sound records starts. */
function joined(pieces: readonly { text: Buffer; which: number | null }[]): {
  bytes: Buffer;
  places: Map<number, number>;
} {
  const places = new Map<number, number>();
  let at = 0;
  for (const { text, which } of pieces) {
    if (which !== null) places.set(at, which);
    at += text.length;
  }
  return { bytes: Buffer.concat(pieces.map(({ text }) => text)), places };
}

const glue = (text: string) => ({ text: Buffer.from(text), which: null });

describe('A record of any bytes, among JSON values over several lines', () => {
  for (const format of formats.filter(({ framing }) => framing === 'json')) {
    const { records } = VALID[format.id]!;
    const sound = (which: number | null, index: number) => ({
      text: Buffer.from(pretty(records[index]!)),
      which,
    });

    // A bracket that is missing before a colon or in a list may take the next value with it, and no other.
    test(`becomes as many as are framed, and leaves all but the next as they are alone: ${format.id}`, async () => {
      const expected = await alone(format);
      const pieces = hostileOf(format)
        .slice(0, FEW)
        .flatMap((text, index) => {
          const which = index % records.length;
          return [
            sound(which, which),
            glue('\n'),
            { text, which: null },
            glue('\n'),
            sound(null, which),
            glue('\n'),
          ];
        });
      const first = Array.from({ length: 60 }, () => [sound(0, 0), glue('\n')]).flat();
      const { bytes, places } = joined([...first, ...pieces, sound(0, 0)]);
      assertNeighbours(await takeValues(format, bytes), { places, expected });
    });

    test(`becomes one thing where it is JSON, in a list: ${format.id}`, async () => {
      const expected = await alone(format);
      const values = hostileOf(format)
        .map((record) => toUtf8(record).toString('utf8'))
        .filter(isObject)
        .slice(0, FEW);
      assert.ok(values.length > 20, `${values.length} are JSON`);
      const pieces = values.flatMap((value, index) => {
        const which = index % records.length;
        return [sound(which, which), glue(',\n'), { text: Buffer.from(value), which: null }, glue(',\n')];
      });
      const open = format.array ? `{"${format.array}":[` : '[';
      const close = format.array ? ']}' : ']';
      const { bytes, places } = joined([glue(open), ...pieces, sound(0, 0), glue(close)]);
      const taken = await takeValues(format, bytes);
      assert.equal(taken.framed.length, values.length * 2 + 1);
      assertNeighbours(taken, { places, expected });
    });
  }
});

function isObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && text.trim() === text;
  } catch {
    return false;
  }
}
