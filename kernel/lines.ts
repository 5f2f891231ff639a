import { DASH, SPACE } from './bytes';
import { endOfText, endOfWord, isSame } from './scan';

/** What a cell is, as `src/formats/cells.ts` numbers them. */
const WORD: i32 = 0;
const TEXT: i32 = 1;
const CHOICE: i32 = 2;
const REST: i32 = 3;
const CLF_TIME: i32 = 4;
const STATUS: i32 = 5;

const STATUS_DIGITS: usize = 3;

/** Bytes as they stand, and the first four of them as a number, with a mask for what there is of them. */
@unmanaged
class Literal {
  bytes: usize;
  length: i32;
  four: i32;
  mask: i32;
}

/** A cell, and what stands before it. */
@unmanaged
class Step {
  literal: Literal;
  cell: i32;
  kind: i32;
  /** What follows the cell; a quote where nothing does. */
  next: i32;
  /** Bits of the classes that its bytes are of. */
  class: i32;
  mayBeNegative: i32;
  mayBeDash: i32;
  /** Of a choice, its words, a longer one before one that it begins with. */
  words: usize;
  wordCount: i32;
}

/** The cells of a line, what stands after the last, and the cells of other layouts. */
@unmanaged
export class Layout {
  steps: usize;
  stepCount: i32;
  literal: Literal;
  absent: usize;
  absentCount: i32;
}

const NOT_PLAIN: usize = 0;

/** Cuts a line into spans, those of a cell `stride` bytes after those of the cell before it. */
export function cutLine(
  layout: Layout,
  start: usize,
  end: usize,
  text: usize,
  starts: usize,
  ends: usize,
  stride: usize,
  classes: usize,
): bool {
  let at = start;
  for (let index = 0; index < layout.stepCount; index += 1) {
    const step = load<Step>(layout.steps + <usize>index * sizeof<usize>());
    const open = endOfLiteral(at, step.literal);
    if (open === NOT_PLAIN) return false;
    at = endOfCell(open, end, step, classes);
    if (at === NOT_PLAIN) return false;
    const place = <usize>step.cell * stride;
    store<i32>(starts + place, <i32>(open - text));
    store<i32>(ends + place, <i32>(at - text));
  }
  return endOfLiteral(at, layout.literal) === end;
}

/** Offset after a literal. What lies beyond the record is none of it: no literal has the byte that ends a record. */
function endOfLiteral(at: usize, literal: Literal): usize {
  if ((load<i32>(at) & literal.mask) !== literal.four) return NOT_PLAIN;
  const length = literal.length;
  if (length > 4 && !isSame(at + 4, literal.bytes + 4, length - 4)) return NOT_PLAIN;
  return at + length;
}

function endOfCell(start: usize, end: usize, step: Step, classes: usize): usize {
  const kind = step.kind;
  if (kind === WORD) {
    const close = endOfWord(start, end, <u8>step.next);
    return close > start ? close : NOT_PLAIN;
  }
  if (kind === TEXT) return start > end ? NOT_PLAIN : endOfText(start, end, <u8>step.next);
  if (kind === CHOICE) return endOfChoice(start, step);
  if (kind === REST) return start === end || (start < end && load<u8>(start) === SPACE) ? end : NOT_PLAIN;
  if (kind === CLF_TIME) return endOfClfTime(start, end);
  const isDash = start < end && load<u8>(start) === DASH;
  if (isDash && step.mayBeDash !== 0) return start + 1;
  const first = isDash && step.mayBeNegative !== 0 ? start + 1 : start;
  let at = first;
  while (at < end && (<i32>load<u8>(classes + load<u8>(at)) & step.class) !== 0) at += 1;
  if (kind === STATUS && at !== first + STATUS_DIGITS) return NOT_PLAIN;
  return at > first ? at : NOT_PLAIN;
}

/** The first word of a choice that stands there. */
function endOfChoice(start: usize, step: Step): usize {
  for (let index = 0; index < step.wordCount; index += 1) {
    const word = load<Literal>(step.words + <usize>index * sizeof<usize>());
    if (isSame(start, word.bytes, word.length)) return start + word.length;
  }
  return NOT_PLAIN;
}

/** `11/Nov/2019:15:42:00 +0000`, in two pieces: of each byte what it is without its case, the least, and how many follow that. */
const CLF_BYTES: usize = 26;
const SIGN: usize = 21;
const SECOND_PIECE: usize = 10;

function endOfClfTime(start: usize, end: usize): usize {
  if (start + CLF_BYTES > end) return NOT_PLAIN;
  const first = v128.load(start);
  const fold = i8x16(0, 0, 0, 0x20, 0x20, 0x20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
  const least = i8x16(48, 48, 47, 97, 97, 97, 47, 48, 48, 48, 48, 58, 48, 48, 58, 48);
  const range = i8x16(9, 9, 0, 25, 25, 25, 0, 9, 9, 9, 9, 0, 9, 9, 0, 9);
  if (!i8x16.all_true(i8x16.le_u(i8x16.sub(v128.or(first, fold), least), range))) return NOT_PLAIN;
  const second = v128.load(start + SECOND_PIECE);
  // 9:15:42:00 +0000; the sign is looked at on its own.
  const leastOf = i8x16(48, 58, 48, 48, 58, 48, 48, 58, 48, 48, 32, 0, 48, 48, 48, 48);
  const rangeOf = i8x16(9, 0, 9, 9, 0, 9, 9, 0, 9, 9, 0, -1, 9, 9, 9, 9);
  if (!i8x16.all_true(i8x16.le_u(i8x16.sub(second, leastOf), rangeOf))) return NOT_PLAIN;
  const sign = load<u8>(start + SIGN);
  return sign === 0x2b || sign === DASH ? start + CLF_BYTES : NOT_PLAIN;
}
