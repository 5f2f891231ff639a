import { allocate } from './memory';

/** Encodings of Parquet's numbers (apache/parquet-format, Encodings.md). */

/** Values of so many bits, the lowest first; those beyond `count` are 0. Writes up to eight bytes more than they take. */
export function pack(values: usize, count: i32, padded: i32, width: i32, out: usize): void {
  let at = out;
  let held: u64 = 0;
  let bits = 0;
  for (let index = 0; index < padded; index += 1) {
    if (index < count) held |= (<u64>load<u32>(values + ((<usize>index) << 2))) << bits;
    bits += width;
    if (bits < 32) continue;
    store<u32>(at, <u32>held);
    at += 4;
    held >>= 32;
    bits -= 32;
  }
  store<u32>(at, <u32>held);
}

const BLOCK: i32 = 128;
const MINIBLOCK: i32 = 32;
const MINIBLOCKS: i32 = 4;
/** Beyond it, differences could be wrong. */
const MOST_DELTA: f64 = 2251799813685248;

/** Of a block, how far each difference lies above the least. */
const excess = allocate(512);

/** DELTA_BINARY_PACKED of whole numbers of 64 bits. Gives its length; below 0 where differences take more than 32 bits. */
export function putDeltas(values: usize, count: i32, out: usize): i32 {
  let at = putVarint(out, BLOCK);
  at = putVarint(at, MINIBLOCKS);
  at = putVarint(at, count);
  at = putVarint(at, zigzag(count === 0 ? 0 : load<i64>(values)));
  for (let from = 1; from < count; from += BLOCK) {
    const size = min(BLOCK, count - from);
    const first = values + ((<usize>from) << 3);
    let least = i64.MAX_VALUE;
    let most = i64.MIN_VALUE;
    for (let index = 0; index < size; index += 1) {
      const place = first + ((<usize>index) << 3);
      const value = load<i64>(place);
      const before = load<i64>(place - 8);
      if (Math.abs(<f64>value - <f64>before) > MOST_DELTA) return -1;
      least = min(least, value - before);
      most = max(most, value - before);
    }
    if (most - least > <i64>u32.MAX_VALUE) return -1;
    at = putVarint(at, zigzag(least));
    const widths = at;
    store<u32>(widths, 0);
    at += MINIBLOCKS;
    for (let mini = 0; mini * MINIBLOCK < size; mini += 1) {
      const start = mini * MINIBLOCK;
      const length = min(MINIBLOCK, size - start);
      let all: u32 = 0;
      for (let index = 0; index < length; index += 1) {
        const place = first + ((<usize>(start + index)) << 3);
        const above = <u32>(load<i64>(place) - load<i64>(place - 8) - least);
        store<u32>(excess + ((<usize>index) << 2), above);
        all |= above;
      }
      const width = 32 - <i32>clz(all);
      store<u8>(widths + mini, <u8>width);
      if (width === 0) continue;
      pack(excess, length, MINIBLOCK, width, at);
      at += (MINIBLOCK * width) >> 3;
    }
  }
  return <i32>(at - out);
}

function zigzag(value: i64): u64 {
  return <u64>((value << 1) ^ (value >> 63));
}

/** ULEB128. */
function putVarint(out: usize, value: u64): usize {
  let at = out;
  let rest = value;
  for (; rest >= 128; rest >>= 7) {
    store<u8>(at, <u8>(rest | 128));
    at += 1;
  }
  store<u8>(at, <u8>rest);
  return at + 1;
}

/** Puts the least and the greatest of whole numbers of 64 bits, of which there is one at least. */
export function putBounds(values: usize, count: i32, out: usize): void {
  let least = load<i64>(values);
  let most = least;
  for (let index = 1; index < count; index += 1) {
    const value = load<i64>(values + ((<usize>index) << 3));
    least = min(least, value);
    most = max(most, value);
  }
  store<i64>(out, least);
  store<i64>(out, most, 8);
}

/** Words that a dictionary has, at most, and slots to find one. */
const MOST_WORDS: i32 = 4096;
const SLOT_BITS: i32 = 14;
/** So many words may be new before half of all must be known. */
const GRACE: i32 = 16;

const slots = allocate(4 << SLOT_BITS);

/**
 * Puts the different numbers of 64 bits in the order in which they came, and of each number its place among them. Gives
 * their count; 0 where too few come again.
 */
export function putDictionary(values: usize, count: i32, words: usize, places: usize): i32 {
  memory.fill(slots, 0, 4 << SLOT_BITS);
  let known = 0;
  let before: i64 = 0;
  let place = -1;
  for (let index = 0; index < count; index += 1) {
    const value = load<i64>(values + ((<usize>index) << 3));
    // Many columns hold one number over and over.
    if (place < 0 || value !== before) {
      let slot = <i32>((<u64>value * 0x9e3779b97f4a7c15) >> (64 - SLOT_BITS));
      for (;;) {
        place = load<i32>(slots + ((<usize>slot) << 2)) - 1;
        if (place < 0 || load<i64>(words + ((<usize>place) << 3)) === value) break;
        slot = (slot + 1) & ((1 << SLOT_BITS) - 1);
      }
      if (place < 0) {
        if (known === MOST_WORDS || known >= GRACE + (index >> 1)) return 0;
        place = known;
        known += 1;
        store<i64>(words + ((<usize>place) << 3), value);
        store<i32>(slots + ((<usize>slot) << 2), known);
      }
      before = value;
    }
    store<i32>(places + ((<usize>index) << 2), place);
  }
  return known;
}
