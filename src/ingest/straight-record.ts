import type { Spans } from '../formats/cells.ts';
import type { Readable } from '../lake/readable.ts';

/** A record that is cut: its block's bytes, and where its cells lie. */
export type CutRecord = Readable & Spans;

const DASH = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;

/** A cell is empty, a dash or not there: a null. */
export const NONE = -1;
/** A cell is none that is read here: the record needs the SELECT. */
export const UNFIT = -2;

export function isEmpty({ starts, ends }: CutRecord, cell: number): boolean {
  return starts[cell]! < 0 || starts[cell] === ends[cell];
}

export function isDash({ bytes, starts, ends }: CutRecord, cell: number): boolean {
  return ends[cell]! - starts[cell]! === 1 && bytes[starts[cell]!] === DASH;
}

/** More digits may be beyond what a number holds. */
const MOST_DIGITS = 15;

/** Digits as a number; UNFIT where there is anything else, or too much. */
export function digitsIn(bytes: Uint8Array, start: number, end: number): number {
  if (end === start || end - start > MOST_DIGITS) return UNFIT;
  let value = 0;
  for (let at = start; at < end; at += 1) {
    const digit = bytes[at]! - ZERO;
    if (digit < 0 || digit > 9) return UNFIT;
    value = value * 10 + digit;
  }
  return value;
}

/** The whole number of a cell that is none below 0, NONE or UNFIT. An empty one is none that a reader takes for a number. */
export function integerIn(record: CutRecord, cell: number): number {
  const { bytes, starts, ends } = record;
  if (starts[cell]! < 0 || isDash(record, cell)) return NONE;
  return digitsIn(bytes, starts[cell]!, ends[cell]!);
}

/** What a negative cell is, which many logs write for what they do not know. */
export const NEGATIVE = -3;

const MICRO_DIGITS = 6;
/** Of the seconds, what a decimal(18, 6) holds. */
const WHOLE_DIGITS = 12;
const POWERS = Float64Array.from({ length: MICRO_DIGITS + 1 }, (_, digits) => 10 ** digits);

/** Seconds with up to six decimals, in microseconds; NEGATIVE or UNFIT. */
export function microsIn({ bytes, starts, ends }: CutRecord, cell: number): number {
  const start = starts[cell]!;
  const end = ends[cell]!;
  if (start < 0 || end - start > MOST_DIGITS + 1) return UNFIT;
  const isNegative = bytes[start] === DASH;
  const first = isNegative ? start + 1 : start;
  let value = 0;
  let point = end;
  for (let at = first; at < end; at += 1) {
    const digit = bytes[at]! - ZERO;
    if (digit >= 0 && digit <= 9) value = value * 10 + digit;
    else if (bytes[at] === POINT && point === end && at > first) point = at;
    else return UNFIT;
  }
  const decimals = Math.max(0, end - point - 1);
  if (first === end || point === end - 1 || decimals > MICRO_DIGITS || point - first > WHOLE_DIGITS)
    return UNFIT;
  if (isNegative) return value > 0 ? NEGATIVE : UNFIT;
  return value * POWERS[MICRO_DIGITS - decimals]!;
}
