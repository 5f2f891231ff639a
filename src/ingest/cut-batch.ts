import {
  type CellKind,
  type Cells,
  CLASSES,
  type Layout,
  type Literal,
  type Step,
} from '../formats/cells.ts';
import type { Kernel, Place } from '../lake/kernel.ts';
import type { CutRecords } from './straight-record.ts';

/** Records of a batch, at most: as `kernel/batch.ts` has it. */
export const MOST_RECORDS = 512;

/** Bytes that are brought to the kernel at once, where a record is no longer: they stay in the cache of a core. */
const WINDOW_BYTES = 1 << 18;
/** What is read beyond a text is of no record: bytes of 0. */
const BEYOND_BYTES = 32;

/** Fields of `Batch` in `kernel/batch.ts`. */
const FIELDS = [
  ...['text', 'length', 'at', 'ordinal', 'filled', 'leftCount', 'ordinals', 'lefts', 'starts', 'ends'],
  ...['cells', 'layouts', 'layoutCount', 'classes', 'keys'],
] as const;
type Field = (typeof FIELDS)[number];
const FIELD = Object.fromEntries(FIELDS.map((name, index) => [name, index])) as Record<Field, number>;

/** Kinds of cells in `kernel/lines.ts`; all others are of a class of bytes. */
const KINDS: Partial<Record<CellKind, number>> = {
  word: 0,
  text: 1,
  choice: 2,
  rest: 3,
  'clf-time': 4,
  status: 5,
};
const OF_A_CLASS = 6;

const QUOTE = 0x22;
const NEWLINE = 0x0a;

/** Records that the kernel cuts, a batch at a time, out of one text after the other. */
export class CutBatch implements CutRecords {
  /** Of the batch: records, and the row that the first is to be. */
  count = 0;
  row = 0;
  bytes: Uint8Array = new Uint8Array();
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** Records that are not blank, plain or not. */
  filled = 0;
  /** Numbers of the batch's records in the text. */
  readonly ordinals: Int32Array;
  /** Numbers of records that are not plain. */
  lefts: number[] = [];
  /** Of each record whether it needs the SELECT, and whether any does. */
  readonly unfit: Uint8Array;
  hasUnfit = false;
  readonly place: Place;
  readonly unfitPlace: Place;
  readonly #kernel: Kernel;
  readonly #fields: Int32Array;
  readonly #lefts: Int32Array;
  /** The bytes once more. */
  #memory: Buffer = Buffer.alloc(0);
  #text: Buffer = Buffer.alloc(0);
  #next = 0;

  constructor(kernel: Kernel, { names, layouts }: Cells) {
    this.#kernel = kernel;
    this.place = kernel.putIntegers(FIELDS.map(() => 0));
    this.#fields = kernel.numbersAt(this.place, FIELDS.length);
    const numbers = (field: Field, count: number): Int32Array => {
      const place = kernel.calls.allocate(count * 4);
      this.#fields[FIELD[field]] = place;
      return kernel.numbersAt(place, count);
    };
    this.ordinals = numbers('ordinals', MOST_RECORDS);
    this.#lefts = numbers('lefts', MOST_RECORDS);
    this.starts = numbers('starts', names.length * MOST_RECORDS);
    this.ends = numbers('ends', names.length * MOST_RECORDS);
    this.unfitPlace = kernel.calls.allocate(MOST_RECORDS);
    this.unfit = kernel.bytesAt(this.unfitPlace, MOST_RECORDS);
    this.#set('cells', names.length);
    if (layouts) {
      this.#set('layouts', kernel.putIntegers(layouts.map((layout) => putLayout(kernel, layout))));
      this.#set('layoutCount', layouts.length);
      this.#set('classes', kernel.put(CLASSES));
    } else this.#set('keys', putKeys(kernel, names));
  }

  /** Where the bytes lie. */
  get textPlace(): Place {
    return this.#fields[FIELD.text]!;
  }

