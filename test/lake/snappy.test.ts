/** What Snappy makes of bytes, read back as google/snappy, format_description.txt, says. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { ByteSink } from '../../src/lake/byte-sink.ts';
import { snappy } from '../../src/lake/snappy.ts';

function packed(bytes: Uint8Array): Uint8Array {
  const sink = new ByteSink();
  snappy(sink, bytes);
  return sink.bytes.subarray(0, sink.length);
}

function unpacked(bytes: Uint8Array): Buffer {
  let at = 0;
  const little = (count: number): number => {
    let value = 0;
    for (let index = 0; index < count; index += 1) value += bytes[at++]! * 256 ** index;
    return value;
  };
  let length = 0;
  for (let shift = 1; ; shift *= 128) {
    const byte = bytes[at++]!;
    length += (byte & 127) * shift;
    if (byte < 128) break;
  }
  const out = Buffer.alloc(length);
  let to = 0;
  while (at < bytes.length) {
    const tag = bytes[at++]!;
    const upper = tag >> 2;
    if ((tag & 3) === 0) {
      const count = upper < 60 ? upper + 1 : little(upper - 59) + 1;
      out.set(bytes.subarray(at, at + count), to);
      to += count;
      at += count;
      continue;
    }
    const isShort = (tag & 3) === 1;
    const count = isShort ? (upper & 7) + 4 : upper + 1;
    const offset = isShort ? ((tag >> 5) << 8) + little(1) : little((tag & 3) === 2 ? 2 : 4);
    assert.ok(offset > 0 && offset <= to, `an offset of ${offset} at ${to}`);
    for (let index = 0; index < count; index += 1, to += 1) out[to] = out[to - offset]!;
  }
  assert.equal(to, length);
  return out;
}

/** Pieces that come again, near and far. */
const repeating = fc
  .tuple(
    fc.array(fc.uint8Array({ maxLength: 80 }), { minLength: 1, maxLength: 8 }),
    fc.array(fc.nat(), { maxLength: 400 }),
  )
  .map(([pieces, order]) => Buffer.concat(order.map((place) => pieces[place % pieces.length]!)));

describe('Bytes in Snappy', () => {
  test('are what they were', () => {
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 400 }), repeating), (bytes) => {
        assert.deepEqual(unpacked(packed(bytes)), Buffer.from(bytes));
      }),
    );
  });

  test('are so beyond a block of 64 KB, and beyond the memory that they had at first', () => {
    for (const length of [65_535, 65_536, 65_537, 300_001]) {
      const bytes = Buffer.alloc(length, 'a line that comes again, ');
      for (let at = 0; at < length; at += 701) bytes.writeUInt8((at * 31) & 255, at);
      const made = packed(bytes);
      assert.deepEqual(unpacked(made), bytes);
      assert.ok(made.length < length / 5, `${made.length} of ${length}`);
      const random = Buffer.from(
        Array.from({ length }, (_, index) => Math.imul(index ^ (index >> 7), 0x9e3779b1) >>> 24),
      );
      assert.deepEqual(unpacked(packed(random)), random);
    }
  });
});
