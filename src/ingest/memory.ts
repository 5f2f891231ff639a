/**
 * Memory of bytes that pass through once. Left to the collector, each 64 MB of buffers would make it look through the
 * whole heap.
 */

/** Bytes that a decoder gives at a time, at most: the memory of a block has room for so many beyond it. */
export const PIECE_BYTES = 1 << 19;

const own = new WeakSet<ArrayBufferLike>();

/** Marks bytes that nobody reads but whoever they are handed to. They share their memory with others alike, or with none. */
export function handOver(bytes: Buffer): Buffer {
  // Smaller ones lie in the memory of Node's pool.
  if (bytes.buffer.byteLength > Buffer.poolSize) own.add(bytes.buffer);
  return bytes;
}

/**
 * Frees the memory of bytes that were handed over, at once. Bytes that do not end it stay: what follows them there may
 * still be written.
 */
export function release({ buffer, byteOffset, byteLength }: Buffer): void {
  if (!own.has(buffer) || byteOffset + byteLength < buffer.byteLength) return;
  (buffer as ArrayBuffer).transfer(0);
}

/** Slabs that are kept for those who come next, at most. */
const MOST_IDLE = 32;

const idle: Buffer[] = [];

/** Memory for so many bytes, which threads can share, given back with `giveSlab`. */
export function takeSlab(size: number): Buffer {
  const last = idle.at(-1);
  // Those of another size are of blocks of another size, of which no more will come.
  if (last && last.length !== size) idle.length = 0;
  return idle.pop() ?? Buffer.from(new SharedArrayBuffer(size));
}

export function giveSlab(slab: Buffer): void {
  if (idle.length < MOST_IDLE && (idle.length === 0 || idle[0]!.length === slab.length)) idle.push(slab);
}
