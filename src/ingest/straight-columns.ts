import type { StraightColumn } from '../formats/straight.ts';
import type { Kernel } from '../lake/kernel.ts';
import { NULL_WORD } from '../lake/words.ts';
import type { CutBatch, Rows } from './cut-batch.ts';
import { CellList, KernelRows, type RowColumn, TextRows } from './row-column.ts';
import { NONE, UNFIT } from './straight-record.ts';
import { PRECISIONS } from './straight-time.ts';

const DASH = 0x2d;
const ZERO = 0x30;

/** A text as it stands, or the first of several that is neither empty nor a dash. */
export class TextColumn implements RowColumn {
  readonly texts: KernelRows;
  readonly rows: readonly Rows[];
  readonly #kernel: Kernel;
  readonly #cells: CellList;
  /** A byte that alone stands for nothing. */
  readonly #nothing: number;

  constructor({ kind, cells }: StraightColumn, kernel: Kernel) {
    this.#kernel = kernel;
    this.texts = new KernelRows(kernel);
    this.rows = [this.texts.places];
    this.#cells = new CellList(kernel, cells);
    this.#nothing = kind === 'text' || kind === 'address' ? NONE : kind === 'id' ? ZERO : DASH;
  }

  take({ count, place, row }: CutBatch): void {
    const { texts } = this;
    const cells = this.#cells;
    const into = texts.placeOf(row);
    this.#kernel.calls.putWords(
      place,
      count,
      cells.place,
      cells.count,
      this.#nothing,
      texts.words.place,
      into,
    );
  }

  clear(): void {
    this.texts.words.clear();
  }
}

/** A text that is made of another, once of each that was logged. */
export class MadeColumn implements RowColumn {
  readonly texts = new TextRows();
  readonly rows: readonly Rows[];
  readonly #logged: TextColumn;
  readonly #make: (logged: string | null) => string | null | typeof UNFIT;
  /** Of each text that was logged the word of what was made of it. */
  #made: number[] = [];

  constructor(
    column: StraightColumn,
    kernel: Kernel,
    make: (logged: string | null) => string | null | typeof UNFIT,
  ) {
    this.#logged = new TextColumn(column, kernel);
    this.#make = make;
    this.rows = [this.texts.places];
  }

  take(batch: CutBatch): void {
    this.#logged.take(batch);
    const { places } = this.texts;
    const logged = this.#logged.texts;
    for (let index = 0; index < batch.count; index += 1) {
      const row = batch.row + index;
      const place = logged.places[row]!;
      this.#made[place] ??= this.#wordOf(place === NULL_WORD ? null : logged.words.textOf(place));
      const made = this.#made[place];
      if (made === UNFIT) batch.refuse(index);
      else places[row] = made;
    }
  }

  #wordOf(logged: string | null): number {
    const made = this.#make(logged);
    if (made === UNFIT) return UNFIT;
    return made === null ? NULL_WORD : this.texts.words.numberOf(made);
  }

  clear(): void {
    this.#logged.clear();
    this.texts.words.clear();
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

/** The target of a request: path and query. */
export class TargetColumn implements RowColumn {
  readonly paths: KernelRows;
  readonly queries: KernelRows;
  readonly rows: readonly Rows[];
  readonly #kernel: Kernel;
  readonly #cells: CellList;

  constructor({ cells }: StraightColumn, kernel: Kernel) {
    this.#kernel = kernel;
    this.#cells = new CellList(kernel, cells);
    this.paths = new KernelRows(kernel);
    this.queries = new KernelRows(kernel);
    this.rows = [this.paths.places, this.queries.places];
  }

  take(batch: CutBatch): void {
    const { paths, queries } = this;
    const cells = this.#cells;
    const unfits = this.#kernel.calls.putTargets(
      ...([batch.place, batch.count, cells.place, cells.count] as const),
      ...([paths.words.place, paths.placeOf(batch.row)] as const),
      ...([queries.words.place, queries.placeOf(batch.row), batch.unfitPlace] as const),
    );
    batch.hasUnfit ||= unfits > 0;
  }

  clear(): void {
    this.paths.words.clear();
    this.queries.words.clear();
  }
}

/** The precision of the time of each row, as a place in PRECISIONS. */
export class PrecisionColumn implements RowColumn {
  readonly texts = new TextRows();
  readonly rows: readonly Rows[] = [this.texts.places];
  readonly #precisions: Uint8Array;
  /** Of each precision its word. */
  #known: number[] = [];

  constructor(precisions: Uint8Array) {
    this.#precisions = precisions;
  }

  take({ count, row }: CutBatch): void {
    for (let index = 0; index < count; index += 1) {
      const precision = this.#precisions[row + index]!;
      this.#known[precision] ??= this.texts.words.numberOf(PRECISIONS[precision]!);
      this.texts.places[row + index] = this.#known[precision];
    }
  }

  clear(): void {
    this.texts.words.clear();
    this.#known = [];
  }
}
