import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  type Block,
  type Frame,
  KEPT_RECORD_BYTES,
  lineFramer,
  MAX_RECORD_BYTES,
  type Misfit,
} from '../../src/ingest/framer.ts';
import { countRecords } from '../../src/ingest/text.ts';

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

function frame(chunks: readonly Buffer[], options: { blockBytes: number; damaged?: boolean }): Frame[] {
  const framer = lineFramer(options.blockBytes);
  const frames = chunks.flatMap((chunk) => framer.push(chunk));
  const all = [...frames, ...framer.end({ damaged: options.damaged ?? false })];
  // Whose memory a block lies in depends on how its bytes came.
  for (const each of all) if (each.kind === 'block') delete each.free;
  return all;
}

function chunksOf(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return places.slice(1).map((until, index) => bytes.subarray(places[index]!, until));
}

/** The records of an object, told in another way: by splitting. A last newline begins no record. */
function recordsOf(bytes: Buffer): string[] {
  const records = bytes.toString('latin1').split('\n');
  if (records.at(-1) === '') records.pop();
  return records;
}

function assertWhole(bytes: Buffer, frames: readonly Frame[]): void {
  let at = 0;
  for (const each of frames) {
    assert.equal(each.offset, at);
    const length = each.kind === 'block' ? each.bytes.length : each.length;
    const source = bytes.subarray(at, at + length);
    if (each.kind === 'block') assert.ok(each.bytes.equals(source));
    else {
      assert.equal(each.sha256, sha256(source));
      assert.ok(each.head.equals(source.subarray(0, KEPT_RECORD_BYTES)));
    }
    at += length;
    if (at < bytes.length) assert.equal(bytes[at], 0x0a, 'a frame ends at a newline');
    at += 1;
  }
  assert.ok(at === bytes.length || at === bytes.length + 1, `frames end at ${at} of ${bytes.length}`);
}

const bytesWithNewlines = fc
  .array(fc.oneof(fc.constant(0x0a), fc.integer({ min: 0, max: 255 })), { maxLength: 300 })
  .map((values) => Buffer.from(values));
const cuts = fc.array(fc.nat(), { maxLength: 12 });

describe('The framer', () => {
  test('gives back every byte and counts every record, however the bytes arrive', () => {
    fc.assert(
      fc.property(bytesWithNewlines, cuts, fc.integer({ min: 1, max: 80 }), (bytes, places, blockBytes) => {
        const frames = frame(chunksOf(bytes, places), { blockBytes });
        if (bytes.length > 0) assertWhole(bytes, frames);
        else assert.deepEqual(frames, []);
        const counted = frames.map((each) => (each.kind === 'block' ? countRecords(each.bytes) : 1));
        assert.equal(
          counted.reduce((sum, records) => sum + records, 0),
          recordsOf(bytes).length,
        );
        for (const each of frames) {
          assert.equal(each.kind, 'block');
          const block = each as Block;
          assert.ok(block.bytes.length + 1 <= blockBytes + 1 || !block.bytes.includes(0x0a));
        }
      }),
      { numRuns: 1000 },
    );
  });

  test('cuts blocks by the bytes alone: two ways of arriving give the same frames', () => {
    fc.assert(
      fc.property(bytesWithNewlines, cuts, fc.integer({ min: 1, max: 80 }), (bytes, places, blockBytes) => {
        assert.deepEqual(frame(chunksOf(bytes, places), { blockBytes }), frame([bytes], { blockBytes }));
      }),
      { numRuns: 1000 },
    );
  });

  test('takes the bytes after the last newline of a damaged object as a record that was cut', () => {
    fc.assert(
      fc.property(bytesWithNewlines, cuts, fc.integer({ min: 1, max: 80 }), (bytes, places, blockBytes) => {
        const frames = frame(chunksOf(bytes, places), { blockBytes, damaged: true });
        if (bytes.length > 0) assertWhole(bytes, frames);
        const rest = bytes.subarray(bytes.lastIndexOf(0x0a) + 1);
        const misfits = frames.filter((each) => each.kind === 'misfit');
        assert.equal(misfits.length, rest.length > 0 ? 1 : 0);
        if (rest.length > 0) {
          const last = frames.at(-1) as Misfit;
          assert.deepEqual(
            [last.reason, last.length, last.sha256],
            ['cut-by-damage', rest.length, sha256(rest)],
          );
        }
      }),
      { numRuns: 1000 },
    );
  });

  const line = (length: number, letter: string) => Buffer.alloc(length, letter);
  const newline = Buffer.from('\n');
  const arrivals = [MAX_RECORD_BYTES * 8, 65_536, 1_000_003];

  for (const { over, ended } of [
    { over: 0, ended: true },
    { over: 0, ended: false },
    { over: 1, ended: true },
    { over: 1, ended: false },
    { over: MAX_RECORD_BYTES * 2, ended: true },
    { over: MAX_RECORD_BYTES * 2, ended: false },
  ]) {
    test(`sets aside a record of the most bytes and ${over} more, ${ended ? 'with' : 'without'} a newline`, () => {
      const long = line(MAX_RECORD_BYTES + over, 'L');
      const parts = [Buffer.from('before\n'), long, ...(ended ? [newline, Buffer.from('after\n')] : [])];
      const bytes = Buffer.concat(parts);
      for (const blockBytes of [100, 1 << 16, 1 << 24]) {
        for (const step of arrivals) {
          const places = Array.from({ length: Math.ceil(bytes.length / step) }, (_, index) => index * step);
          const frames = frame(chunksOf(bytes, places), { blockBytes });
          assertWhole(bytes, frames);
          const misfits = frames.filter((each): each is Misfit => each.kind === 'misfit');
          assert.equal(misfits.length, over > 0 ? 1 : 0);
          for (const each of misfits) {
            assert.equal(each.reason, 'record-too-long');
            assert.deepEqual(
              [each.offset, each.length, each.sha256, each.head.length],
              [7, long.length, sha256(long), KEPT_RECORD_BYTES],
            );
          }
        }
      }
    });
  }

  test('cuts the same frames around long records, however the bytes arrive', () => {
    const bytes = Buffer.concat([
      line(300_000, 'a'),
      newline,
      line(MAX_RECORD_BYTES + 5, 'b'),
      newline,
      line(MAX_RECORD_BYTES * 2, 'c'),
      newline,
      newline,
      line(MAX_RECORD_BYTES, 'd'),
      newline,
      line(10, 'e'),
    ]);
    const expected = frame([bytes], { blockBytes: 1_048_580 });
    assert.deepEqual(
      expected.map((each) => each.kind),
      ['block', 'misfit', 'misfit', 'block', 'block'],
    );
    for (const step of [70_000, 262_144, 1_048_577]) {
      const places = Array.from({ length: Math.ceil(bytes.length / step) }, (_, index) => index * step);
      assert.deepEqual(frame(chunksOf(bytes, places), { blockBytes: 1_048_580 }), expected);
    }
  });

  test('says that damage cut a long record, not that it is too long', () => {
    const bytes = Buffer.concat([Buffer.from('a\n'), line(MAX_RECORD_BYTES + 1, 'x')]);
    for (const blockBytes of [1000, 1 << 24]) {
      const frames = frame([bytes], { blockBytes, damaged: true });
      assert.equal((frames.at(-1) as Misfit).reason, 'cut-by-damage');
      assertWhole(bytes, frames);
    }
  });
});
