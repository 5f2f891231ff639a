import type { StraightColumn } from '../formats/straight.ts';
import type { Kernel, Place } from '../lake/kernel.ts';
import { NULL_WORD } from '../lake/words.ts';
import type { CutBatch, Rows } from './cut-batch.ts';
import { CellList, KernelRows, MOST_ROWS, type Output, type RowColumn, TextRows } from './row-column.ts';
import { NONE } from './straight-record.ts';

/** What the SELECT gives for a record in columns of an example. */
export type Example = readonly (string | number | boolean | null)[];

/** The types of columns that an example can give. */
export type ExampleType = 'varchar' | 'bigint' | 'boolean';

type ExampleOutput = Extract<Output, { kind: 'numbers' | 'flags' }> | { kind: 'words'; rows: TextRows };

/** Cells of a record are shorter than that, together: keys are kept. */
const MOST_KEY_BYTES = 1 << 11;
/** Examples that are kept from part to part. */
const MOST_KNOWN = 1 << 14;

/** Columns that the SELECT gives for one record of those with the same cells. It takes batches of which nothing else needs the SELECT. */
export class ExampleColumn implements RowColumn {
  readonly names: readonly string[];
  readonly outputs: readonly ExampleOutput[];
  readonly rows: readonly Rows[];
  readonly #kernel: Kernel;
  readonly #cells: CellList;
  /** What the cells hold, and by its word the number of the first record with it. There is no word 0. */
  readonly #keys: KernelRows;
  readonly #firstRecords: number[] = [NONE];
  /** Where the kernel makes a key. */
  readonly #key: Place;
  readonly #known = new Map<string, Example>();
  readonly #recordNos: Float64Array;

  /** `recordNos`: the number of the record of each row. */
  constructor(
    { names, cells }: StraightColumn,
    { types, kernel, recordNos }: { types: readonly ExampleType[]; kernel: Kernel; recordNos: Float64Array },
  ) {
    this.names = names;
    this.#kernel = kernel;
    this.#cells = new CellList(kernel, cells);
    this.#keys = new KernelRows(kernel);
    this.#key = kernel.calls.allocate(MOST_KEY_BYTES);
    this.#recordNos = recordNos;
    this.outputs = types.map(outputOf);
    this.rows = [this.#keys.places];
  }

  take(batch: CutBatch): void {
    const keys = this.#keys;
    const cells = this.#cells;
    const unfits = this.#kernel.calls.putKeys(
      ...([batch.place, batch.count, cells.place, cells.count, this.#key, MOST_KEY_BYTES] as const),
      ...([keys.words.place, keys.placeOf(batch.row), batch.unfitPlace] as const),
    );
    batch.hasUnfit ||= unfits > 0;
    const first = this.#firstRecords;
    for (let index = 0; index < batch.count && first.length <= keys.words.count; index += 1) {
      const row = batch.row + index;
      if (batch.unfit[index] === 0 && keys.places[row] === first.length) first.push(this.#recordNos[row]!);
    }
  }

  /** Numbers of records whose examples are not known yet. */
  unknown(): number[] {
    return this.#firstRecords.filter(
      (_, place) => place > 0 && !this.#known.has(this.#keys.words.textOf(place, 'latin1')),
    );
  }

  /** Takes what the SELECT gave for those, and fills the outputs of so many rows. */
  learn(examples: ReadonlyMap<number, Example>, rows: number): void {
    if (this.#firstRecords.length !== this.#keys.words.count + 1)
      throw new Error(`${this.names.join(', ')}: a key is of no record`);
    const found: Example[] = [[]];
    for (let place = 1; place < this.#firstRecords.length; place += 1) {
      const recordNo = this.#firstRecords[place]!;
      const key = this.#keys.words.textOf(place, 'latin1');
      const example = examples.get(recordNo) ?? this.#known.get(key);
      if (!example) throw new Error(`record ${recordNo} was no example of ${this.names.join(', ')}`);
      if (this.#known.size < MOST_KNOWN) this.#known.set(key, example);
      found.push(example);
    }
    const { places } = this.#keys;
    for (const [index, output] of this.outputs.entries()) {
      const of = found.map((example) => valueFor(output, example[index] ?? null));
      choose(output.kind === 'words' ? output.rows.places : output.rows, { of, places, rows });
    }
  }

  clear(): void {
    this.#keys.words.clear();
    this.#firstRecords.length = 1;
    for (const output of this.outputs) if (output.kind === 'words') output.rows.words.clear();
  }
}

/** Puts of each row what stands for its place. */
function choose(
  into: Rows,
  { of, places, rows }: { of: readonly number[]; places: Uint32Array; rows: number },
): void {
  for (let row = 0; row < rows; row += 1) into[row] = of[places[row]!]!;
}

function outputOf(type: ExampleType): ExampleOutput {
  if (type === 'varchar') return { kind: 'words', rows: new TextRows() };
  if (type === 'bigint') return { kind: 'numbers', rows: new Float64Array(MOST_ROWS) };
  return { kind: 'flags', rows: new Int8Array(MOST_ROWS) };
}

/** A value as the rows of an output hold it. */
function valueFor(output: ExampleOutput, value: Example[number]): number {
  if (output.kind !== 'words') return value === null ? NONE : Number(value);
  return value === null ? NULL_WORD : output.rows.words.numberOf(String(value));
}
