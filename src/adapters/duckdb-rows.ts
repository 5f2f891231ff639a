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
const MINUTE_MS = 60_000;

/** Writes times as RFC 3339 in UTC, of pieces that are made once each: a `Date` a time costs more than all else of it. */
function timeWriter(): (ms: number) => string {
  const days = new Map<number, string>();
  const minutes: string[] = [];
  const rests: string[] = [];
  return (ms) => {
    const day = Math.floor(ms / DAY_MS);
    const ofDay = ms - day * DAY_MS;
    const minute = Math.floor(ofDay / MINUTE_MS);
    const rest = ofDay - minute * MINUTE_MS;
    let date = days.get(day);
    if (date === undefined) {
      date = iso(day * DAY_MS).slice(0, DATE.length);
      days.set(day, date);
    }
    minutes[minute] ??= iso(minute * MINUTE_MS).slice(DATE.length, -REST.length);
    rests[rest] ??= iso(rest).slice(-REST.length);
    return date + minutes[minute] + rests[rest];
  };
}

const DATE = '1970-01-01T';
const REST = '00.000Z';
const iso = (ms: number): string => new Date(ms).toISOString();

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
    const place = slot * KNOWN_BYTES;
    const length = end - start;
    return (
      this.#texts[slot] !== undefined &&
      this.#lengths[slot] === length &&
      this.#bytes.compare(bytes, start, end, place, place + length) === 0
    );
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
