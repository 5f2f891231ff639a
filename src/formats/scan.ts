import type { Readable } from '../lake/readable.ts';

/** Looks for the end of cells, as fast as a record can be read. */

const SPACE = 0x20;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** A byte four times, one in each of a number's. */
const fourTimes = (byte: number): number => Math.imul(byte & 0xff, 0x01010101);
const ONES = fourTimes(1);
const HIGHEST = fourTimes(0x80);
const QUOTES = fourTimes(QUOTE);
const BACKSLASHES = fourTimes(BACKSLASH);
const BEYOND_SPACE = fourTimes(SPACE + 1);
const SPACES = fourTimes(SPACE);

/** Where a text ends: at a quote, a backslash, another byte or the end. Four bytes at a time, as long as none of them ends it: a byte is one where taking one from it borrows. */
export function endOfText({ bytes, view }: Readable, start: number, end: number, next: number): number {
  const nexts = fourTimes(next);
  let at = start;
  for (; at + 4 <= end; at += 4) {
    const four = view.getInt32(at, true);
    const quote = four ^ QUOTES;
    const backslash = four ^ BACKSLASHES;
    const other = four ^ nexts;
    const borrows = ((quote - ONES) & ~quote) | ((backslash - ONES) & ~backslash) | ((other - ONES) & ~other);
    if ((borrows & HIGHEST) !== 0) break;
  }
  for (; at < end; at += 1) {
    const byte = bytes[at]!;
    if (byte === QUOTE || byte === BACKSLASH || byte === next) break;
  }
  return at;
}

/** The same of a word, which a blank or a control character ends as well. */
export function endOfWord({ bytes, view }: Readable, start: number, end: number, next: number): number {
  const nexts = fourTimes(next);
  let at = start;
  for (; at + 4 <= end; at += 4) {
    const four = view.getInt32(at, true);
    const quote = four ^ QUOTES;
    const backslash = four ^ BACKSLASHES;
    const other = four ^ nexts;
    const borrows = ((quote - ONES) & ~quote) | ((backslash - ONES) & ~backslash) | ((other - ONES) & ~other);
    if (((borrows | ((four - BEYOND_SPACE) & ~four)) & HIGHEST) !== 0) break;
  }
  for (; at < end; at += 1) {
    const byte = bytes[at]!;
    if (byte <= SPACE || byte === QUOTE || byte === BACKSLASH || byte === next) break;
  }
  return at;
}

/** Where the quote stands that ends a string of JSON; below 0 where there is none, or an escape or a control character before it. */
export function endOfString({ bytes, view }: Readable, start: number, end: number): number {
  let at = start;
  for (; at + 4 <= end; at += 4) {
    const four = view.getInt32(at, true);
    const quote = four ^ QUOTES;
    const backslash = four ^ BACKSLASHES;
    const borrows = ((quote - ONES) & ~quote) | ((backslash - ONES) & ~backslash) | ((four - SPACES) & ~four);
    if ((borrows & HIGHEST) !== 0) break;
  }
  for (; at < end; at += 1) {
    const byte = bytes[at]!;
    if (byte === QUOTE) return at;
    if (byte === BACKSLASH || byte < SPACE) return -1;
  }
  return -1;
}

/** Whether a word stands at an offset, before an end. */
export function stands({ bytes, view }: Readable, at: number, end: number, word: Readable): boolean {
  const { length } = word.bytes;
  if (end - at < length) return false;
  let index = 0;
  for (; index + 4 <= length; index += 4)
    if (view.getInt32(at + index, true) !== word.view.getInt32(index, true)) return false;
  for (; index < length; index += 1) if (bytes[at + index] !== word.bytes[index]) return false;
  return true;
}
