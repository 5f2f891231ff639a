import type { StraightColumn } from '../formats/straight.ts';
import { NULL_WORD, Words } from '../lake/words.ts';
import {
  type CutRecord,
  digitsIn,
  integerIn,
  isEmpty,
  microsIn,
  NEGATIVE,
  NONE,
  UNFIT,
} from './straight-record.ts';
import { PRECISIONS, type ReadTime } from './straight-time.ts';

/** Rows of a group, at most. */
export const MOST_ROWS = 32_768;

/** A text of each row, by its number among the words. */
export class WordRows {
  readonly words = new Words();
  readonly places = new Uint32Array(MOST_ROWS);

  clear(): void {
    this.words.clear();
  }
}

/** Rows of a column, of one type of value each. Of flags, any but 0 and 1 is a null. */
export type Output =
  | { kind: 'words'; rows: WordRows }
  | { kind: 'numbers'; rows: NumberRows }
  | { kind: 'flags'; rows: Int8Array }
  | { kind: 'text'; text: string }
  | { kind: 'nulls' };

/** Whole numbers, of which none is below 0: NONE is a null. */
export type NumberRows = Float64Array;

/** A column on its way: takes the cells of one record after the other. */
export type RowColumn = {
  /** False where the record needs the SELECT: then the row is another's. */
  take(record: CutRecord, row: number): boolean;
  /** Forgets all rows. */
  clear(): void;
};

/** A text as it stands, or the first of several that is neither empty nor a dash. */
export class TextColumn implements RowColumn {
  readonly rows = new WordRows();
  readonly #cells: readonly number[];
  /** A byte that alone stands for nothing. */
  readonly #nothing: number;

  constructor({ kind, cells }: StraightColumn) {
    this.#cells = cells;
    this.#nothing = kind === 'text' ? NONE : kind === 'id' ? ZERO : DASH;
  }

  take(record: CutRecord, row: number): boolean {
    const { places, words } = this.rows;
    for (let index = 0; index < this.#cells.length; index += 1) {
      const cell = this.#cells[index]!;
      const start = record.starts[cell]!;
      const end = record.ends[cell]!;
      if (start < 0 || start === end) continue;
      if (end - start === 1 && record.bytes[start] === this.#nothing) continue;
      places[row] = words.numberOf(record, start, end);
      return true;
    }
    places[row] = NULL_WORD;
    return true;
  }

  clear(): void {
    this.rows.clear();
  }
}

/** A text that is made of another, once of each that was logged. */
export class MadeColumn implements RowColumn {
  readonly rows = new WordRows();
  readonly #logged: TextColumn;
  readonly #make: (logged: string | null) => string | null | typeof UNFIT;
  /** Of each text that was logged the word of what was made of it. */
  #made: number[] = [];

  constructor(column: StraightColumn, make: (logged: string | null) => string | null | typeof UNFIT) {
    this.#logged = new TextColumn(column);
    this.#make = make;
  }

  take(record: CutRecord, row: number): boolean {
    const { rows } = this.#logged;
    this.#logged.take(record, row);
    const place = rows.places[row]!;
    this.#made[place] ??= this.#wordOf(place === NULL_WORD ? null : rows.words.textOf(place));
    this.rows.places[row] = this.#made[place];
    return this.#made[place] !== UNFIT;
  }

  #wordOf(logged: string | null): number {
    const made = this.#make(logged);
    if (made === UNFIT) return UNFIT;
    return made === null ? NULL_WORD : this.rows.words.numberOfText(Buffer.from(made));
  }

  clear(): void {
    this.#logged.clear();
    this.rows.clear();
    this.#made = [];
  }
}

/** A host in lower case, without its port. */
export function hostOf(logged: string | null): string | null | typeof UNFIT {
  if (logged === null) return null;
  // Of other letters than those of ASCII it is another's to say which are lower ones.
  if (!/^[!-~]+$/.test(logged)) return UNFIT;
  const host = (/^([^:]+):\d+$/.exec(logged)?.[1] ?? logged).toLowerCase();
  return host === '-' ? null : host;
}

const DASH = 0x2d;
const SLASH = 0x2f;
const ZERO = 0x30;
const QUESTION = 0x3f;

/** The target of a request: path and query. */
export class TargetColumn implements RowColumn {
  readonly paths = new WordRows();
  readonly queries = new WordRows();
  readonly #cells: readonly number[];

  constructor({ cells }: StraightColumn) {
    this.#cells = cells;
  }

