/**
 * Records that are cut: bytes, and of each span, which is one cell of one record, where it starts and ends. A start below
 * 0: the record has no such cell.
 */
export type CutRecords = { bytes: Uint8Array; starts: Int32Array; ends: Int32Array };

const ZERO = 0x30;

/** A cell is empty, a dash or not there: a null. */
export const NONE = -1;
/** A cell is none that is read here: the record needs the SELECT. */
export const UNFIT = -2;

export function isEmpty({ starts, ends }: CutRecords, span: number): boolean {
  return starts[span]! < 0 || starts[span] === ends[span];
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
