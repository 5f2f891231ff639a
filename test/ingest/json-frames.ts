/** The frames of JSON values, and what must hold of them whatever the bytes. */
import assert from 'node:assert/strict';
import { type Frame, KEPT_RECORD_BYTES, MAX_RECORD_BYTES, type Misfit } from '../../src/ingest/framer.ts';
import { jsonFramer } from '../../src/ingest/json-framer.ts';
import { countRecords } from '../../src/ingest/text.ts';
import { sha256 } from '../../src/lake/digest.ts';

export type FrameOptions = { array?: string | null; blockBytes?: number; damaged?: boolean };

export function frame(chunks: readonly Buffer[], options: FrameOptions = {}): Frame[] {
  const { array = 'Records', blockBytes = 1 << 20, damaged = false } = options;
  const framer = jsonFramer(blockBytes, array);
  return [...chunks.flatMap((chunk) => framer.push(chunk)), ...framer.end({ damaged })];
}

export function chunksOf(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return places.slice(1).map((until, index) => bytes.subarray(places[index]!, until));
}

/** Pieces of one length. */
export function pieces(bytes: Buffer, length: number): Buffer[] {
  return Array.from({ length: Math.ceil(bytes.length / length) }, (_, index) =>
    bytes.subarray(index * length, (index + 1) * length),
  );
}

/** The records of blocks, as they lie in the object. */
export function recordsOf(frames: readonly Frame[]): string[] {
  return frames.flatMap((each) =>
    each.kind === 'block' ? each.records!.map(({ bytes }) => bytes.toString('utf8')) : [],
  );
}

export const misfitsOf = (frames: readonly Frame[]): Misfit[] =>
  frames.filter((each): each is Misfit => each.kind === 'misfit');

/** What may lie between records: blanks, commas, the opening and closing of lists and envelopes, byte order marks. */
const BETWEEN = /^(?:[ \t\r\n,[\]}]|\xef\xbb\xbf|\{[ \t\r\n]*"Records"[ \t\r\n]*:[ \t\r\n]*\[)*$/;

/** Every byte lies in exactly one record or between two; blocks hold their records, one a line. */
export function assertWhole(bytes: Buffer, frames: readonly Frame[]): void {
  let at = 0;
  const gap = (until: number): void => {
    assert.ok(until >= at, `a record at ${until} starts within the one that ends at ${at}`);
    assert.match(bytes.toString('latin1', at, until), BETWEEN, `bytes ${at} to ${until} are in no record`);
  };
  for (const each of frames) {
    if (each.kind === 'misfit') {
      const source = bytes.subarray(each.offset, each.offset + each.length);
      assert.equal(each.sha256, sha256(source));
      assert.ok(each.head.equals(source.subarray(0, KEPT_RECORD_BYTES)));
      gap(each.offset);
      at = each.offset + each.length;
      continue;
    }
    const records = each.records!;
    assert.equal(each.offset, records[0]!.offset);
    assert.equal(countRecords(each.bytes), records.length);
    const lines = each.bytes.toString('latin1').split('\n');
    for (const [index, record] of records.entries()) {
      gap(record.offset);
      at = record.offset + record.bytes.length;
      assert.ok(record.bytes.equals(bytes.subarray(record.offset, at)));
      assert.ok(record.bytes.length > 0 && record.bytes.length <= MAX_RECORD_BYTES);
      assert.equal(lines[index], record.bytes.toString('latin1').replaceAll('\n', ' '));
      assert.match(lines[index]!, /^[^ \t\r,]/);
    }
  }
  gap(bytes.length);
}
