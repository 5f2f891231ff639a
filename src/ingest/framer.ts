import { createHash } from 'node:crypto';
import { giveSlab, handOver, PIECE_BYTES, release, takeSlab } from './memory.ts';

/**
 * Cuts bytes into blocks of whole records. A record ends at a newline (0x0A) and nowhere else: no quote,
 * carriage return, NUL or broken UTF-8 in one record can swallow its neighbour.
 */
export const MAX_RECORD_BYTES = 1 << 20;
export const KEPT_RECORD_BYTES = 64 << 10;

const NEWLINE = 0x0a;

/** `adjoins`: of JSON, no newline stands between it and the value before or after it. */
export type FramedRecord = { offset: number; bytes: Buffer; adjoins: boolean };

export type Block = {
  kind: 'block';
  /** Whole records joined by newlines, without the last newline. */
  bytes: Buffer;
  /** Where the block starts in the decompressed bytes. */
  offset: number;
  /** The records as they lie in the object; where not given, as they lie in `bytes`. */
  records?: readonly FramedRecord[];
  /** Gives the memory of `bytes` back, when nobody reads them any more. */
  free?: () => void;
};

/**
 * A record that no format sees: longer than MAX_RECORD_BYTES, or cut by the damage that ends the object.
 * Its head, its length and the digest of all of it.
 */
export type Misfit = {
  kind: 'misfit';
  reason: 'record-too-long' | 'cut-by-damage';
  head: Buffer;
  length: number;
  sha256: string;
  offset: number;
};

export type Frame = Block | Misfit;

export type Framer = {
  /** Takes the next bytes, for good, and gives the frames that they complete. */
  push(chunk: Buffer): Frame[];
  /** The frames that remain at the end. The last record needs no newline, unless damage cut it off. */
  end(options: { damaged: boolean }): Frame[];
};

export type LongRecord = {
  head: Buffer;
  length: number;
  hash: ReturnType<typeof createHash>;
  offset: number;
};

export function startLong(bytes: Buffer, offset: number): LongRecord {
  return {
    head: Buffer.from(bytes.subarray(0, KEPT_RECORD_BYTES)),
    length: bytes.length,
    hash: createHash('sha256').update(bytes),
    offset,
  };
}

export function growLong(record: LongRecord, bytes: Buffer): void {
  if (record.head.length < KEPT_RECORD_BYTES)
    record.head = Buffer.concat([record.head, bytes.subarray(0, KEPT_RECORD_BYTES - record.head.length)]);
  record.length += bytes.length;
  record.hash.update(bytes);
}

export function misfit(record: LongRecord, reason: Misfit['reason']): Misfit {
  const { head, length, hash, offset } = record;
  return { kind: 'misfit', reason, head, length, sha256: hash.digest('hex'), offset };
}

/**
 * End of the whole records, from the first byte, that make one block: as many as fit `blockBytes`, at least one,
 * none of them too long. Null where that takes more bytes to tell; 0 where the first record is too long.
 */
function endOfBlock(bytes: Buffer, blockBytes: number): number | null {
  let end = 0;
  while (true) {
    const newline = bytes.lastIndexOf(NEWLINE, Math.min(end + MAX_RECORD_BYTES, blockBytes - 1));
    if (newline >= end) end = newline + 1;
    else if (end > 0) return bytes.length >= blockBytes || bytes.length > end + MAX_RECORD_BYTES ? end : null;
    else {
      const first = bytes.indexOf(NEWLINE);
      if (first >= 0) return first <= MAX_RECORD_BYTES ? first + 1 : 0;
      return bytes.length > MAX_RECORD_BYTES ? 0 : null;
    }
  }
}

/**
 * Frames newline-ended records into blocks of at most `blockBytes` (a longer record stands alone). Where a block
 * ends depends on the bytes alone, never on how they arrive: the same object gives the same parts.
 */
export function lineFramer(blockBytes: number): Framer {
  const slabBytes = blockBytes + PIECE_BYTES;
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  /** Where the pending bytes start. */
  let offset = 0;
  let long: LongRecord | null = null;

  /** A copy, so that nothing else is in the memory of a block. */
  function keep(rest: Buffer): void {
    pending = rest.length > 0 ? [Buffer.from(rest)] : [];
    pendingBytes = rest.length;
  }

  /** All pending bytes in one piece, with how to give its memory back: a slab where a block is full and chunks are not much longer than it. */
  function joined(): { all: Buffer; free(): void } {
    const isBlock = pendingBytes >= blockBytes && pendingBytes <= slabBytes;
    const slab = isBlock ? takeSlab(slabBytes) : null;
    const all = slab
      ? slab.subarray(0, pendingBytes)
      : handOver(Buffer.allocUnsafe(pendingBytes), { last: true });
    let at = 0;
    for (const bytes of pending) {
      bytes.copy(all, at);
      at += bytes.length;
      release(bytes);
    }
    return { all, free: () => (slab ? giveSlab(slab) : release(all)) };
  }

  function block(bytes: Buffer): Block {
    const ended = bytes[bytes.length - 1] === NEWLINE;
    const whole: Block = { kind: 'block', bytes: ended ? bytes.subarray(0, -1) : bytes, offset };
    offset += bytes.length;
    return whole;
  }

  /** Takes the frames that are complete from the pending bytes. */
  function take(): Frame[] {
    const frames: Frame[] = [];
    const { all, free } = joined();
    let rest = all;
    for (let end = endOfBlock(rest, blockBytes); end !== null; end = endOfBlock(rest, blockBytes)) {
      if (end > 0) {
        frames.push(block(rest.subarray(0, end)));
        rest = rest.subarray(end);
        continue;
      }
      const close = rest.indexOf(NEWLINE);
      long = startLong(close < 0 ? rest : rest.subarray(0, close), offset);
      if (close < 0) {
        rest = rest.subarray(rest.length);
        break;
      }
      frames.push(finishLong(long));
      rest = rest.subarray(close + 1);
    }
    keep(rest);
    const [only] = frames;
    if (frames.length === 0) free();
    else if (frames.length === 1 && only?.kind === 'block') only.free = free;
    return frames;
  }

  function finishLong(record: LongRecord): Misfit {
    offset = record.offset + record.length + 1;
    long = null;
    return misfit(record, 'record-too-long');
  }

  return {
    push(input) {
      const frames: Frame[] = [];
      let chunk = input;
      if (long) {
        const close = chunk.indexOf(NEWLINE);
        growLong(long, close < 0 ? chunk : chunk.subarray(0, close));
        if (close < 0) return frames;
        frames.push(finishLong(long));
        chunk = chunk.subarray(close + 1);
      }
      if (chunk.length === 0) return frames;
      pending.push(chunk);
      pendingBytes += chunk.length;
      if (pendingBytes >= blockBytes) frames.push(...take());
      return frames;
    },
    end({ damaged }) {
      const frames = pendingBytes > 0 ? take() : [];
      if (long) return [...frames, misfit(long, damaged ? 'cut-by-damage' : 'record-too-long')];
      const { all, free } = joined();
      const last = damaged ? all.lastIndexOf(NEWLINE) + 1 : all.length;
      if (last > 0) frames.push({ ...block(all.subarray(0, last)), free });
      if (last < all.length) frames.push(misfit(startLong(all.subarray(last), offset), 'cut-by-damage'));
      return frames;
    },
  };
}
