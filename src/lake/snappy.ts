import type { ByteSink } from './byte-sink.ts';

/** Offsets of a copy have 16 bits: what lies further back is not looked for. */
const BLOCK_BYTES = 1 << 16;
const TABLE_BITS = 12;
const table = new Uint16Array(1 << TABLE_BITS);

/** Appends bytes in Snappy's block format (google/snappy, format_description.txt): the same bytes give the same. */
export function snappy(sink: ByteSink, source: Uint8Array, [start, end]: readonly [number, number]): void {
  sink.varint(end - start);
  // Literals alone are the worst: three bytes more for each 64 KB, and a few.
  sink.reserve(end - start + Math.ceil((end - start) / 6) + 32);
  for (let at = start; at < end; at += BLOCK_BYTES)
    block(sink, source, [at, Math.min(at + BLOCK_BYTES, end)]);
}

function block(sink: ByteSink, source: Uint8Array, [start, end]: readonly [number, number]): void {
  table.fill(0);
  let literal = start;
  let at = start + 1;
  // Four bytes are compared at a time.
  const last = end - 4;
  let misses = 32;
  while (at <= last) {
    const four = fourAt(source, at);
    const slot = Math.imul(four, 0x1e35a7bd) >>> (32 - TABLE_BITS);
    const found = start + table[slot]!;
    table[slot] = at - start;
    if (found >= at || fourAt(source, found) !== four) {
      // What has no copies for long is passed over faster and faster.
      at += misses++ >> 5;
      continue;
    }
    misses = 32;
    let length = 4;
    while (at + length < end && source[found + length] === source[at + length]) length += 1;
    putLiteral(sink, source, [literal, at]);
    putCopies(sink, { offset: at - found, length });
    at += length;
    literal = at;
  }
  putLiteral(sink, source, [literal, end]);
}

function fourAt(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
}

function putLiteral(sink: ByteSink, source: Uint8Array, [start, end]: readonly [number, number]): void {
  const count = end - start;
  if (count === 0) return;
  const less = count - 1;
  if (less < 60) sink.byte(less << 2);
  else if (less < 256) {
    sink.byte(60 << 2);
    sink.byte(less);
  } else {
    sink.byte(61 << 2);
    sink.byte(less & 0xff);
    sink.byte(less >> 8);
  }
  sink.take(source, start, end);
}

function putCopies(sink: ByteSink, { offset, length }: { offset: number; length: number }): void {
  let left = length;
  while (left > 0) {
    // One byte of offset takes lengths from 4 to 11; a rest below 4 would need a copy of two.
    const count = left > 64 ? (left < 68 ? 60 : 64) : left;
    left -= count;
    if (count >= 4 && count < 12 && offset < 2048) {
      sink.byte(1 | ((count - 4) << 2) | ((offset >> 8) << 5));
      sink.byte(offset & 0xff);
    } else {
      sink.byte(2 | ((count - 1) << 2));
      sink.byte(offset & 0xff);
      sink.byte(offset >> 8);
    }
  }
}
