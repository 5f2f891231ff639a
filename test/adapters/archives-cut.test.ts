/** Whatever is cut off an archive or stands behind it: each member is an object, or is said to be none. */
import assert from 'node:assert/strict';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { CutShortError } from '../../src/ingest/inflate.ts';
import type { LogObject } from '../../src/ingest/pass.ts';
import { find, lines, type Made, type Member, packed, tar, zip } from './made-archives.ts';

const MEMBERS: Member[] = [
  { name: 'a.log', content: lines(1, 30) },
  { name: '../evil.log', content: lines(2, 1) },
  { name: 'empty.log', content: '' },
  { name: 'zeros.bin', content: '\0'.repeat(2048) },
  { name: 'b.log', content: lines(3, 20) },
];

/** The bytes of a member; null: it is damaged. */
async function contentOf(object: LogObject): Promise<string | null> {
  const pieces: Buffer[] = [];
  try {
    for await (const piece of object.open()) pieces.push(piece);
  } catch (error) {
    if (error instanceof CutShortError) return null;
    throw error;
  }
  return Buffer.concat(pieces).toString('utf8');
}

async function assertAccounted(made: Made): Promise<void> {
  const { objects, archives } = await find(made);
  // What is cut off so early that it looks like no archive is one object, with all its bytes.
  if (archives.length === 0) return assert.equal(objects.length, 1);
  const [{ account, damage, members }] = archives as [(typeof archives)[number]];
  assert.equal(account.members, account.objects + account.problems.length);
  assert.equal(account.objects, members.length);
  for (const { name, content } of MEMBERS) {
    const object = members.find(({ delivery }) => delivery.member === name);
    if (!object) {
      const isStated = account.problems.some(({ member }) => member === name);
      assert.ok(isStated || damage !== null, `${name} is missing, and nothing says so`);
      continue;
    }
    const read = await contentOf(object);
    assert.ok(read === content || (read === null && damage !== null), `${name} is another`);
  }
}

const archives: [string, () => Made][] = [
  ['tar', () => tar(MEMBERS)],
  ['tar.gz', () => packed(gzipSync, tar(MEMBERS))],
  ['tar.zst', () => packed(zstdCompressSync, tar(MEMBERS), '.zst')],
  ['zip', () => zip(MEMBERS)],
];

describe('Every member is an object or a stated problem', () => {
  for (const [name, make] of archives) {
    const made = make();
    const { size } = statSync(made.file);
    const whole = readFileSync(made.file);

    test(`of a ${name} cut off anywhere`, () =>
      fc.assert(
        fc.asyncProperty(fc.oneof(fc.nat(size), blocksOf(size)), async (length) => {
          writeFileSync(made.file, whole.subarray(0, length));
          await assertAccounted(made);
        }),
        { numRuns: 60 },
      ));

    test(`of a ${name} with any bytes behind it`, () =>
      fc.assert(
        fc.asyncProperty(fc.uint8Array({ maxLength: 3000 }), async (more) => {
          writeFileSync(made.file, Buffer.concat([whole, more]));
          await assertAccounted(made);
        }),
        { numRuns: 40 },
      ));
  }
});

/** Lengths that a tar can be cut off at without a trace. */
function blocksOf(size: number): fc.Arbitrary<number> {
  return fc.nat(Math.floor(size / 512)).map((blocks) => blocks * 512);
}
