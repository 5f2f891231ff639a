import type { ColumnType } from '../lake/tables.ts';
import type { Result, Value } from './engine.ts';

/** The values of a column of an answer, by row from 0. */
export type ColumnValues = {
  readonly length: number;
  at(row: number): Value;
  /** Of a timestamp, in ms since 1970; NaN where it is null. */
  timeAt(row: number): number;
};

/** No place among the texts: null. */
export const NO_TEXT = -1;

/** Texts, each kept once: those of a column come again, mostly. */
export class TextValues implements ColumnValues {
  /** Of each row, which of the texts it has, or NO_TEXT. */
  readonly places: Int32Array;
  readonly texts: readonly string[];

  constructor(places: Int32Array, texts: readonly string[]) {
    this.places = places;
    this.texts = texts;
  }

  get length(): number {
    return this.places.length;
  }

  at(row: number): string | null {
    const place = this.places[row]!;
    return place === NO_TEXT ? null : this.texts[place]!;
  }

  timeAt(row: number): number {
    return Date.parse(this.at(row) ?? '');
  }
}

/** Whole numbers: NaN is null, and what a double does not hold is aside. */
export class NumberValues implements ColumnValues {
  readonly #numbers: Float64Array;
  readonly #aside: ReadonlyMap<number, bigint>;

  constructor(numbers: Float64Array, aside: ReadonlyMap<number, bigint>) {
    this.#numbers = numbers;
    this.#aside = aside;
  }

  get length(): number {
    return this.#numbers.length;
  }

  at(row: number): number | bigint | null {
    const number = this.#numbers[row]!;
    return Number.isNaN(number) ? (this.#aside.get(row) ?? null) : number;
  }

  timeAt(): number {
    return Number.NaN;
  }
}

/** Times in ms since 1970: NaN is null, and what JavaScript does not write as engines do is aside. */
export class TimeValues implements ColumnValues {
  readonly #times: Float64Array;
  readonly #aside: ReadonlyMap<number, string>;

  constructor(times: Float64Array, aside: ReadonlyMap<number, string>) {
    this.#times = times;
    this.#aside = aside;
  }

  get length(): number {
    return this.#times.length;
  }

  at(row: number): string | null {
    const time = this.#times[row]!;
    return Number.isNaN(time) ? (this.#aside.get(row) ?? null) : timeText(time);
  }

  timeAt(row: number): number {
    const aside = this.#aside.get(row);
    return aside === undefined ? this.#times[row]! : Date.parse(aside);
  }
}

/** Values of whichever type, as somebody else keeps them. */
export class PlainValues implements ColumnValues {
  readonly length: number;
  readonly at: (row: number) => Value;

  constructor(length: number, at: (row: number) => Value) {
    this.length = length;
    this.at = at;
  }

  timeAt(row: number): number {
    return Date.parse(String(this.at(row) ?? ''));
  }
}

/** A result that is kept by column: its rows are made when they are first asked for. */
export class ColumnResult implements Result {
  readonly columns: { name: string; type: ColumnType }[];
  readonly values: readonly ColumnValues[];
  #rows: Value[][] | null = null;

  constructor(columns: { name: string; type: ColumnType }[], values: readonly ColumnValues[]) {
    this.columns = columns;
    this.values = values;
  }

  get rows(): Value[][] {
    this.#rows ??= Array.from({ length: countOf(this) }, (_, row) =>
      this.values.map((values) => values.at(row)),
    );
    return this.#rows;
  }
}

/** How many rows a result has. */
export function countOf(result: Result): number {
  return result.values ? (result.values[0]?.length ?? 0) : result.rows.length;
}

/** The columns of a result, each by its place. */
export function valuesOf(result: Result): readonly ColumnValues[] {
  const { columns, values } = result;
  if (values) return values;
  const { rows } = result;
  return columns.map((_, index) => new PlainValues(rows.length, (row) => rows[row]![index]!));
}

const DAY_MS = 86_400_000;
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

const bytes = Buffer.from('1970-01-01T00:00:00.000Z');
/** The day that the bytes have, in days since 1970. */
let written = 0;

/**
 * A time as RFC 3339 in UTC, byte by byte: a `Date` a time costs more than all else of it, and a text that is put
 * together of others is kept as those, in twice the room.
 */
function timeText(ms: number): string {
  const day = Math.floor(ms / DAY_MS);
  if (day !== written) {
    bytes.write(new Date(day * DAY_MS).toISOString(), 'latin1');
    written = day;
  }
  const ofDay = ms - day * DAY_MS;
  for (const { place, ms: unit, base } of DIGITS) bytes[place] = ZERO + (Math.floor(ofDay / unit) % base);
  return bytes.toString('latin1');
}
