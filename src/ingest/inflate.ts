import { createGunzip, createZstdDecompress } from 'node:zlib';

/** Receives decompressed bytes, and what ended them before their end. */
export type Inflated = { compression: 'none' | 'gzip' | 'zstd'; damage: string | null };

function compressionOf(head: Buffer): Inflated['compression'] {
  if (head.length >= 2 && head[0] === 0x1f && head[1] === 0x8b) return 'gzip';
  if (head.length >= 4 && head.readUInt32LE(0) === 0xfd2fb528) return 'zstd';
  return 'none';
}

/**
 * Decompresses stored bytes, whatever their file name says, and hands each piece to `take`.
 * Damage (a truncated or corrupted gzip) ends the object where it is; all bytes before it are handed on.
 */
export async function inflate(
  stored: AsyncIterable<Buffer>,
  take: (bytes: Buffer) => Promise<void>,
): Promise<Inflated> {
  const source = stored[Symbol.asyncIterator]();
  const first = await source.next();
  const head = first.done ? Buffer.alloc(0) : first.value;
  const compression = compressionOf(head);
  if (compression === 'none') {
    for (let chunk = first; !chunk.done; chunk = await source.next()) await take(chunk.value);
    return { compression, damage: null };
  }

  const stream =
    compression === 'gzip'
      ? createGunzip({ chunkSize: 1 << 18 })
      : createZstdDecompress({ chunkSize: 1 << 18 });
  const ready: Buffer[] = [];
  let failure: Error | null = null;
  stream.on('data', (bytes: Buffer) => ready.push(bytes));
  const finished = new Promise<void>((resolve) => {
    stream.on('end', resolve);
    stream.on('error', (error) => {
      failure = error;
      resolve();
    });
  });
  const drain = async (): Promise<void> => {
    for (const bytes of ready.splice(0)) await take(bytes);
  };
  for (let chunk = first; !chunk.done && !failure; chunk = await source.next()) {
    const written = chunk.value;
    await Promise.race([new Promise<void>((resolve) => stream.write(written, () => resolve())), finished]);
    await drain();
  }
  if (!failure) stream.end();
  await finished;
  await drain();
  await source.return?.();
  const problem = failure as Error | null;
  return { compression, damage: problem && `${compression} damaged: ${problem.message}` };
}
