import { createHash } from 'node:crypto';
import { inflate } from './inflate.ts';
import type { LogObject } from './pass.ts';
import { toUtf8 } from './text.ts';

/** Bytes at the start of an object that decide its format. */
const HEAD_BYTES = 1 << 20;

/**
 * The first look at an object: its digests, its size, its first records. Rows name their object by the digest
 * of all its bytes, so an object is read before it is parsed; one that fits into memory is read only once.
 */
export type Survey = {
  storedSha256: string;
  storedBytes: number;
  objectId: string;
  bytes: number;
  compression: string;
  damage: string | null;
  firstRecords: string[];
  /** All decompressed bytes, where they fit; else null. */
  content: Buffer[] | null;
};

export async function survey(
  object: LogObject,
  options: { keepBytes: number; sampleRecords: number },
): Promise<Survey> {
  const stored = createHash('sha256');
  const inflated = createHash('sha256');
  let storedBytes = 0;
  let bytes = 0;
  let content: Buffer[] | null = [];
  const head: Buffer[] = [];
  let readings = 0;
  async function* counted(): AsyncGenerator<Buffer> {
    for await (const chunk of object.open()) {
      stored.update(chunk);
      storedBytes += chunk.length;
      yield chunk;
    }
  }
  // Only the first reading counts: a damaged object is read twice.
  const open = () => (readings++ === 0 ? counted() : object.open());
  const { compression, damage } = await inflate(open, async (chunk) => {
    inflated.update(chunk);
    if (bytes < HEAD_BYTES) head.push(chunk);
    bytes += chunk.length;
    if (bytes > options.keepBytes) content = null;
    else content?.push(chunk);
  });
  const start = toUtf8(Buffer.concat(head).subarray(0, HEAD_BYTES)).toString('utf8').split('\n');
  // The last piece of a head that was cut is no whole record.
  const whole = bytes > HEAD_BYTES && start.length > 1 ? start.slice(0, -1) : start;
  return {
    storedSha256: stored.digest('hex'),
    storedBytes,
    objectId: inflated.digest('hex'),
    bytes,
    compression,
    damage,
    firstRecords: whole.slice(0, options.sampleRecords),
    content,
  };
}
