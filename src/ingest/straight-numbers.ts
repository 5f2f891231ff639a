import type { StraightColumn, StraightKind } from '../formats/straight.ts';
import type { Kernel, Place } from '../lake/kernel.ts';
import type { CutBatch, Rows } from './cut-batch.ts';
import { MOST_ROWS, type NumberRows, type RowColumn } from './row-column.ts';
import { NONE } from './straight-record.ts';

/** Kinds in `kernel/numbers.ts`; an integer is none of them. */
const KINDS: Partial<Record<StraightKind, number>> = {
  positive: 1,
  milliseconds: 2,
  nanoseconds: 3,
  seconds: 4,
};
const INTEGER = 0;

/** A number beyond them is a null. One below 0 is left, unless it is a null too. */
export type Bound = { least: number; most: number; isNegativeNull: boolean };

export class NumberColumn implements RowColumn {
  readonly numbers: NumberRows;
  readonly rows: readonly Rows[];
  readonly #kernel: Kernel;
  /** The column as `kernel/numbers.ts` has it, and where the first row lies. */
  readonly #column: Place;
  readonly #place: Place;

  constructor({ kind, cells, or, onlyIf }: StraightColumn, bound: Bound, kernel: Kernel) {
    this.#kernel = kernel;
    this.#place = kernel.calls.allocate(MOST_ROWS * 8);
    this.numbers = kernel.decimalsAt(this.#place, MOST_ROWS);
    this.rows = [this.numbers];
    const put = (of: Pick<StraightColumn, 'kind' | 'cells'>): Place =>
      kernel.putIntegers([KINDS[of.kind] ?? INTEGER, kernel.putIntegers(of.cells), of.cells.length]);
    const rest = [Number(bound.isNegativeNull), onlyIf ?? NONE, put({ kind, cells }), or ? put(or) : 0];
    this.#column = kernel.calls.allocate(2 * 8 + rest.length * 4);
    kernel.decimalsAt(this.#column, 2).set([bound.least, bound.most]);
    kernel.numbersAt(this.#column + 2 * 8, rest.length).set(rest);
  }

  take(batch: CutBatch): void {
    const { count, place, row, unfitPlace } = batch;
    const into = this.#place + row * 8;
    if (this.#kernel.calls.putNumbers(place, count, this.#column, into, unfitPlace) > 0)
      batch.hasUnfit = true;
  }

  clear(): void {}
}
