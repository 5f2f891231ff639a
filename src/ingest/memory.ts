/**
 * Memory of bytes that pass through once. Left to the collector, each 64 MB of buffers would make it look through the
 * whole heap.
 */

/** Bytes that a decoder gives at a time, at most: the memory of a block has room for so many beyond it. */
export const PIECE_BYTES = 1 << 19;

/** Where memory that was handed over ends. */
const ends = new WeakMap<ArrayBufferLike, number>();

/**
 * Marks bytes that nobody reads but whoever they are handed to. They share their memory with others alike, or with none.
 * `last`: no others come after them in it.
 */
export function handOver(bytes: Buffer, { last = false } = {}): Buffer {
  const { buffer, byteOffset, byteLength } = bytes;
  // Smaller ones lie in the memory of Node's pool.
  if (buffer.byteLength > Buffer.poolSize)
    ends.set(buffer, last ? byteOffset + byteLength : buffer.byteLength);
  return bytes;
}

/**
 * Frees the memory of bytes that were handed over, at once. Bytes that do not end it stay: what follows them there may
 * still be written.
 */
export function release({ buffer, byteOffset, byteLength }: Buffer): void {
  const end = ends.get(buffer);
  if (end === undefined || byteOffset + byteLength < end) return;
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
