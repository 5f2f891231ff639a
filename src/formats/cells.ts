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

/** 1 for bytes that a word has, and that a text has besides what ends it. */
const WORD_BYTES = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte <= SPACE || byte === QUOTE || byte === BACKSLASH ? 0 : 1,
);
const TEXT_BYTES = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte === QUOTE || byte === BACKSLASH ? 0 : 1,
);

/** 1 for letters, digits, dots, dashes and underscores. */
const NAME_BYTES = Uint8Array.from({ length: 256 }, (_, byte) =>
  /[A-Za-z0-9._-]/.test(String.fromCharCode(byte)) ? 1 : 0,
);

const KINDS = ['word', 'digits', 'count', 'integer', 'decimal', 'name', 'clf-time', 'text', 'rest'] as const;
type Kind = (typeof KINDS)[number];

/** A byte as it stands; or a cell, which goes on to the byte that follows it. */
type Step = { byte: number } | { cell: number; kind: Kind; next: number };

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
  return {
    names,
    cut(bytes, start, end, spans) {
      for (let index = 0; index < compiled.length; index += 1)
        if (cutLine(bytes, { start, end, steps: compiled[index]!, spans })) return true;
      return false;
    },
  };
}

const NOTHING = -1;

function stepsOf(layout: string, cellOf: (name: string) => number): Step[] {
  const steps: Step[] = [];
  // Every second piece is what stands in angle brackets.
  for (const [index, piece] of layout.trim().split(/[<>]/).entries()) {
    if (index % 2 === 0) {
      for (const byte of Buffer.from(piece)) steps.push({ byte });
      continue;
    }
    const [name = '', kind = 'word'] = piece.split(':');
    if (!/^[a-z][a-z0-9_]*$/.test(name)) throw new LayoutError(`<${piece}>: a cell is <name> or <name:kind>`);
    const found = KINDS.find((each) => each === kind);
    if (!found) throw new LayoutError(`<${piece}>: ${kind} is none of ${KINDS.join(', ')}`);
    steps.push({ cell: cellOf(name), kind: found, next: NOTHING });
  }
  for (const [index, step] of steps.entries()) {
    const next = steps[index + 1];
    if ('cell' in step && next && 'byte' in next) step.next = next.byte;
  }
  checkSteps(layout, steps);
  return steps;
}

function checkSteps(layout: string, steps: readonly Step[]): void {
  const cells = steps.flatMap((step) => ('cell' in step ? [step] : []));
  const fail = (problem: string): never => {
    throw new LayoutError(`"${layout.trim()}" ${problem}`);
  };
  if (cells.length === 0) fail('has no cell');
  if (new Set(cells.map(({ cell }) => cell)).size < cells.length) fail('names a cell twice');
  if (cells.some((cell) => cell.kind === 'rest' && cell !== steps.at(-1)))
    fail('has something after the rest');
  if (cells.some((cell) => cell.kind === 'text' && cell.next === NOTHING && cell !== steps.at(-1)))
    fail('has a text that nothing ends');
}

type Line = { start: number; end: number; steps: readonly Step[]; spans: Spans };

function cutLine(bytes: Uint8Array, { start, end, steps, spans: { starts, ends } }: Line): boolean {
  starts.fill(NO_CELL);
  let at = start;
  for (let index = 0; index < steps.length; index += 1) {
    const step = steps[index]!;
    if ('byte' in step) {
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

/** Offset after a cell that starts at `at`. */
function endOfCell(
  bytes: Uint8Array,
  at: number,
  end: number,
  { kind, next }: { kind: Kind; next: number },
): number {
  if (kind === 'word') return endOfWord(bytes, at, end, next);
  if (kind === 'text') return endOfText(bytes, at, end, next);
  if (kind === 'rest') return at === end || bytes[at] === SPACE ? end : NOT_PLAIN;
  if (kind === 'name') return endOfName(bytes, at, end);
  if (kind === 'clf-time') return endOfClfTime(bytes, at, end);
  if (kind === 'decimal') return endOfDecimal(bytes, at, end);
  const isDash = kind !== 'digits' && at < end && bytes[at] === DASH;
  if (kind === 'count' && isDash) return at + 1;
  return endOfDigits(bytes, isDash ? at + 1 : at, end);
}

function endOfWord(bytes: Uint8Array, start: number, end: number, next: number): number {
  let at = start;
  while (at < end && WORD_BYTES[bytes[at]!] === 1 && bytes[at] !== next) at += 1;
  // What ended it must be what the layout has there, which the next step sees to.
  return at === start || bytes[at] === BACKSLASH ? NOT_PLAIN : at;
}

function endOfDigits(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && bytes[at]! >= ZERO && bytes[at]! <= NINE) at += 1;
  return at === start ? NOT_PLAIN : at;
}

function endOfDecimal(bytes: Uint8Array, start: number, end: number): number {
  const first = bytes[start] === DASH ? start + 1 : start;
  let at = first;
  while (at < end && ((bytes[at]! >= ZERO && bytes[at]! <= NINE) || bytes[at] === POINT)) at += 1;
  return at === first ? NOT_PLAIN : at;
}

function endOfName(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && NAME_BYTES[bytes[at]!] === 1) at += 1;
  return at === start ? NOT_PLAIN : at;
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

function endOfText(bytes: Uint8Array, start: number, end: number, next: number): number {
  let at = start;
  while (at < end && TEXT_BYTES[bytes[at]!] === 1 && bytes[at] !== next) at += 1;
  if (at === end) return next === NOTHING ? end : NOT_PLAIN;
  return bytes[at] === next ? at : NOT_PLAIN;
}
