/**
 * Cuts records into cells on their bytes, before any SQL sees them: a column that a format's header declares as a cell
 * is a slice of the record, found in a fraction of the time that an expression takes. Only a record that is plain, in
 * the exact layout and without any escape, is cut; what is not stays whole, and the format's expressions take it.
 */

import type { Readable } from '../lake/readable.ts';
import { endOfText, endOfWord } from './scan.ts';

/** Where the cells of a record lie: offsets of first byte and end. A start below 0, such as NO_CELL: the record has no such cell. */
export type Spans = { starts: Int32Array; ends: Int32Array };

export const NO_CELL = -1;

export type Cutter = {
  /** Names of the cells, in the order of the spans. */
  names: readonly string[];
  /** Whether the record from `start` to `end` is plain; its cells are then in `spans`. */
  cut(source: Readable, start: number, end: number, spans: Spans): boolean;
};

export class LayoutError extends Error {
  override name = 'LayoutError';
}

const NEWLINE = 0x0a;
const RETURN = 0x0d;
const SPACE = 0x20;
const PLUS = 0x2b;
const DASH = 0x2d;
const ZERO = 0x30;
const NINE = 0x39;
const LETTER = 0x61;
const LAST_LETTER = 0x7a;

const KINDS = [
  ...['word', 'digits', 'count', 'integer', 'decimal', 'name', 'label', 'status', 'clf-time', 'text', 'rest'],
] as const;
type Kind = (typeof KINDS)[number] | 'choice';

/** The bytes that cells of these kinds go on through: a bit each. */
const DIGITS = 1;
const DECIMAL = 2;
const NAME = 4;
const LABEL = 8;
const CLASSES = Uint8Array.from({ length: 256 }, (_, byte) => {
  const text = String.fromCharCode(byte);
  const isOf = (pattern: RegExp, bit: number): number => (byte < 128 && pattern.test(text) ? bit : 0);
  return isOf(/\d/, DIGITS) + isOf(/[\d.]/, DECIMAL) + isOf(/[\w.-]/, NAME) + isOf(/[\w-]/, LABEL);
});
const CLASS_OF: Partial<Record<Kind, number>> = {
  ...{ digits: DIGITS, count: DIGITS, integer: DIGITS, status: DIGITS },
  ...{ decimal: DECIMAL, name: NAME, label: LABEL },
};

/** Bytes as they stand, and the first four of them as a number, with a mask for what there is of them. */
type Literal = { bytes: Uint8Array; four: number; mask: number };