  take(record: CutRecord, row: number): boolean {
    const { bytes, starts, ends } = record;
    let index = 0;
    while (index < this.#cells.length - 1 && isEmpty(record, this.#cells[index]!)) index += 1;
    const cell = this.#cells[index]!;
    if (isEmpty(record, cell)) return false;
    const start = starts[cell]!;
    const end = ends[cell]!;
    if (bytes[start] !== SLASH) return false;
    let at = start;
    while (at < end && bytes[at] !== QUESTION) at += 1;
    this.paths.places[row] = this.paths.words.numberOf(record, start, at);
    this.queries.places[row] = at === end ? NULL_WORD : this.queries.words.numberOf(record, at + 1, end);
    return true;
  }

  clear(): void {
    this.paths.clear();
    this.queries.clear();
  }
}

/** A number beyond them is a null. One below 0 is left, unless it is a null too. */
export type Bound = { least: number; most: number; isNegativeNull: boolean };

export class NumberColumn implements RowColumn {
  readonly rows: NumberRows = new Float64Array(MOST_ROWS);
  readonly #column: StraightColumn;
  readonly #bound: Bound;
  /** The cell that it is, where there is no more to it. */
  readonly #only: number;

  constructor(column: StraightColumn, bound: Bound) {
    this.#column = column;
    this.#bound = bound;
    const { kind, cells, or, onlyIf } = column;
    const isPlain = kind === 'integer' && cells.length === 1 && !or && onlyIf === null;
    this.#only = isPlain ? cells[0]! : NONE;
  }

  take(record: CutRecord, row: number): boolean {
    const value = this.#read(record);
    if (value === UNFIT || (value === NEGATIVE && !this.#bound.isNegativeNull)) return false;
    this.rows[row] = value < this.#bound.least || value > this.#bound.most ? NONE : value;
    return true;
  }

  #read(record: CutRecord): number {
    if (this.#only !== NONE) return signedIn(record, this.#only);
    const { or, onlyIf } = this.#column;
    if (onlyIf !== null) {
      const condition = integerIn(record, onlyIf);
      if (condition === UNFIT) return UNFIT;
      if (condition <= 0) return NONE;
    }
    const value = numberIn(record, this.#column);
    return value === NONE && or ? numberIn(record, or) : value;
  }

  clear(): void {}
}

function numberIn(record: CutRecord, { kind, cells }: Pick<StraightColumn, 'kind' | 'cells'>): number {
  if (kind === 'seconds') return secondsIn(record, cells);
  let value = NONE;
  for (let index = 0; index < cells.length && value === NONE; index += 1)
    value = signedIn(record, cells[index]!);
  if (kind === 'positive') return value === 0 ? NONE : value;
  if (kind === 'milliseconds' && value > 0) return value * 1000;
  if (kind !== 'nanoseconds') return value;
  // Divided, one below 0 can become 0.
  return value === NEGATIVE ? UNFIT : value > 0 ? Math.floor(value / 1000) : value;
}

/** The same as `integerIn`, and NEGATIVE. */
function signedIn(record: CutRecord, cell: number): number {
  const { bytes, starts, ends } = record;
  const value = integerIn(record, cell);
  const isSigned = value === UNFIT && bytes[starts[cell]!] === DASH;
  return isSigned && digitsIn(bytes, starts[cell]! + 1, ends[cell]!) > 0 ? NEGATIVE : value;
}

/** The sum of durations; NEGATIVE where all are. */
function secondsIn(record: CutRecord, cells: readonly number[]): number {
  let sum = 0;
  let negative = 0;
  for (let index = 0; index < cells.length; index += 1) {
    const micros = microsIn(record, cells[index]!);
    if (micros === UNFIT) return UNFIT;
    if (micros === NEGATIVE) negative += 1;
    else sum += micros;
  }
  if (negative > 0) return negative === cells.length ? NEGATIVE : UNFIT;
  return sum;
}

/** The precision of the time that was read last. */
export class PrecisionColumn implements RowColumn {
  readonly rows = new WordRows();
  readonly #time: ReadTime;
  /** Of each precision its word. */
  #known: number[] = [];

  constructor(time: ReadTime) {
    this.#time = time;
  }

  take(_record: CutRecord, row: number): boolean {
    const { precision } = this.#time;
    this.#known[precision] ??= this.rows.words.numberOfText(Buffer.from(PRECISIONS[precision]!));
    this.rows.places[row] = this.#known[precision];
    return true;
  }

  clear(): void {
    this.rows.clear();
    this.#known = [];
  }
}
