import type { Column, Table } from './column.ts';

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

/** BIGINT and TIMESTAMP, each value as its lower and upper half. */
export class Numbers extends Values {
  words = new Uint32Array(64);

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

function grown<Memory extends Uint8Array | Uint32Array>(memory: Memory, least: number): Memory {
  const larger = new (memory.constructor as new (length: number) => Memory)(
    Math.max(least, memory.length * 2),
  );
  larger.set(memory);
  return larger;
}

export type PartColumn = { column: Column; values: Numbers | Flags | Texts };

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
