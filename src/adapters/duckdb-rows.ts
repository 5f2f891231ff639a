import type { DuckDBDataChunk, DuckDBResult, DuckDBValue } from '@duckdb/node-api';
import type { Result, Value } from '../catalogue/engine.ts';
import type { ColumnType } from '../lake/tables.ts';
import { bytesOfTexts, wordsOf } from './duckdb-columns.ts';
import { isNull } from './duckdb-strings.ts';

/** Puts the values of a chunk's column into rows, from the one at `from` on. A loop of its own for each type is quick. */
type ColumnReader = (
  chunk: DuckDBDataChunk,
  into: { rows: readonly Value[][]; from: number; count: number },
) => void;

/**
 * The rows of a result, chunk by chunk, so that none is held twice. Columns are read where they lie in DuckDB's memory:
 * an object a value, as its package gives them, costs most of the time of a long answer.
 */
export async function readResult(result: DuckDBResult): Promise<Result> {
  const columns = result.columnNames().map((name, index) => {
    const type = String(result.columnTypes()[index]);
    return { name, type: columnType(type), read: readerOf(type, index) };
  });
  const rows: Value[][] = [];
  for (;;) {
    const chunk = await result.fetchChunk();
    const count = chunk?.rowCount ?? 0;
    if (!chunk || count === 0) break;
    const from = rows.length;
    for (let row = 0; row < count; row += 1) rows.push(new Array(columns.length));
    for (const { read } of columns) read(chunk, { rows, from, count });
  }
  return { columns: columns.map(({ name, type }) => ({ name, type })), rows };
}

function readerOf(type: string, index: number): ColumnReader {
  if (type === 'VARCHAR') return textReader(index);
  if (type === 'BIGINT') return numberReader(index);
  if (type === 'TIMESTAMP') return timeReader(index);
  return otherReader(index, columnType(type));
}

function textReader(index: number): ColumnReader {
  const known = new KnownTexts();
  return (chunk, { rows, from, count }) => {
    const { bytes, starts, valid } = bytesOfTexts(chunk, index);
    for (let row = 0; row < count; row += 1)
      rows[from + row]![index] = isNull(valid, row)
        ? null
        : known.textOf(bytes, starts[row]!, starts[row + 1]!);
  };
}

function numberReader(index: number): ColumnReader {
  return (chunk, { rows, from, count }) => {
    const { words, valid } = wordsOf(chunk, index);
    for (let row = 0; row < count; row += 1)
      rows[from + row]![index] = isNull(valid, row) ? null : wholeNumber(words, row);
  };
}

/** Of a BIGINT, as its lower and upper half. */
function wholeNumber(words: Uint32Array, row: number): number | bigint {
  const [low, high] = [words[row * 2]!, words[row * 2 + 1]! | 0];
  const value = high * 2 ** 32 + low;
  return Number.isSafeInteger(value) ? value : (BigInt(high) << 32n) | BigInt(low);
}

function timeReader(index: number): ColumnReader {
  const textOf = timeWriter();
  return (chunk, { rows, from, count }) => {
    const { words, valid } = wordsOf(chunk, index);
    for (let row = 0; row < count; row += 1) {
      const micros = isNull(valid, row) ? null : wholeNumber(words, row);
      // Of the years 1684 to 2255, which JavaScript counts and writes as DuckDB does.
      if (typeof micros === 'number') rows[from + row]![index] = textOf(Math.floor(micros / 1000));
      else if (micros === null) rows[from + row]![index] = null;
      else rows[from + row]![index] = plain(chunk.getColumnVector(index).getItem(row), 'timestamp');
    }
  };
}

const DAY_MS = 86_400_000;
const TIME = '1970-01-01T00:00:00.000Z';
/** Where a time has digits that change within a day, what each counts in ms, and how far it counts. */
const DIGITS = [
  { place: 11, ms: 36_000_000, base: 3 },
  { place: 12, ms: 3_600_000, base: 10 },
  { place: 14, ms: 600_000, base: 6 },
  { place: 15, ms: 60_000, base: 10 },
  { place: 17, ms: 10_000, base: 6 },
  { place: 18, ms: 1000, base: 10 },
  { place: 20, ms: 100, base: 10 },
  { place: 21, ms: 10, base: 10 },
  { place: 22, ms: 1, base: 10 },
];
const ZERO = 0x30;

