import type { Column, Table } from './column.ts';
import { NULL_WORD, type Words } from './words.ts';

/** Rows of a column on their way into a part: which are null, and the others one after the other. */
abstract class Values {
  /** Of each row 1, or 0 where it is null. */
  defined = new Uint8Array(32);
  rows = 0;
  nulls = 0;

  /** Rows that are not null. */
  get count(): number {
    return this.rows - this.nulls;
  }

  clear(): void {
    this.rows = 0;
    this.nulls = 0;
  }

  /** Makes it so many nulls. */
  takeNulls(rows: number): void {
    this.room(rows);
    this.defined.fill(0, 0, rows);
    this.nulls = rows;
  }

  /** Makes it so many rows, whose flags are to be set. */
  protected room(rows: number): void {
    this.rows = rows;
    if (rows > this.defined.length) this.defined = grown(this.defined, rows);
  }

  /** Adds rows by their flags: null where there are none, and all are defined. */
  protected flag(valid: Uint8Array | null, [from, to]: readonly [number, number]): number {
    const rows = to - from;
    if (this.rows + rows > this.defined.length) this.defined = grown(this.defined, this.rows + rows);
    let count = rows;
    if (!valid) this.defined.fill(1, this.rows, this.rows + rows);
    else {
      count = 0;
      for (let row = from; row < to; row += 1) {
        const flag = (valid[row >> 3]! >> (row & 7)) & 1;
        this.defined[this.rows + row - from] = flag;
        count += flag;
      }
    }
    this.rows += rows;
    this.nulls += rows - count;
    return count;
  }
}

const TWO_32 = 2 ** 32;

/** BIGINT and TIMESTAMP, each value as its lower and upper half. */
export class Numbers extends Values {
  words = new Uint32Array(64);

  /** Makes the rows whole numbers, of which those below 0 are nulls. */
  take(numbers: Float64Array, rows: number): void {
    this.room(rows);
    const { defined, words } = this;
    let at = 0;
    for (let row = 0; row < rows; row += 1) {
      const number = numbers[row]!;
      defined[row] = number < 0 ? 0 : 1;
      if (number < 0) continue;
      words[at] = number;
      words[at + 1] = number / TWO_32;
      at += 2;
    }
    this.nulls = rows - at / 2;
  }

  /** Makes the rows sums of a number below 2^53 times a million, and one below a million. */
  takeMillions(millions: Float64Array, rest: Float64Array, rows: number): void {
    this.room(rows);
    for (let row = 0; row < rows; row += 1) {
      const value = millions[row]!;
      const upper = Math.floor(value / 65_536) * 1e6;
      const lower = (value % 65_536) * 1e6 + rest[row]! + (upper % 65_536) * 65_536;
      this.defined[row] = 1;
      this.words[row * 2] = lower;
      this.words[row * 2 + 1] = Math.floor(upper / 65_536) + Math.floor(lower / TWO_32);
    }
    this.nulls = 0;
  }

  protected override room(rows: number): void {
    super.room(rows);
    if (rows * 2 > this.words.length) this.words = grown(this.words, rows * 2);
  }

  /** Adds rows of a source whose nulls have a place of their own; `valid` is a bit a row. */
  add(words: Uint32Array, valid: Uint8Array | null, range: readonly [number, number]): void {
    let at = this.count * 2;
    const [from, to] = range;
    const count = this.flag(valid, range);
    if (at + count * 2 > this.words.length) this.words = grown(this.words, at + count * 2);
    if (count === to - from) {
      this.words.set(words.subarray(from * 2, to * 2), at);
      return;
    }
    if (count === 0) return;
    const first = this.rows - (to - from);
    for (let row = from; row < to; row += 1) {
      if (this.defined[first + row - from] === 0) continue;
      this.words[at] = words[row * 2]!;
      this.words[at + 1] = words[row * 2 + 1]!;
      at += 2;
    }
  }
}

/** BOOLEAN, a byte each. */
export class Flags extends Values {
  bytes = new Uint8Array(32);

  /** Makes the rows flags of 0 and 1, of which any other is a null. */
  take(flags: Int8Array, rows: number): void {
    this.room(rows);
    if (rows > this.bytes.length) this.bytes = grown(this.bytes, rows);
    let count = 0;
    for (let row = 0; row < rows; row += 1) {
      const flag = flags[row]!;
      const isThere = flag === 0 || flag === 1;
      this.defined[row] = isThere ? 1 : 0;
      if (!isThere) continue;
      this.bytes[count] = flag;
      count += 1;
    }
    this.nulls = rows - count;
  }

