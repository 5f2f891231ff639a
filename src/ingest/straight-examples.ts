import type { StraightColumn } from '../formats/straight.ts';
import { type Readable, readable } from '../lake/readable.ts';
import { MOST_ROWS, type Output, type RowColumn, WordRows } from './straight-columns.ts';
import { type CutRecord, NONE } from './straight-record.ts';

/** What the SELECT gives for a record in columns of an example. */
export type Example = readonly (string | number | boolean | null)[];

/** The types of columns that an example can give. */
export type ExampleType = 'varchar' | 'bigint' | 'boolean';

const QUOTE = 0x22;
/** Cells of a record are shorter than that, together: keys are kept. */
const MOST_KEY_BYTES = 1 << 11;
/** What says of a cell whether it is there, and its length. */
const HEAD_BYTES = 3;
/** Examples that are kept from part to part. */
const MOST_KNOWN = 1 << 14;

/** Columns that the SELECT gives for one record of those with the same cells. */
export class ExampleColumn implements RowColumn {
  readonly names: readonly string[];
  readonly outputs: readonly Output[];
  /** Number of the record that is taken. */
  recordNo = 0;
  readonly #cells: readonly number[];
  /** What the cells hold, and by its word the number of the first record with it. There is no word 0. */
  readonly #rows = new WordRows();
  readonly #firstRecords: number[] = [NONE];
  readonly #key: Readable = readable(new Uint8Array(MOST_KEY_BYTES));
  readonly #known = new Map<string, Example>();

  constructor({ names, cells }: StraightColumn, types: readonly ExampleType[]) {
    this.names = names;
    this.#cells = cells;
    this.outputs = types.map(outputOf);
  }

  take({ bytes, starts, ends }: CutRecord, row: number): boolean {
    const key = this.#key.bytes;
    let end = 0;
    for (let index = 0; index < this.#cells.length; index += 1) {
      const start = starts[this.#cells[index]!]!;
      const isThere = start >= 0;
      const length = isThere ? ends[this.#cells[index]!]! - start : 0;
      if (end + HEAD_BYTES + length > MOST_KEY_BYTES) return false;
      // What is not there differs from what is empty, and a text of JSON from a list; a length says where a cell ends.
      key[end] = !isThere ? 0 : bytes[start - 1] === QUOTE ? 2 : 1;
      key[end + 1] = length;
      key[end + 2] = length >> 8;
      end += HEAD_BYTES;
      for (let at = 0; at < length; at += 1, end += 1) key[end] = bytes[start + at]!;
    }
    const place = this.#rows.words.numberOf(this.#key, 0, end);
    if (place === this.#firstRecords.length) this.#firstRecords.push(this.recordNo);
    this.#rows.places[row] = place;
    return true;
  }

  /** Numbers of records whose examples are not known yet. */
  unknown(): number[] {
    return this.#firstRecords.filter(
      (_, place) => place > 0 && !this.#known.has(this.#rows.words.textOf(place, 'latin1')),
    );
  }

  /** Takes what the SELECT gave for those, and fills the outputs of so many rows. */
  learn(examples: ReadonlyMap<number, Example>, rows: number): void {
    const found: Example[] = [[]];
    for (let place = 1; place < this.#firstRecords.length; place += 1) {
      const recordNo = this.#firstRecords[place]!;
      const key = this.#rows.words.textOf(place, 'latin1');
      const example = examples.get(recordNo) ?? this.#known.get(key)!;
      if (this.#known.size < MOST_KNOWN) this.#known.set(key, example);
      found.push(example);
    }
    const { places } = this.#rows;
    for (const [index, output] of this.outputs.entries()) {
      const of = found.map((example) => valueFor(output, example[index] ?? null));
      if (output.kind === 'text' || output.kind === 'nulls') continue;
      const into = output.kind === 'words' ? output.rows.places : output.rows;
      for (let row = 0; row < rows; row += 1) into[row] = of[places[row]!]!;
    }
  }

  clear(): void {
    this.#rows.clear();
    this.#firstRecords.length = 1;
    for (const output of this.outputs) if (output.kind === 'words') output.rows.clear();
  }
}

function outputOf(type: ExampleType): Output {
  if (type === 'varchar') return { kind: 'words', rows: new WordRows() };
  if (type === 'bigint') return { kind: 'numbers', rows: new Float64Array(MOST_ROWS) };
  return { kind: 'flags', rows: new Int8Array(MOST_ROWS) };
}

/** A value as the rows of an output hold it. */
function valueFor(output: Output, value: Example[number]): number {
  if (output.kind === 'words')
    return value === null ? 0 : output.rows.words.numberOfText(Buffer.from(String(value)));
  return value === null ? NONE : Number(value);
}
