import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { constants, createGunzip, gzipSync, zstdCompressSync } from 'node:zlib';
import { inflate } from '../../src/ingest/inflate.ts';
import { unpackCounted } from './unpack.ts';

async function unpack(stored: Buffer, chunkBytes?: number) {
  const { readings: _, read, ...unpacked } = await unpackCounted(stored, chunkBytes);
  assert.equal(read, stored.length, 'the first reading goes to the end');
  return unpacked;
}

/** Lines that pack to about a third, from a seed of their own. */
function lines(count: number): Buffer {
  let state = 7;
  const next = () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state;
  };
  return Buffer.from(
    Array.from(
      { length: count },
      (_, index) => `${index} 198.51.100.${next() % 256} /page/${next() % 9973}\n`,
    ).join(''),
  );
}

const text = lines(400);
const large = lines(40_000);
const packed = gzipSync(text);
const garbage = Buffer.from('no gzip at all');
const padding = Buffer.alloc(600);

describe('Stored bytes', () => {
  for (const { name, stored, bytes, compression } of [
    { name: 'plain', stored: text, bytes: text, compression: 'none' },
    { name: 'of no length', stored: Buffer.alloc(0), bytes: Buffer.alloc(0), compression: 'none' },
    { name: 'of one byte', stored: Buffer.from([0x1f]), bytes: Buffer.from([0x1f]), compression: 'none' },
    { name: 'gzip', stored: packed, bytes: text, compression: 'gzip' },
    { name: 'large gzip', stored: gzipSync(large, { level: 1 }), bytes: large, compression: 'gzip' },
    { name: 'zstd', stored: zstdCompressSync(text), bytes: text, compression: 'zstd' },
    { name: 'large zstd', stored: zstdCompressSync(large), bytes: large, compression: 'zstd' },
    {
      name: 'three gzip members',
      stored: Buffer.concat([packed, gzipSync(Buffer.from('')), gzipSync(text, { level: 1 })]),
      bytes: Buffer.concat([text, text]),
      compression: 'gzip',
    },
    {
      name: 'three zstd frames',
      stored: Buffer.concat([
        zstdCompressSync(text),
        zstdCompressSync(Buffer.from('x')),
        zstdCompressSync(text),
      ]),
      bytes: Buffer.concat([text, Buffer.from('x'), text]),
      compression: 'zstd',
    },
    {
      name: 'gzip with zeros after it',
      stored: Buffer.concat([packed, padding]),
      bytes: text,
      compression: 'gzip',
    },
    {
      name: 'gzip members with zeros between them',
      stored: Buffer.concat([packed, padding, packed]),
      bytes: Buffer.concat([text, text]),
      compression: 'gzip',
    },
  ]) {
    test(`that are ${name} come out whole, however they arrive`, async () => {
      for (const chunkBytes of [1 << 20, 1000, ...(stored.length < 20_000 ? [1] : [])]) {
        const unpacked = await unpack(stored, chunkBytes);
        assert.deepEqual(
          { compression: unpacked.compression, damage: unpacked.damage },
          { compression, damage: null },
        );
        assert.ok(unpacked.bytes.equals(bytes), `in chunks of ${chunkBytes}`);
      }
    });
  }

  for (const { name, stored, bytes } of [
    { name: 'a gzip', stored: Buffer.concat([packed, garbage]), bytes: text },
    { name: 'zeros after a gzip', stored: Buffer.concat([packed, padding, garbage]), bytes: text },
    { name: 'a zstd', stored: Buffer.concat([zstdCompressSync(text), garbage]), bytes: text },
  ]) {
    test(`that go on with something else after ${name} are damaged, and lose nothing before it`, async () => {
      for (const chunkBytes of [1 << 20, 1000, 1]) {
        const unpacked = await unpack(stored, chunkBytes);
        assert.match(unpacked.damage ?? 'none', /^(gzip|zstd) damaged: /);
        assert.ok(unpacked.bytes.equals(bytes), `in chunks of ${chunkBytes}`);
      }
    });
  }

  test('cut at any length give all that comes before the cut, and say that they are damaged', async () => {
    const short = lines(40);
    const stored = gzipSync(short);
    for (let length = 4; length < stored.length; length += 1) {
      const unpacked = await unpack(stored.subarray(0, length));
      assert.match(unpacked.damage ?? 'none', /gzip damaged: unexpected end of file/, `cut at ${length}`);
      const expected = await reference(stored.subarray(0, length));
      assert.ok(unpacked.bytes.equals(expected), `cut at ${length}`);
      assert.ok(short.subarray(0, expected.length).equals(expected));
      if (length >= stored.length - 8) assert.equal(unpacked.bytes.length, short.length);
    }
  });

  test('cut in a later member give the members before it', async () => {
    const stored = Buffer.concat([packed, packed]).subarray(0, packed.length + 5);
    const unpacked = await unpack(stored);
    assert.match(unpacked.damage ?? 'none', /gzip damaged/);
    assert.ok(unpacked.bytes.equals(text));
  });

  test('with a wrong checksum at their end lose nothing', async () => {
    for (const content of [text, large]) {
      const stored = gzipSync(content);
      stored[stored.length - 6]! ^= 1;
      const unpacked = await unpack(stored);
      assert.match(unpacked.damage ?? 'none', /gzip damaged: incorrect data check/);
      assert.ok(unpacked.bytes.equals(content));
    }
  });

  test('corrupted inside give all that was decoded before, the same however they arrive', async () => {
    const stored = gzipSync(large);
    for (const [place, value] of [
      [0.1, 0xff],
      [0.5, 0x55],
      [0.9, 0x0f],
    ] as const) {
      const broken = Buffer.from(stored);
      const at = Math.floor(stored.length * place);
      broken.fill(value, at, at + 40);
      const whole = await unpack(broken, 1 << 20);
      assert.match(whole.damage ?? 'none', /gzip damaged/);
      assert.ok((await unpack(broken, 777)).bytes.equals(whole.bytes));
      // What is packed in the bytes before the fault comes out, as from a gzip cut there.
      const before = await reference(stored.subarray(0, at));
      assert.ok(
        whole.bytes.subarray(0, before.length).equals(before),
        `${whole.bytes.length} of ${before.length}`,
      );
    }
  });

  test('that can not be read on throw what the reader throws', async () => {
    async function* open(): AsyncGenerator<Buffer> {
      yield packed.subarray(0, 100);
      throw new Error('the disk is gone');
    }
    await assert.rejects(
      inflate(open, async () => {}),
      /the disk is gone/,
    );
  });
});

/** What zlib itself makes of a cut gzip where it is told that the cut is no error. */
async function reference(stored: Buffer): Promise<Buffer> {
  const stream = createGunzip({ finishFlush: constants.Z_SYNC_FLUSH });
  const pieces: Buffer[] = [];
  stream.end(stored);
  for await (const piece of stream) pieces.push(piece);
  return Buffer.concat(pieces);
}
