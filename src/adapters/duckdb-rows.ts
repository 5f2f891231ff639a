import type { DuckDBDataChunk, DuckDBResult, DuckDBValue } from '@duckdb/node-api';
import {
  ColumnResult,
  type ColumnValues,
  NO_TEXT,
  NumberValues,
  PlainValues,
  TextValues,
  TimeValues,
} from '../catalogue/column-values.ts';
import type { Value } from '../catalogue/engine.ts';
import { grown } from '../lake/part-columns.ts';
import type { ColumnType } from '../lake/tables.ts';
import { DistinctTexts } from './distinct-texts.ts';
import { bytesOfTexts, wordsOf } from './duckdb-columns.ts';
import { isNull } from './duckdb-strings.ts';

/** Takes the values of a column chunk by chunk, and gives all of them in the end. */
type ColumnReader = { take(chunk: DuckDBDataChunk): void; values(): ColumnValues };

/**
 * A result, column by column. They are read where they lie in DuckDB's memory: an object a value, as its package gives
 * them, costs most of the time of a long answer, and a row of values each most of what is left.
 */
export async function readResult(result: DuckDBResult): Promise<ColumnResult> {
  const columns = result.columnNames().map((name, index) => {
    const type = String(result.columnTypes()[index]);
    return { name, type: columnType(type), reader: readerOf(type, index) };
  });
  for (;;) {
    const chunk = await result.fetchChunk();
    if (!chunk || chunk.rowCount === 0) break;
    for (const { reader } of columns) reader.take(chunk);
  }
  return new ColumnResult(
    columns.map(({ name, type }) => ({ name, type })),
    columns.map(({ reader }) => reader.values()),
  );
}

function readerOf(type: string, index: number): ColumnReader {
  if (type === 'VARCHAR') return textReader(index);
  if (type === 'BIGINT') return numberReader(index);
  if (type === 'TIMESTAMP') return timeReader(index);
  return otherReader(index, columnType(type));
}

/** Rows that a column has room for at first. */
const ROOM = 256;

function textReader(index: number): ColumnReader {
  const distinct = new DistinctTexts();
  let places = new Int32Array(ROOM);
  let length = 0;
  return {
    take(chunk) {
      const { bytes, starts, valid } = bytesOfTexts(chunk, index);
      const count = chunk.rowCount;
      if (length + count > places.length) places = grown(places, length + count);
      for (let row = 0; row < count; row += 1)
        places[length + row] = isNull(valid, row)
          ? NO_TEXT
          : distinct.numberOf(bytes, starts[row]!, starts[row + 1]!);
      length += count;
    },
    values: () => new TextValues(places.slice(0, length), distinct.texts),
  };
}

function numberReader(index: number): ColumnReader {
  const aside = new Map<number, bigint>();
  let numbers = new Float64Array(ROOM);
  let length = 0;
  return {
    take(chunk) {
      const { words, valid } = wordsOf(chunk, index);
      const count = chunk.rowCount;
      if (length + count > numbers.length) numbers = grown(numbers, length + count);
      for (let row = 0; row < count; row += 1) {
        const number = isNull(valid, row) ? Number.NaN : doubleOf(words, row);
        const isExact = Number.isSafeInteger(number);
        numbers[length + row] = isExact ? number : Number.NaN;
        if (!isExact && !isNull(valid, row)) aside.set(length + row, wholeOf(words, row));
      }
      length += count;
    },
    values: () => new NumberValues(numbers.slice(0, length), aside),
  };
}

/** Of a BIGINT, as its lower and upper half: the nearest double. */
const doubleOf = (words: Uint32Array, row: number): number =>
  (words[row * 2 + 1]! | 0) * 2 ** 32 + words[row * 2]!;

const wholeOf = (words: Uint32Array, row: number): bigint =>
  (BigInt(words[row * 2 + 1]! | 0) << 32n) | BigInt(words[row * 2]!);

function timeReader(index: number): ColumnReader {
  const aside = new Map<number, string>();
  let times = new Float64Array(ROOM);
  let length = 0;
  return {
    take(chunk) {
      const { words, valid } = wordsOf(chunk, index);
      const count = chunk.rowCount;
      if (length + count > times.length) times = grown(times, length + count);
      for (let row = 0; row < count; row += 1) {
        const micros = isNull(valid, row) ? Number.NaN : doubleOf(words, row);
        // Of the years 1684 to 2255, which JavaScript counts and writes as DuckDB does.
        const isExact = Number.isSafeInteger(micros);
        times[length + row] = isExact ? Math.floor(micros / 1000) : Number.NaN;
        if (!isExact && !isNull(valid, row))
          aside.set(length + row, String(plain(chunk.getColumnVector(index).getItem(row), 'timestamp')));
      }
      length += count;
    },
    values: () => new TimeValues(times.slice(0, length), aside),
  };
}

function otherReader(index: number, type: ColumnType): ColumnReader {
  const values: Value[] = [];
  return {
    take(chunk) {
      const vector = chunk.getColumnVector(index);
      for (let row = 0; row < chunk.rowCount; row += 1) values.push(plain(vector.getItem(row), type));
    },
    values: () => new PlainValues(values.length, (row) => values[row]!),
  };
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
