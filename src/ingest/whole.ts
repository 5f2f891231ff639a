import { gunzipSync } from 'node:zlib';
import { CutShortError, compressionOf } from './inflate.ts';
import { handOver } from './memory.ts';

/** Stored bytes up to which an object is read in one step. */
export const WHOLE_BYTES = 1 << 20;
/** Decompressed bytes of a small object, at most. */
export const SMALL_BYTES = 4 << 20;

/** The stored bytes of a small object, or null; and all of its bytes to be read as they come. */
export async function beginning(
  stored: AsyncIterable<Buffer>,
): Promise<{ whole: Buffer | null; all: AsyncIterable<Buffer> }> {
  const source = stored[Symbol.asyncIterator]();
  const taken: Buffer[] = [];
  let bytes = 0;
  let isDone = false;
  let cut: CutShortError | null = null;
  while (bytes <= WHOLE_BYTES && !isDone && !cut) {
    const chunk = await source.next().catch((error: unknown) => {
      if (!(error instanceof CutShortError)) throw error;
      cut = error;
      return null;
    });
    if (chunk?.done) isDone = true;
    else if (chunk) {
      taken.push(chunk.value);
      bytes += chunk.value.length;
    }
  }
  async function* all(): AsyncGenerator<Buffer> {
    yield* taken;
    if (cut) throw cut;
    if (!isDone) yield* { [Symbol.asyncIterator]: () => source };
  }
  return { whole: isDone ? (taken.length === 1 ? taken[0]! : Buffer.concat(taken)) : null, all: all() };
}

/**
 * The bytes of a small object that is stored as it is, or as a gzip without damage, in one step. Null for all others, which are
 * to be unpacked step by step: a stream for each of ten thousand objects costs as much as what is in it.
 */
export function unpackedWhole(stored: Buffer): { compression: 'none' | 'gzip'; bytes: Buffer } | null {
  const compression = compressionOf(stored);
  if (compression === 'none') return { compression, bytes: stored };
  if (compression !== 'gzip' || stored.length < 18) return null;
  // What the gzip says of itself: one buffer is enough where it is true.
  const size = Math.min(stored.readUInt32LE(stored.length - 4), SMALL_BYTES);
  try {
    const { buffer: bytes, engine } = gunzipSync(stored, {
      info: true,
      chunkSize: Math.max(size + 1, 1 << 10),
      maxOutputLength: SMALL_BYTES,
    }) as unknown as { buffer: Buffer; engine: { bytesWritten: number } };
    return engine.bytesWritten === stored.length
      ? { compression, bytes: handOver(bytes, { last: true }) }
      : null;
  } catch {
    return null;
  }
}
