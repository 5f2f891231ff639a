import { allocate } from './memory';

/** Offsets of a copy have 16 bits: what lies further back is not looked for. */
const BLOCK_BYTES: usize = 1 << 16;
const TABLE_BITS: i32 = 12;
const TABLE_BYTES: usize = 2 << TABLE_BITS;
/** By the hash of four bytes, where they were last seen in the block. */
const table = allocate(TABLE_BYTES);

/** Bytes in Snappy's block format (google/snappy, format_description.txt), of which the end is given: the same bytes give the same. */
export function putSnappy(start: usize, length: i32, out: usize): usize {
  const end = start + length;
  let to = putLength(length, out);
  for (let at = start; at < end; at += BLOCK_BYTES) to = putBlock(at, min(at + BLOCK_BYTES, end), to);
  return to;
}

/** ULEB128. */
function putLength(length: i32, out: usize): usize {
  let to = out;
  let rest = length;
  for (; rest >= 128; rest >>= 7, to += 1) store<u8>(to, <u8>((rest & 127) | 128));
  store<u8>(to, <u8>rest);
  return to + 1;
}

function putBlock(start: usize, end: usize, out: usize): usize {
  memory.fill(table, 0, TABLE_BYTES);
  let to = out;
  let literal = start;
  let misses: usize = 32;
  // Four bytes are compared at a time.
  for (let at = start + 1; at + 4 <= end; ) {
    const four = load<u32>(at);
    const slot = table + ((<usize>((four * 0x1e35a7bd) >> (32 - TABLE_BITS))) << 1);
    const found = start + load<u16>(slot);
    store<u16>(slot, <u16>(at - start));
    if (found >= at || load<u32>(found) !== four) {
      // What has no copies for long is passed over faster and faster.
      at += misses >> 5;
      misses += 1;
      continue;
    }
    misses = 32;
    const length = sameBytes(at, found, end);
    to = putLiteral(literal, at, to);
    to = putCopies(at - found, length, to);
    at += length;
    literal = at;
  }
  return putLiteral(literal, end, to);
}

/** How many bytes from two places on are the same, of which four are known to be. */
function sameBytes(at: usize, found: usize, end: usize): usize {
  let length: usize = 4;
  for (; at + length + 8 <= end; length += 8) {
    const difference = load<u64>(found + length) ^ load<u64>(at + length);
    if (difference !== 0) return length + (<usize>ctz(difference) >> 3);
  }
  while (at + length < end && load<u8>(found + length) === load<u8>(at + length)) length += 1;
  return length;
}

function putLiteral(start: usize, end: usize, out: usize): usize {
  const count = end - start;
  if (count === 0) return out;
  let to = out;
  const less = count - 1;
  if (less < 60) store<u8>(to++, <u8>(less << 2));
  else if (less < 256) {
    store<u8>(to++, 60 << 2);
    store<u8>(to++, <u8>less);
  } else {
    store<u8>(to++, 61 << 2);
    store<u16>(to, <u16>less);
    to += 2;
  }
  // What follows a source is readable, and what follows the end is written over.
  if (count <= 16) v128.store(to, v128.load(start));
  else memory.copy(to, start, count);
  return to + count;
}

function putCopies(offset: usize, length: usize, out: usize): usize {
  let to = out;
  for (let left = length; left > 0; ) {
    // One byte of offset takes lengths from 4 to 11; a rest below 4 would need a copy of two.
    const count: usize = left > 64 ? (left < 68 ? 60 : 64) : left;
    left -= count;
    if (count >= 4 && count < 12 && offset < 2048) {
      store<u8>(to++, <u8>(1 | ((count - 4) << 2) | ((offset >> 8) << 5)));
      store<u8>(to++, <u8>offset);
    } else {
      store<u8>(to++, <u8>(2 | ((count - 1) << 2)));
      store<u16>(to, <u16>offset);
      to += 2;
    }
  }
  return to;
}