/** A cell, and what stands before it. */
type Step = {
  literal: Literal;
  cell: number;
  kind: Kind;
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

/** The cells of a line, and what stands after the last. */
type Layout = { steps: readonly Step[]; literal: Literal };

/**
 * The cutter of lines of one of several layouts. A layout is a line in which cells stand as `<name>`, `<name:kind>` or
 * `<name=word|other>`, which is one of the words, and all else as it is. A cell of no kind is a word: of no blank, quote
 * or backslash. `digits`, `count` (digits or a dash), `status` (three digits or a dash), `integer` (digits, after a minus
 * or not), `decimal` (the same with points), `name` (letters, digits, dots, dashes, underscores), `label` (the same
 * without dots) and `clf-time` (11/Nov/2019:15:42:00 +0000) are what they say; `text` is anything, also nothing, up to
 * the byte that follows the cell or the end; `rest`, at the end, nothing or a space and whatever follows. Throws
 * LayoutError.
 */
export function lineCutter(layouts: readonly string[]): Cutter {
  const names: string[] = [];
  const cellOf = (name: string): number => {
    if (!names.includes(name)) names.push(name);
    return names.indexOf(name);
  };
  const compiled = layouts.map((layout) => layoutOf(layout, cellOf));
  // A record has the cells of its layout, and none of the others.
  const absent = compiled.map(({ steps }) =>
    names.flatMap((_, cell) => (steps.some((step) => step.cell === cell) ? [] : [cell])),
  );
  return {
    names,
    cut(source, start, end, spans) {
      for (let index = 0; index < compiled.length; index += 1)
        if (cutLine(source, start, end, compiled[index]!, spans)) {
          const others = absent[index]!;
          for (let other = 0; other < others.length; other += 1) spans.starts[others[other]!] = NO_CELL;
          return true;
        }
      return false;
    },
  };
}

function fail(problem: string): never {
  throw new LayoutError(problem);
}

function layoutOf(layout: string, cellOf: (name: string) => number): Layout {
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

/** Offset after a literal that starts at `at`; NOT_PLAIN where it does not. */
function endOfLiteral(source: Readable, at: number, { bytes, four, mask }: Literal): number {
  let place = 0;
  if (at + 4 <= source.bytes.length) {
    if ((source.view.getInt32(at, true) & mask) !== four) return NOT_PLAIN;
    place = 4;
  }
  for (; place < bytes.length; place += 1) if (source.bytes[at + place] !== bytes[place]) return NOT_PLAIN;
  return at + bytes.length;
}

function checkLayout(layout: string, { steps, literal }: Layout): void {
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

function cutLine(source: Readable, start: number, end: number, layout: Layout, spans: Spans): boolean {
  const { steps } = layout;
  const { starts, ends } = spans;
  let at = start;
  for (let index = 0; index < steps.length; index += 1) {
    const step = steps[index]!;
    const open = endOfLiteral(source, at, step.literal);
    if (open < 0) return false;
    at = endOfCell(source, open, end, step);
    if (at < 0) return false;
    starts[step.cell] = open;
    ends[step.cell] = at;
  }
  return endOfLiteral(source, at, layout.literal) === end;
}

const NOT_PLAIN = -1;

/** Offset after a cell that starts at `start`. That what ended it is what the layout has there, the next step sees. */
function endOfCell(source: Readable, start: number, end: number, step: Step): number {
  const { bytes } = source;
  const { kind } = step;
  if (kind === 'text') return endOfText(source, start, end, step.next);
  if (kind === 'word') {
    const close = endOfWord(source, start, end, step.next);
    return close > start ? close : NOT_PLAIN;
  }
  if (kind === 'choice') return endOfChoice(bytes, start, step.words);
  if (kind === 'rest') return start === end || bytes[start] === SPACE ? end : NOT_PLAIN;
  if (kind === 'clf-time') return endOfClfTime(bytes, start, end);
  const isDash = start < end && bytes[start] === DASH;
  if (isDash && step.mayBeDash) return start + 1;
  const first = isDash && step.mayBeNegative ? start + 1 : start;
  let at = first;
  while (at < end && (CLASSES[bytes[at]!]! & step.class) !== 0) at += 1;
  if (kind === 'status' && at !== first + 3) return NOT_PLAIN;
  return at > first ? at : NOT_PLAIN;
}

/** The first word of a choice that stands there. */
function endOfChoice(bytes: Uint8Array, start: number, words: readonly Uint8Array[]): number {
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index]!;
    let at = 0;
    while (at < word.length && bytes[start + at] === word[at]) at += 1;
    if (at === word.length) return start + at;
  }
  return NOT_PLAIN;
}

/** Digits, letters, a sign, and all else as it stands. */
const CLF_TIME = Buffer.from('00/aaa/0000:00:00:00 +0000');

function endOfClfTime(bytes: Uint8Array, start: number, end: number): number {
  if (end - start < CLF_TIME.length) return NOT_PLAIN;
  for (let index = 0; index < CLF_TIME.length; index += 1) {
    const wanted = CLF_TIME[index]!;
    const byte = bytes[start + index]!;
    const isIt =
      wanted === ZERO
        ? byte >= ZERO && byte <= NINE
        : wanted === LETTER
          ? (byte | 0x20) >= LETTER && (byte | 0x20) <= LAST_LETTER
          : byte === wanted || (wanted === PLUS && byte === DASH);
    if (!isIt) return NOT_PLAIN;
  }
  return start + CLF_TIME.length;
}
