import type { ByteSink } from './byte-sink.ts';

/** Encodings of Parquet's values (apache/parquet-format, Encodings.md). */

/** Which rows are defined, as levels of one bit: a run where all are alike, else packed. */
export function putLevels(
  sink: ByteSink,
  defined: Uint8Array,
  { rows, nulls }: { rows: number; nulls: number },
): void {
  const start = sink.length;
  sink.uint32(0);
  if (nulls === 0 || nulls === rows) {
    sink.varint(rows * 2);
    sink.byte(nulls === 0 ? 1 : 0);
  } else {
    sink.varint(Math.ceil(rows / 8) * 2 + 1);
    putBits(sink, defined, rows);
  }
  sink.bytes.writeUInt32LE(sink.length - start - 4, start);
}

/** Flags of a byte each, packed. */
export function putBits(sink: ByteSink, flags: Uint8Array, count: number): void {
  for (let at = 0; at < count; at += 8) {
    let packed = 0;
    for (let bit = 0; bit < 8 && at + bit < count; bit += 1) packed |= flags[at + bit]! << bit;
    sink.byte(packed);
  }
}

/** Places in a dictionary: their width, and one run where there is but one word, else packed. */
export function putPlaces(
  sink: ByteSink,
  places: Uint32Array,
  { count, words }: { count: number; words: number },
): void {
  const width = Math.max(1, 32 - Math.clz32(words - 1));
  sink.byte(width);
  if (words === 1) {
    sink.varint(count * 2);
    sink.byte(0);
    return;
  }
  const padded = Math.ceil(count / 8) * 8;
  sink.varint((padded / 8) * 2 + 1);
  putPacked(sink, { width, values: padded, valueAt: places, count });
}

/** Of two, below a byte's. */
const POWERS = Uint8Array.from({ length: 8 }, (_, bits) => 2 ** bits);
const TWO_32 = 2 ** 32;

/** Values of so many bits, the lowest first; those beyond `count` are 0. */
function putPacked(
  sink: ByteSink,
  of: { width: number; values: number; valueAt: Uint32Array; count: number },
): void {
  const { width, values, valueAt, count } = of;
  sink.reserve(Math.ceil((values * width) / 8));
  const { bytes } = sink;
  let at = sink.length;
  let held = 0;
  let bits = 0;
  for (let index = 0; index < values; index += 1) {
    // Up to 39 bits: beyond what `<<` can hold.
    if (index < count) held += valueAt[index]! * POWERS[bits]!;
    bits += width;
    while (bits >= 8) {
      const low = held & 0xff;
      bytes[at] = low;
      at += 1;
      held = (held - low) / 256;
      bits -= 8;
    }
  }
  sink.length = at;
}

const BLOCK = 128;
const MINIBLOCK = 32;
const deltas = new Float64Array(BLOCK);
const excess = new Uint32Array(MINIBLOCK);

/**
 * DELTA_BINARY_PACKED of numbers in halves. False, and nothing written, where two neighbours lie so far apart that their
 * differences take more than 32 bits.
 */
export function putDeltas(sink: ByteSink, words: Uint32Array, count: number): boolean {
  const start = sink.length;
  sink.varint(BLOCK);
  sink.varint(BLOCK / MINIBLOCK);
  sink.varint(count);
  putZigzag64(sink, count === 0 ? 0 : words[0]!, count === 0 ? 0 : words[1]! | 0);
  for (let from = 1; from < count; from += BLOCK) {
    const size = Math.min(BLOCK, count - from);
    let least = Infinity;
    let most = -Infinity;
    for (let index = 0; index < size; index += 1) {
      const at = (from + index) * 2;
      const delta = ((words[at + 1]! | 0) - (words[at - 1]! | 0)) * TWO_32 + (words[at]! - words[at - 2]!);
      deltas[index] = delta;
      if (delta < least) least = delta;
      if (delta > most) most = delta;
    }
    if (most - least >= TWO_32 || Math.abs(least) > 2 ** 51) {
      sink.length = start;
      return false;
    }
    putBlock(sink, { size, least });
  }
  return true;
}

function putBlock(sink: ByteSink, { size, least }: { size: number; least: number }): void {
  sink.zigzag(least);
  const widths = sink.length;
  for (let index = 0; index < BLOCK / MINIBLOCK; index += 1) sink.byte(0);
  for (let mini = 0; mini * MINIBLOCK < size; mini += 1) {
    const count = Math.min(MINIBLOCK, size - mini * MINIBLOCK);
    let all = 0;
    for (let index = 0; index < count; index += 1) {
      const value = deltas[mini * MINIBLOCK + index]! - least;
      excess[index] = value;
      all |= value;
    }
    const width = 32 - Math.clz32(all);
    sink.bytes[widths + mini] = width;
    if (width > 0) putPacked(sink, { width, values: MINIBLOCK, valueAt: excess, count });
  }
}

function putZigzag64(sink: ByteSink, low: number, high: number): void {
  const value = (BigInt(high) << 32n) | BigInt(low);
  let rest = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n));
  for (; rest >= 128n; rest >>= 7n) sink.byte(Number(rest & 127n) | 128);
  sink.byte(Number(rest));
}
