/** What packs as well as a bomb: a flood, which is a log, and bombs, of which no step is ever whole in memory. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { bombIn } from '../../src/ingest/bomb.ts';
import { inflate } from '../../src/ingest/inflate.ts';
import { survey } from '../../src/ingest/survey.ts';
import { apacheLine } from './lines.ts';
import { logObject, temporaryFolder } from './temporary-lake.ts';

const MB = 1 << 20;

/** One request again and again, 3,000 times a second. */
const flood = Buffer.from(
  Array.from({ length: 400 }, (_, second) => {
    const time = `12/Nov/2019:15:${String(Math.floor(second / 60)).padStart(2, '0')}:${String(second % 60).padStart(2, '0')} +0000`;
    return `${apacheLine({ time })}\n`.repeat(3000);
  }).join(''),
);

/** Packs as the program of that name does, `times` streams of the same bytes one after the other. */
function bzip2(content: Buffer, times = 1): Buffer {
  const [from, to] = ['plain', 'packed'].map((name) => join(temporaryFolder(), name)) as [string, string];
  writeFileSync(from, content);
  const code = `import bz2,sys
open(sys.argv[2],'wb').write(bz2.compress(open(sys.argv[1],'rb').read())*int(sys.argv[3]))`;
  const ran = spawnSync('python3', ['-c', code, from, to, String(times)], { encoding: 'utf8' });
  assert.equal(ran.status, 0, ran.stderr);
  return readFileSync(to);
}

const surveyed = (stored: Buffer) => survey(logObject('x', stored), { keepBytes: MB });

describe('A flood', () => {
  // The program takes a minute for what is repeated so often, and a second for a part of it.
  const part = flood.subarray(0, 2 * MB);
  for (const { name, stored, content } of [
    { name: 'bzip2', stored: bzip2(part, 40), content: 40 * part.length },
    { name: 'zstd', stored: zstdCompressSync(flood), content: flood.length },
  ])
    test(`in ${name} is read to its end, however well it packs`, async () => {
      assert.ok(content > 64 * MB && content > stored.length * 1000);
      const { bomb, bytes, damage } = await surveyed(stored);
      assert.deepEqual({ bomb, bytes, damage }, { bomb: null, bytes: content, damage: null });
    });
});

describe('A bomb', () => {
  test('in zstd is refused once it is beyond its bound, with what to do', async () => {
    const frame = zstdCompressSync(Buffer.alloc(256 * MB));
    const { bomb, storedBytes } = await surveyed(Buffer.concat(Array(17).fill(frame)));
    assert.equal(
      bomb,
      'unpacks to more than 4 GiB, and to more than 500 times its stored size: a bomb. If it is a log, unpack it and give that',
    );
    assert.equal(storedBytes, frame.length * 17);
  });

  test('in gzip is refused beyond a smaller one, since gzip packs no flood so well', async () => {
    const stored = gzipSync(Buffer.alloc(70 * MB));
    assert.equal(
      (await surveyed(stored)).bomb,
      'unpacks to more than 500 times its stored size: a bomb. If it is a log, unpack it and give that',
    );
    const packed = gzipSync(flood);
    assert.ok(packed.length * 500 > flood.length);
  });

  test('in bzip2 has the bound of zstd, and what is large and packs as logs do is none', () => {
    const stored = 10 * MB;
    const [bytes, compression] = [2 ** 32 + 1, 'bzip2'] as const;
    assert.equal(bombIn({ bytes: bytes - 1, stored: 100, compression }), null);
    assert.match(bombIn({ bytes, stored: 100, compression })!, /^unpacks to more than 4 GiB/);
    assert.equal(bombIn({ bytes, stored, compression }), null);
  });

  for (const { name, pack } of [
    { name: 'zstd', pack: () => zstdCompressSync(Buffer.alloc(512 * MB)) },
    { name: 'bzip2', pack: () => bzip2(Buffer.alloc(40 * MB), 8) },
  ])
    test(`in ${name} is handed on before all of a step is unpacked`, async () => {
      const stored = pack();
      assert.ok(stored.length < 1 << 16, 'one step');
      const file = join(temporaryFolder(), 'bomb');
      writeFileSync(file, stored);
      // In a process of its own, whose memory has nothing else in it: what was unpacked by then is held by somebody.
      const code = `const { inflate } = await import(${JSON.stringify(new URL('../../src/ingest/inflate.ts', import.meta.url))});
const { createReadStream } = await import('node:fs');
await inflate(() => createReadStream(${JSON.stringify(file)}), async () => {
  console.log(process.memoryUsage().arrayBuffers);
  process.exit();
});`;
      const ran = spawnSync(process.execPath, ['--input-type=module', '-e', code], { encoding: 'utf8' });
      const held = Number(ran.stdout);
      assert.ok(held > 0 && held < 128 * MB, `${held} ${ran.stderr}`);
    });

  test('that nobody stops comes out whole, also where it is damaged', async () => {
    const plain = Buffer.alloc(40 * MB, 'a line of a log that comes again\n');
    const part = plain.subarray(0, MB);
    for (const { stored, content, damage } of [
      { stored: zstdCompressSync(plain), content: plain, damage: null },
      { stored: gzipSync(plain), content: plain, damage: null },
      { stored: bzip2(part, 40), content: Buffer.concat(Array(40).fill(part)), damage: null },
      {
        stored: gzipSync(plain).subarray(0, -3),
        content: plain,
        damage: 'gzip damaged: unexpected end of file',
      },
    ]) {
      let at = 0;
      const open = async function* (): AsyncGenerator<Buffer> {
        yield stored;
      };
      const inflated = await inflate(open, async (piece) => {
        assert.ok(piece.equals(content.subarray(at, at + piece.length)), `at ${at}`);
        at += piece.length;
      });
      assert.deepEqual([at, inflated.damage], [content.length, damage]);
    }
  });
});
