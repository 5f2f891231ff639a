/**
 * The cells of records, which are cut on their bytes before any SQL sees them: a column that a format's header declares
 * as a cell is a slice of the record, found in a fraction of the time that an expression takes. Only a record that is
 * plain, in the exact layout and without any escape, is cut; what is not stays whole, and the format's expressions take
 * it. `kernel/` cuts them.
 */

/** What records are cut into: the members of objects of JSON, or the cells of lines of one of several layouts. */
export type Cells = {
  /** In the order of the spans. */
  names: readonly string[];
  /** Null of JSON. */
  layouts: readonly Layout[] | null;
};

export class LayoutError extends Error {
  override name = 'LayoutError';
}

const NEWLINE = 0x0a;
const RETURN = 0x0d;

const KINDS = [
  ...['word', 'digits', 'count', 'integer', 'decimal', 'name', 'label', 'status', 'clf-time', 'text', 'rest'],
] as const;
export type CellKind = (typeof KINDS)[number] | 'choice';

/** The bytes that cells of these kinds go on through: a bit each. */
const DIGITS = 1;
const DECIMAL = 2;
const NAME = 4;
const LABEL = 8;
export const CLASSES = Uint8Array.from({ length: 256 }, (_, byte) => {
  const text = String.fromCharCode(byte);
  const isOf = (pattern: RegExp, bit: number): number => (byte < 128 && pattern.test(text) ? bit : 0);
  return isOf(/\d/, DIGITS) + isOf(/[\d.]/, DECIMAL) + isOf(/[\w.-]/, NAME) + isOf(/[\w-]/, LABEL);
});
const CLASS_OF: Partial<Record<CellKind, number>> = {
  ...{ digits: DIGITS, count: DIGITS, integer: DIGITS, status: DIGITS },
  ...{ decimal: DECIMAL, name: NAME, label: LABEL },
};

/** Bytes as they stand, and the first four of them as a number, with a mask for what there is of them. */
export type Literal = { bytes: Uint8Array; four: number; mask: number };

/** A cell, and what stands before it. */
export type Step = {
  literal: Literal;
  cell: number;
  kind: CellKind;
  /** What follows the cell. */
  next: number;
  class: number;
  /** Of a choice, its words, a longer one before one that it begins with. */
  words: readonly Uint8Array[];
  mayBeNegative: boolean;
  /** Where a dash says that nothing is known. */
  mayBeDash: boolean;
};

const NO_BYTE = -1;

/** The cells of a line, what stands after the last, and the cells that other layouts have. */
export type Layout = { steps: readonly Step[]; literal: Literal; absent: readonly number[] };

/**
 * The cells of lines of one of several layouts. A layout is a line in which cells stand as `<name>`, `<name:kind>` or
 * `<name=word|other>`, which is one of the words, and all else as it is. A cell of no kind is a word: of no blank, quote
 * or backslash. `digits`, `count` (digits or a dash), `status` (three digits or a dash), `integer` (digits, after a minus
 * or not), `decimal` (the same with points), `name` (letters, digits, dots, dashes, underscores), `label` (the same
 * without dots) and `clf-time` (11/Nov/2019:15:42:00 +0000) are what they say; `text` is anything, also nothing, up to
 * the byte that follows the cell or the end; `rest`, at the end, nothing or a space and whatever follows. Throws
 * LayoutError.
 */
export function lineCells(layouts: readonly string[]): Cells {
  const names: string[] = [];
  const cellOf = (name: string): number => {
    if (!names.includes(name)) names.push(name);
    return names.indexOf(name);
  };
  const read = layouts.map((layout) => layoutOf(layout, cellOf));
  // A record has the cells of its layout, and none of the others.
  const compiled = read.map((layout) => ({
    ...layout,
    absent: names.flatMap((_, cell) => (layout.steps.some((step) => step.cell === cell) ? [] : [cell])),
  }));
  return { names, layouts: compiled };
}

function fail(problem: string): never {
  throw new LayoutError(problem);
}

function layoutOf(layout: string, cellOf: (name: string) => number): Omit<Layout, 'absent'> {
  const steps: Step[] = [];
  // Every second piece is what stands in angle brackets.
  const pieces = layout.trim().split(/[<>]/);
  for (let index = 1; index < pieces.length; index += 2) {
    const piece = pieces[index]!;
    const [, name, kind = 'word', choice] =
      /^([a-z][a-z0-9_]*)(?::([^=]*)|=(.+))?$/.exec(piece) ??
      fail(`<${piece}>: a cell is <name>, <name:kind> or <name=word|other>`);
    const found = choice === undefined ? KINDS.find((each) => each === kind) : 'choice';
    if (!found) throw new LayoutError(`<${piece}>: ${kind} is none of ${KINDS.join(', ')}`);
    const words = (choice?.split('|') ?? []).sort((a, b) => b.length - a.length);
    steps.push({
      literal: literalOf(pieces[index - 1]!),
      cell: cellOf(name!),
      kind: found,
      next: bytesOf(pieces[index + 1]!)[0] ?? NO_BYTE,
      class: CLASS_OF[found] ?? 0,
      words: words.map(bytesOf),
      mayBeNegative: found === 'integer' || found === 'decimal',
      mayBeDash: found === 'count' || found === 'status',
    });
  }
  const made = { steps, literal: literalOf(pieces.at(-1)!) };
  checkLayout(layout, made);
  return made;
}

function bytesOf(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text));
}

function literalOf(text: string): Literal {
  const bytes = bytesOf(text);
  const first = Buffer.alloc(4);
  first.set(bytes.subarray(0, 4));
  const mask = bytes.length >= 4 ? -1 : 2 ** (bytes.length * 8) - 1;
  return { bytes, four: first.readInt32LE(0), mask };
}

function checkLayout(layout: string, { steps, literal }: Omit<Layout, 'absent'>): void {
  const problem = (what: string): never => fail(`"${layout.trim()}" ${what}`);
  if (steps.length === 0) problem('has no cell');
  if (new Set(steps.map(({ cell }) => cell)).size < steps.length) problem('names a cell twice');
  const isLast = (step: Step): boolean => step === steps.at(-1) && literal.bytes.length === 0;
  if (steps.some((each) => each.kind === 'rest' && !isLast(each))) problem('has something after the rest');
  // At the end of the line, that ends it.
  if (steps.some((each) => each.kind === 'text' && each.next === NO_BYTE && !isLast(each)))
    problem('has a text that nothing ends');
  const literals = [literal, ...steps.map((step) => step.literal)].map(({ bytes }) => bytes);
  const words = steps.flatMap((step) => step.words);
  // Such a byte ends a record, so that none is looked for beyond it.
  if ([...literals, ...words].some((each) => each.includes(NEWLINE) || each.includes(RETURN)))
    problem('has two lines');
}
