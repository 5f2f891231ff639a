/** bzip2 as Python's own bz2 packs it. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { describe, test } from 'node:test';
import { unpackCounted } from './unpack.ts';

const pack = (bytes: Buffer, level = 9): Buffer =>
  execFileSync(
    'python3',
    ['-c', `import bz2,sys;sys.stdout.buffer.write(bz2.compress(sys.stdin.buffer.read(),${level}))`],
    {
      input: bytes,
      maxBuffer: 1 << 28,
    },
  );

async function unpack(stored: Buffer, chunkBytes?: number) {
  const { readings, read, ...unpacked } = await unpackCounted(stored, chunkBytes);
  assert.deepEqual([readings, read], [1, stored.length], 'one reading, to the end');
  return unpacked;
}

/** Bytes that look random, from a seed. */
function noise(length: number): Buffer {
  let state = 7;
  return Buffer.from(
    Uint8Array.from({ length }, () => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return state >>> 16;
    }),
  );
}

const lines = Buffer.from(
  Array.from({ length: 20_000 }, (_, index) => `192.0.2.${index % 256} GET /${(index * 7919) % 9973}\n`).join(
    '',
  ),
);
const packed = pack(lines);

describe('An object packed by bzip2', () => {
  for (const [name, bytes, level] of [
    ['nothing', Buffer.alloc(0), 9],
    ['one byte', Buffer.from('x'), 9],
    ['lines', lines, 9],
    ['lines in blocks of 100 kB', lines, 1],
    ['bytes that do not pack', noise(400_000), 2],
    ['all bytes', Buffer.from(Uint8Array.from({ length: 300_000 }, (_, index) => index)), 9],
    [
      'runs of every length',
      Buffer.concat([...Array(600).keys()].map((each) => Buffer.alloc(each, each % 3))),
      9,
    ],
    ['four of a kind at the end', Buffer.from('aaaabbbbaaaa'), 9],
    ['a long run', Buffer.alloc(5_000_000), 9],
  ] as const) {
    test(`comes out whole: ${name}`, async () => {
      const stored = pack(bytes, level);
      for (const chunkBytes of [1 << 20, 999, ...(stored.length < 10_000 ? [1] : [])]) {
        const unpacked = await unpack(stored, chunkBytes);
        assert.deepEqual([unpacked.compression, unpacked.damage], ['bzip2', null]);
        assert.ok(unpacked.bytes.equals(bytes), `in chunks of ${chunkBytes}`);
      }
    });
  }

  test('may be several streams', async () => {
    const stored = Buffer.concat([packed, pack(Buffer.alloc(0)), pack(noise(1_200_000)), pack(lines, 3)]);
    const unpacked = await unpack(stored);
    assert.equal(unpacked.damage, null);
    assert.ok(unpacked.bytes.equals(Buffer.concat([lines, noise(1_200_000), lines])));
  });

  test('that goes on with something else is damaged, and loses nothing before it', async () => {
    for (const rest of ['no bzip2 at all', 'BZ', 'BZh0 is no level']) {
      const unpacked = await unpack(Buffer.concat([packed, Buffer.from(rest)]), 777);
      assert.match(unpacked.damage ?? 'none', /^bzip2 damaged: /);
      assert.ok(unpacked.bytes.equals(lines));
    }
  });

  test('cut at any place gives whole blocks, and says that it is damaged', async () => {
    const stored = pack(lines, 1);
    const sizes = new Set<number>();
    for (let length = 10; length < stored.length; length += 997) {
      const unpacked = await unpack(stored.subarray(0, length));
      assert.match(unpacked.damage ?? 'none', /^bzip2 damaged: it ends within a /, `cut at ${length}`);
      assert.ok(lines.subarray(0, unpacked.bytes.length).equals(unpacked.bytes));
      sizes.add(unpacked.bytes.length);
    }
    // Four blocks of 100 kB and what is left.
    assert.equal(lines.length > 400_000 && lines.length < 500_000, true);
    assert.equal(sizes.size, 5);
  });

  test('with one bit turned anywhere gives nothing that was not packed', async () => {
    const stored = pack(lines, 1);
    for (let at = 10; at < stored.length; at += Math.floor(stored.length / 60)) {
      const broken = Buffer.from(stored);
      broken[at]! ^= 1 << (at % 8);
      const unpacked = await unpack(broken);
      // Some bits say nothing: of a code for a symbol that does not occur, say.
      if (!unpacked.bytes.equals(lines))
        assert.match(unpacked.damage ?? 'none', /^bzip2 damaged: /, `at ${at}`);
      assert.ok(lines.subarray(0, unpacked.bytes.length).equals(unpacked.bytes), `at ${at}`);
    }
  });

  test('is not every object that starts like one', async () => {
    const text = Buffer.from('BZh9 is how bzip2 starts\n');
    const unpacked = await unpack(text);
    assert.deepEqual([unpacked.compression, unpacked.damage], ['none', null]);
    assert.ok(unpacked.bytes.equals(text));
  });
});
