import type { Kernel, Place } from '../lake/kernel.ts';
import { KernelWords, TextWords, type Words } from '../lake/words.ts';
import { type CutBatch, MOST_RECORDS, type Rows } from './cut-batch.ts';

/** Rows of a group, at most. */
export const MOST_ROWS = 32_768;

/** A text of each row, by its number among the words. */
export type WordRows = { words: Words; places: Uint32Array };

/** Rows of a column, of one type of value each. Of flags, any but 0 and 1 is a null. */
export type Output =
  | { kind: 'words'; rows: WordRows }
  | { kind: 'numbers'; rows: NumberRows }
  | { kind: 'flags'; rows: Int8Array }
  | { kind: 'text'; text: string }
  | { kind: 'nulls' };

/** Whole numbers, of which none is below 0: NONE is a null. */
export type NumberRows = Float64Array;

/** A column on its way: takes the cells of one batch after the other. */
export type RowColumn = {
  /** What it has of each row. */
  readonly rows: readonly Rows[];
  /** Makes rows of the records of a batch, and refuses those that need the SELECT. */
  take(batch: CutBatch): void;
  /** Forgets all rows. */
  clear(): void;
};

/** Texts of each row that the kernel finds. */
export class KernelRows implements WordRows {
  readonly words: KernelWords;
  readonly places: Uint32Array;
  readonly #place: Place;

  constructor(kernel: Kernel) {
    this.words = new KernelWords(kernel);
    this.#place = kernel.calls.allocate(MOST_ROWS * 4);
    this.places = kernel.placesAt(this.#place, MOST_ROWS);
  }

  /** Where the place of a row lies. */
  placeOf(row: number): Place {
    return this.#place + row * 4;
  }
}

/** Texts of each row that JavaScript makes. */
export class TextRows implements WordRows {
  readonly words = new TextWords();
  readonly places = new Uint32Array(MOST_ROWS);
}

/** Cells as the kernel is told of them. */
export class CellList {
  readonly place: Place;
  readonly count: number;

  constructor(kernel: Kernel, cells: readonly number[]) {
    this.place = kernel.putIntegers(cells);
    this.count = cells.length;
  }
}

/** Of each cell the span of a batch's first record. */
export function basesOf(cells: readonly number[]): number[] {
  return cells.map((cell) => cell * MOST_RECORDS);
}
