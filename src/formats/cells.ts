/**
 * Cuts records into cells on their bytes, before any SQL sees them: a column that a format's header declares as a cell
 * is a slice of the record, found in a fraction of the time that an expression takes. Only a record that is plain, in
 * the exact layout and without any escape, is cut; what is not stays whole, and the format's expressions take it.
 */

/** Where the cells of a record lie: offsets of first byte and end. A start of NO_CELL: the record has no such cell. */
export type Spans = { starts: Int32Array; ends: Int32Array };

export const NO_CELL = -1;

export type Cutter = {
  /** Names of the cells, in the order of the spans. */
  names: readonly string[];
  /** Whether the record from `start` to `end` is plain; its cells are then in `spans`. */
  cut(bytes: Uint8Array, start: number, end: number, spans: Spans): boolean;
};

export class LayoutError extends Error {
  override name = 'LayoutError';
}

const SPACE = 0x20;
const QUOTE = 0x22;
const PLUS = 0x2b;
const DASH = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const BACKSLASH = 0x5c;
const LETTER = 0x61;
const LAST_LETTER = 0x7a;

/** 1 for the bytes that are said. */
function tableOf(has: (byte: number) => boolean): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) => (has(byte) ? 1 : 0));
}

const isDigit = (byte: number): boolean => byte >= ZERO && byte <= NINE;

const KINDS = ['word', 'digits', 'count', 'integer', 'decimal', 'name', 'clf-time', 'text', 'rest'] as const;
type Kind = (typeof KINDS)[number];

/** The bytes that a cell goes on through, but for the one that follows it in the layout. */
const BYTES_OF: Record<Exclude<Kind, 'clf-time' | 'rest'>, (byte: number) => boolean> = {
  word: (byte) => byte > SPACE && byte !== QUOTE && byte !== BACKSLASH,
  text: (byte) => byte !== QUOTE && byte !== BACKSLASH,
  digits: isDigit,
  count: isDigit,
  integer: isDigit,
  decimal: (byte) => isDigit(byte) || byte === POINT,
  name: (byte) => /[A-Za-z0-9._-]/.test(String.fromCharCode(byte)),
};

/** A byte as it stands; or a cell, whose bytes `table` has. */
type Step = {
  /** NO_BYTE where it is a cell. */
  byte: number;
  cell: number;
  kind: Kind;
  table: Uint8Array;
  mayBeNegative: boolean;
  mayBeEmpty: boolean;
};

const NO_BYTE = -1;

/**
 * The cutter of lines of one of several layouts. A layout is a line in which cells stand as `<name>` or `<name:kind>`,
 * and all else as it is. A cell of no kind is a word: of no blank, quote or backslash. `digits`, `count` (digits or a
 * dash), `integer` (digits, after a minus or not), `decimal` (the same with points), `name` (letters, digits, dots,
 * dashes, underscores) and `clf-time` (11/Nov/2019:15:42:00 +0000) are what they say; `text` is anything, also nothing, up to the byte that follows the cell or the end; `rest`, at the end, nothing or a space
 * and whatever follows. Throws LayoutError.
 */
export function lineCutter(layouts: readonly string[]): Cutter {
  const names: string[] = [];
  const cellOf = (name: string): number => {
    if (!names.includes(name)) names.push(name);
    return names.indexOf(name);
  };
  const compiled = layouts.map((layout) => stepsOf(layout, cellOf));
  // A record has the cells of its layout, and none of the others.
  const absent = compiled.map((steps) =>
    names.flatMap((_, cell) => (steps.some((step) => step.cell === cell) ? [] : [cell])),
  );
  return {
    names,
    cut(bytes, start, end, spans) {
      for (let index = 0; index < compiled.length; index += 1)
        if (cutLine(bytes, { start, end, steps: compiled[index]!, spans })) {
          for (const cell of absent[index]!) spans.starts[cell] = NO_CELL;
          return true;
        }
      return false;
    },
  };
}

function stepsOf(layout: string, cellOf: (name: string) => number): Step[] {
  const steps: Step[] = [];
  const pieces = layout.trim().split(/[<>]/);
  // Every second piece is what stands in angle brackets.
  for (const [index, piece] of pieces.entries()) {
    if (index % 2 === 0) {
      for (const byte of Buffer.from(piece)) steps.push({ ...step('word'), byte });
      continue;
    }
    const [name = '', kind = 'word'] = piece.split(':');
    if (!/^[a-z][a-z0-9_]*$/.test(name)) throw new LayoutError(`<${piece}>: a cell is <name> or <name:kind>`);
    const found = KINDS.find((each) => each === kind);
    if (!found) throw new LayoutError(`<${piece}>: ${kind} is none of ${KINDS.join(', ')}`);
    const next = Buffer.from(pieces[index + 1]!)[0] ?? NO_BYTE;
    steps.push({ ...step(found, next), cell: cellOf(name) });
  }
  checkSteps(layout, steps);
  return steps;
}

/** A step of a kind, before `next`, that is no cell's yet. */
function step(kind: Kind, next = NO_BYTE): Step {
  const has = kind === 'clf-time' || kind === 'rest' ? () => false : BYTES_OF[kind];
  return {
    byte: NO_BYTE,
    cell: NO_CELL,
    kind,
    table: tableOf((byte) => has(byte) && !((kind === 'word' || kind === 'text') && byte === next)),
    mayBeNegative: kind === 'integer' || kind === 'decimal',
    mayBeEmpty: kind === 'text',
  };
}

function checkSteps(layout: string, steps: readonly Step[]): void {
  const cells = steps.filter(({ cell }) => cell !== NO_CELL);
  const fail = (problem: string): never => {
    throw new LayoutError(`"${layout.trim()}" ${problem}`);
  };
  if (cells.length === 0) fail('has no cell');
  if (new Set(cells.map(({ cell }) => cell)).size < cells.length) fail('names a cell twice');
  if (cells.some((each) => each.kind === 'rest' && each !== steps.at(-1)))
    fail('has something after the rest');
  if (cells.some((each) => each.kind === 'text' && steps[steps.indexOf(each) + 1]?.byte === NO_BYTE))
    fail('has a text that nothing ends');
}

type Line = { start: number; end: number; steps: readonly Step[]; spans: Spans };

function cutLine(bytes: Uint8Array, { start, end, steps, spans: { starts, ends } }: Line): boolean {
  let at = start;
  for (let index = 0; index < steps.length; index += 1) {
    const step = steps[index]!;
    if (step.byte !== NO_BYTE) {
      if (at >= end || bytes[at] !== step.byte) return false;
      at += 1;
      continue;
    }
    const close = endOfCell(bytes, at, end, step);
    if (close < 0) return false;
    starts[step.cell] = at;
    ends[step.cell] = close;
    at = close;
  }
  return at === end;
}

const NOT_PLAIN = -1;

/** Offset after a cell that starts at `start`. That what ended it is what the layout has there, the next step sees. */
function endOfCell(
  bytes: Uint8Array,
  start: number,
  end: number,
  { kind, table, mayBeNegative, mayBeEmpty }: Step,
): number {
  if (kind === 'rest') return start === end || bytes[start] === SPACE ? end : NOT_PLAIN;
  if (kind === 'clf-time') return endOfClfTime(bytes, start, end);
  const isDash = start < end && bytes[start] === DASH;
  // A count that is not known.
  if (isDash && kind === 'count') return start + 1;
  const first = isDash && mayBeNegative ? start + 1 : start;
  let at = first;
  while (at < end && table[bytes[at]!] === 1) at += 1;
  return at > first || mayBeEmpty ? at : NOT_PLAIN;
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
