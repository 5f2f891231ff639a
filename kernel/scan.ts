import { BACKSLASH, QUOTE, SPACE } from './bytes';

/** Looks for the end of cells, sixteen bytes at a time. */

/** Where a text ends: at a quote, a backslash, the byte that follows it, or the end. */
export function endOfText(start: usize, end: usize, next: u8): usize {
  for (let at = start; at < end; at += 16) {
    const bytes = v128.load(at);
    const found = i8x16.bitmask(
      v128.or(
        v128.or(i8x16.eq(bytes, i8x16.splat(QUOTE)), i8x16.eq(bytes, i8x16.splat(BACKSLASH))),
        i8x16.eq(bytes, i8x16.splat(next)),
      ),
    );
    if (found !== 0) return min(end, at + ctz(found));
  }
  return end;
}

/** The same of a word, which a blank or a control character ends as well. */
export function endOfWord(start: usize, end: usize, next: u8): usize {
  for (let at = start; at < end; at += 16) {
    const bytes = v128.load(at);
    const found = i8x16.bitmask(
      v128.or(
        v128.or(i8x16.eq(bytes, i8x16.splat(QUOTE)), i8x16.eq(bytes, i8x16.splat(BACKSLASH))),
        v128.or(i8x16.eq(bytes, i8x16.splat(next)), i8x16.le_u(bytes, i8x16.splat(SPACE))),
      ),
    );
    if (found !== 0) return min(end, at + ctz(found));
  }
  return end;
}

/** Where the quote stands that ends a string of JSON; 0 where there is none, or an escape or a control character before it. */
export function endOfString(start: usize, end: usize): usize {
  for (let at = start; at < end; at += 16) {
    const bytes = v128.load(at);
    const found = i8x16.bitmask(
      v128.or(
        v128.or(i8x16.eq(bytes, i8x16.splat(QUOTE)), i8x16.eq(bytes, i8x16.splat(BACKSLASH))),
        i8x16.lt_u(bytes, i8x16.splat(SPACE)),
      ),
    );
    if (found === 0) continue;
    const place = at + ctz(found);
    return place < end && load<u8>(place) === QUOTE ? place : 0;
  }
  return 0;
}

/** Where a byte stands, or the end. */
export function placeOf(byte: u8, start: usize, end: usize): usize {
  for (let at = start; at < end; at += 16) {
    const found = i8x16.bitmask(i8x16.eq(v128.load(at), i8x16.splat(byte)));
    if (found !== 0) return min(end, at + ctz(found));
  }
  return end;
}

/** Whether two texts of a length are the same. */
export function isSame(a: usize, b: usize, length: i32): bool {
  let at: usize = 0;
  for (; at + 16 <= <usize>length; at += 16)
    if (v128.any_true(v128.xor(v128.load(a + at), v128.load(b + at)))) return false;
  const rest = length & 15;
  if (rest === 0) return true;
  const differ = ~i8x16.bitmask(i8x16.eq(v128.load(a + at), v128.load(b + at)));
  return (differ & ((1 << rest) - 1)) === 0;
}