/**
 * Writes times as RFC 3339 in UTC, byte by byte: a `Date` a time costs more than all else of it, and a text that is put
 * together of others is kept as those, in twice the room.
 */
function timeWriter(): (ms: number) => string {
  const bytes = Buffer.from(TIME);
  let written = 0;
  return (ms) => {
    const day = Math.floor(ms / DAY_MS);
    if (day !== written) {
      bytes.write(new Date(day * DAY_MS).toISOString(), 'latin1');
      written = day;
    }
    const ofDay = ms - day * DAY_MS;
    for (const { place, ms: unit, base } of DIGITS) bytes[place] = ZERO + (Math.floor(ofDay / unit) % base);
    return bytes.toString('latin1');
  };
}

function otherReader(index: number, type: ColumnType): ColumnReader {
  return (chunk, { rows, from, count }) => {
    const vector = chunk.getColumnVector(index);
    for (let row = 0; row < count; row += 1) rows[from + row]![index] = plain(vector.getItem(row), type);
  };
}

/** Texts that came last, each under the hash of its bytes: most of a column come again, and then are the same text. */
class KnownTexts {
  readonly #texts: (string | undefined)[] = new Array(KNOWN).fill(undefined);
  readonly #lengths = new Uint16Array(KNOWN);
  readonly #bytes = Buffer.allocUnsafeSlow(KNOWN * KNOWN_BYTES);
  /** Where the last one is kept: rows are ordered, mostly. */
  #last = 0;

  textOf(bytes: Buffer, start: number, end: number): string {
    const length = end - start;
    if (length > KNOWN_BYTES) return bytes.toString('utf8', start, end);
    if (this.#isAt(this.#last, { bytes, start, end })) return this.#texts[this.#last]!;
    const slot = hashOf(bytes, start, end) % KNOWN;
    this.#last = slot;
    const place = slot * KNOWN_BYTES;
    if (this.#isAt(slot, { bytes, start, end })) return this.#texts[slot]!;
    const text = bytes.toString('utf8', start, end);
    this.#texts[slot] = text;
    this.#lengths[slot] = length;
    bytes.copy(this.#bytes, place, start, end);
    return text;
  }

  #isAt(slot: number, { bytes, start, end }: { bytes: Buffer; start: number; end: number }): boolean {
    if (this.#texts[slot] === undefined || this.#lengths[slot] !== end - start) return false;
    const known = this.#bytes;
    // Texts that are alike begin alike more often than they end so.
    for (let at = end - 1, place = slot * KNOWN_BYTES + (at - start); at >= start; at -= 1, place -= 1)
      if (bytes[at] !== known[place]) return false;
    return true;
  }
}

/** Texts of a column that are kept at a time, and the bytes of one, at most. */
const KNOWN = 4096;
const KNOWN_BYTES = 192;

/** FNV-1a, of 32 bits. */
function hashOf(bytes: Buffer, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let at = start; at < end; at += 1) hash = Math.imul(hash ^ bytes[at]!, 0x01000193);
  return hash >>> 0;
}

function columnType(type: string): ColumnType {
  if (/^(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT|UTINYINT|USMALLINT|UINTEGER|UBIGINT|UHUGEINT)$/.test(type))
    return 'bigint';
  if (type === 'BOOLEAN') return 'boolean';
  if (type === 'DATE') return 'date';
  if (type.startsWith('TIMESTAMP')) return 'timestamp';
  return 'varchar';
}

/** A value as the package of DuckDB gives it. */
export function plain(value: DuckDBValue, type: ColumnType): Value {
  if (value === null || typeof value === 'boolean' || typeof value === 'number' || typeof value === 'string')
    return value;
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  if (type === 'timestamp')
    return `${String(value).slice(0, 23).replace(' ', 'T').padEnd(19, '0')}`.replace(
      /(\.\d{1,3})?$/,
      (ms) => `.${(ms.slice(1) || '0').padEnd(3, '0')}Z`,
    );
  return String(value);
}