  #set(field: Field, value: number): void {
    this.#fields[FIELD[field]] = value;
  }

  /** Begins a text, whose first record is that of number 0. */
  open(text: Buffer): void {
    this.#text = text;
    this.#next = 0;
    this.#set('ordinal', 0);
    this.#enter();
  }

  /** Brings the next records to the kernel. */
  #enter(): void {
    const end = endOfWindow(this.#text, this.#next);
    this.#bring(this.#text, this.#next, end);
    this.#next = end + 1;
  }

  #bring(text: Buffer, start: number, end: number): void {
    const length = end - start;
    if (length + BEYOND_BYTES > this.bytes.length) {
      // Twice as much at least, since what is allocated is not given back.
      const room = Math.max(length, WINDOW_BYTES, this.bytes.length * 2) + BEYOND_BYTES;
      const place = this.#kernel.calls.allocate(room);
      this.bytes = this.#kernel.bytesAt(place, room);
      this.#memory = Buffer.from(this.bytes.buffer, place, room);
      this.#set('text', place);
    }
    // Twice as fast as an array's own way from one memory that threads share to another.
    text.copy(this.#memory, 0, start, end);
    this.bytes.fill(0, length, length + BEYOND_BYTES);
    this.#set('length', length);
    this.#set('at', 0);
  }

  /** Cuts one record of a text. Its cells are then those of the first of the batch, from its start; false where it is not plain. */
  cutOne(text: Buffer, start: number, end: number): boolean {
    this.#bring(text, start, end);
    return this.#kernel.calls.cut(this.place, 1) === 1;
  }

  /** Cuts the next records, `most` of them at most. False after the last. */
  next(most: number): boolean {
    const fields = this.#fields;
    if (fields[FIELD.at]! > fields[FIELD.length]!) {
      if (this.#next > this.#text.length) return false;
      this.#enter();
    }
    this.count = this.#kernel.calls.cut(this.place, Math.min(most, MOST_RECORDS));
    this.filled = fields[FIELD.filled]!;
    this.lefts = [...this.#lefts.subarray(0, fields[FIELD.leftCount])];
    return true;
  }

  /** Says that a record needs the SELECT. */
  refuse(index: number): void {
    this.unfit[index] = 1;
    this.hasUnfit = true;
  }

  /** Leaves the records that need the SELECT; of arrays that have a value a row, those too. */
  keepFit(columns: Iterable<Rows>): void {
    if (!this.hasUnfit) return;
    const { count, ends, ordinals, row, starts, unfit } = this;
    const kept: number[] = [];
    for (let index = 0; index < count; index += 1) {
      if (unfit[index] === 0) kept.push(index);
      else this.lefts.push(ordinals[index]!);
    }
    keep(ordinals, kept, 0);
    for (let from = 0; from < starts.length; from += MOST_RECORDS) {
      keep(starts, kept, from);
      keep(ends, kept, from);
    }
    for (const rows of columns) keep(rows, kept, row);
    unfit.fill(0);
    this.hasUnfit = false;
    this.count = kept.length;
  }
}

/** A value of each row. */
export type Rows = Uint8Array | Int8Array | Int32Array | Uint32Array | Float64Array;

function keep(rows: Rows, kept: readonly number[], from: number): void {
  for (const [index, each] of kept.entries()) rows[from + index] = rows[from + each]!;
}

/** Where the newline stands after the last record that a window holds, or the end of the text. */
function endOfWindow(text: Buffer, start: number): number {
  if (text.length - start <= WINDOW_BYTES) return text.length;
  const last = text.lastIndexOf(NEWLINE, start + WINDOW_BYTES);
  const newline = last >= start ? last : text.indexOf(NEWLINE, start + WINDOW_BYTES);
  return newline < 0 ? text.length : newline;
}

function putLayout(kernel: Kernel, { steps, literal, absent }: Layout): Place {
  const places = steps.map((step) => putStep(kernel, step));
  return kernel.putIntegers([
    ...[kernel.putIntegers(places), steps.length, putLiteral(kernel, literal)],
    ...[kernel.putIntegers(absent), absent.length],
  ]);
}

function putStep(kernel: Kernel, step: Step): Place {
  const words = step.words.map((bytes) => putLiteral(kernel, { bytes, four: 0, mask: 0 }));
  return kernel.putIntegers([
    ...[putLiteral(kernel, step.literal), step.cell, KINDS[step.kind] ?? OF_A_CLASS],
    // A quote ends such a text as well.
    ...[step.next < 0 ? QUOTE : step.next, step.class, Number(step.mayBeNegative), Number(step.mayBeDash)],
    ...[kernel.putIntegers(words), words.length],
  ]);
}

function putLiteral(kernel: Kernel, { bytes, four, mask }: Literal): Place {
  return kernel.putIntegers([kernel.put(bytes), bytes.length, four, mask]);
}

function putKeys(kernel: Kernel, names: readonly string[]): Place {
  const keys = kernel.calls.createKeys();
  for (const [cell, name] of names.entries()) {
    const key = Buffer.from(`"${name}":`);
    kernel.calls.addKey(keys, kernel.put(key), key.length, cell);
  }
  return keys;
}
