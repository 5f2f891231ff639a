import assert from 'node:assert/strict';
import { inflate } from '../../src/ingest/inflate.ts';

/** Unpacks stored bytes, given in chunks; with the number of readings, and the bytes that the first of them took. */
export async function unpackCounted(stored: Buffer, chunkBytes = 1 << 16) {
  const pieces: Buffer[] = [];
  let readings = 0;
  let read = 0;
  async function* open(): AsyncGenerator<Buffer> {
    readings += 1;
    for (let at = 0; at < stored.length; at += chunkBytes) {
      const chunk = stored.subarray(at, at + chunkBytes);
      if (readings === 1) read += chunk.length;
      yield chunk;
    }
  }
  const result = await inflate(open, async (bytes) => {
    assert.ok(bytes.length > 0);
    pieces.push(Buffer.from(bytes));
  });
  return { ...result, readings, read, bytes: Buffer.concat(pieces) };
}
