import { createHash, type Hash } from 'node:crypto';
import { type FileHandle, open, writeFile } from 'node:fs/promises';
import type { UnnamedPart } from '../ingest/projection.ts';
import { footerStart, TAIL_BYTES, withConstant } from '../lake/parquet-named.ts';

/** Files of parts that lack the id of their object. One that is written from memory is digested then, up to its footer. */
export class PartFiles {
  readonly #bodies = new Map<string, Hash>();
  readonly #buffer: Buffer;

  /** `buffer`: what files are read by way of. */
  constructor(buffer: Buffer) {
    this.#buffer = buffer;
  }

  async write(file: string, bytes: Uint8Array): Promise<void> {
    const at = footerStart(bytes.subarray(-TAIL_BYTES), bytes.length);
    this.#bodies.set(file, createHash('sha256').update(bytes.subarray(0, at)));
    await writeFile(file, bytes);
  }

  /** Gives a part its column `object_id`, in place, and then its digest. */
  async name({ table, file }: UnnamedPart, objectId: string): Promise<string> {
    const handle = await open(file, 'r+');
    try {
      const { size } = await handle.stat();
      const at = footerStart(await bytesAt(handle, Math.max(0, size - TAIL_BYTES), TAIL_BYTES), size);
      const place = table.columns.findIndex(({ name }) => name === 'object_id');
      const end = withConstant(await bytesAt(handle, at, size - at), {
        at,
        column: table.columns[place]!,
        place,
        text: objectId,
      });
      for (let written = 0; written < end.length; )
        written += (await handle.write(end, written, end.length - written, at + written)).bytesWritten;
      const body = this.#bodies.get(file);
      this.#bodies.delete(file);
      return body ? body.update(end).digest('hex') : await digestOf(handle, this.#buffer);
    } finally {
      await handle.close();
    }
  }
}

async function bytesAt(handle: FileHandle, at: number, count: number): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(count), 0, count, at);
  return buffer.subarray(0, bytesRead);
}

/** The digest of a file, read by way of a buffer. */
export async function fileSha256(file: string, buffer: Buffer): Promise<string> {
  const handle = await open(file);
  try {
    return await digestOf(handle, buffer);
  } finally {
    await handle.close();
  }
}

async function digestOf(handle: FileHandle, buffer: Buffer): Promise<string> {
  const hash = createHash('sha256');
  for (let at = 0; ; ) {
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, at);
    if (bytesRead === 0) return hash.digest('hex');
    hash.update(buffer.subarray(0, bytesRead));
    at += bytesRead;
  }
}