  add(bytes: Uint8Array, valid: Uint8Array | null, range: readonly [number, number]): void {
    let at = this.count;
    const [from, to] = range;
    const count = this.flag(valid, range);
    if (at + count > this.bytes.length) this.bytes = grown(this.bytes, at + count);
    const first = this.rows - (to - from);
    for (let row = from; row < to; row += 1) {
      if (this.defined[first + row - from] === 0) continue;
      this.bytes[at] = bytes[row]!;
      at += 1;
    }
  }
}

/** Texts of a source: one after the other, with where each row's begins; a null's is empty. */
export type TextSource = { bytes: Uint8Array; starts: Uint32Array };

/** VARCHAR in UTF-8, one after the other. */
export class Texts extends Values {
  lengths = new Uint32Array(32);
  bytes = new Uint8Array(256);
  /** Where the next text goes. */
  end = 0;

  override clear(): void {
    super.clear();
    this.end = 0;
  }

  /** Adds rows of a source; `starts` has one entry more than there are rows. */
  add({ bytes, starts }: TextSource, valid: Uint8Array | null, range: readonly [number, number]): void {
    let at = this.count;
    const [from, to] = range;
    const count = this.flag(valid, range);
    if (count === 0) return;
    if (at + count > this.lengths.length) this.lengths = grown(this.lengths, at + count);
    const first = this.rows - (to - from);
    for (let row = from; row < to; row += 1) {
      if (this.defined[first + row - from] === 0) continue;
      this.lengths[at] = starts[row + 1]! - starts[row]!;
      at += 1;
    }
    const [start, end] = [starts[from]!, starts[to]!];
    if (this.end + end - start > this.bytes.length) this.bytes = grown(this.bytes, this.end + end - start);
    this.bytes.set(bytes.subarray(start, end), this.end);
    this.end += end - start;
  }

  /** Makes all rows one text. */
  repeat(text: Uint8Array, rows: number): void {
    this.clear();
    this.flag(null, [0, rows]);
    const length = rows * text.length;
    if (rows > this.lengths.length) this.lengths = grown(this.lengths, rows);
    if (length > this.bytes.length) this.bytes = grown(this.bytes, length);
    this.lengths.fill(text.length, 0, rows);
    for (; this.end < length; this.end += text.length) this.bytes.set(text, this.end);
  }
}

/** The same in more memory, of at least so many. */
export function grown<Memory extends Uint8Array | Uint32Array | Int32Array | Float64Array>(
  memory: Memory,
  least: number,
): Memory {
  const larger = new (memory.constructor as new (length: number) => Memory)(
    Math.max(least, memory.length * 2),
  );
  larger.set(memory);
  return larger;
}

/** VARCHAR whose texts are kept once: a place among the words a row. */
export class Chosen extends Values {
  words: Words | null = null;
  /** Of each row that is not null, from 0. */
  places = new Uint32Array(64);

  /** Makes the rows those of a column's words, numbered from 1. */
  take(words: Words, numbers: Uint32Array, rows: number): void {
    this.room(rows);
    this.words = words;
    if (rows > this.places.length) this.places = grown(this.places, rows);
    const { defined, places } = this;
    let count = 0;
    for (let row = 0; row < rows; row += 1) {
      const number = numbers[row]!;
      defined[row] = number === NULL_WORD ? 0 : 1;
      if (number === NULL_WORD) continue;
      places[count] = number - 1;
      count += 1;
    }
    this.nulls = rows - count;
  }

  /** Makes all rows the only word. */
  takeOnly(words: Words, rows: number): void {
    this.room(rows);
    this.words = words;
    if (rows > this.places.length) this.places = grown(this.places, rows);
    this.defined.fill(1, 0, rows);
    this.places.fill(0, 0, rows);
    this.nulls = 0;
  }
}

export type PartColumn = { column: Column; values: Numbers | Flags | Texts };

export type PartValues = Numbers | Flags | Texts | Chosen;

/** Empty columns of a table. */
export function partColumns(table: Table): PartColumn[] {
  return table.columns.map((column) => ({ column, values: emptyValues(column) }));
}

function emptyValues({ name, type }: Column): Numbers | Flags | Texts {
  switch (type) {
    case 'bigint':
    case 'timestamp':
      return new Numbers();
    case 'boolean':
      return new Flags();
    case 'varchar':
      return new Texts();
    case 'date':
      throw new Error(`${name}: parts have no column of dates`);
  }
}
