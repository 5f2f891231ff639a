import type { ByteSink } from './byte-sink.ts';
import { numberEncoder } from './number-encoder.ts';

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

/** Places in a dictionary, which the encoder has: their width, and one run where there is but one word, else packed. */
export function putPlaces(sink: ByteSink, { count, words }: { count: number; words: number }): void {
  const width = Math.max(1, 32 - Math.clz32(words - 1));
  sink.byte(width);
  if (words === 1) {
    sink.varint(count * 2);
    sink.byte(0);
    return;
  }
  sink.varint(Math.ceil(count / 8) * 2 + 1);
  const packed = numberEncoder.packedPlaces(count, width);
  sink.take(packed, 0, packed.length);
}
