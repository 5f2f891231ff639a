import { createHash } from 'node:crypto';

/**
 * Cuts bytes into blocks of whole records. A record ends at a newline (0x0A) and nowhere else: no quote,
 * carriage return, NUL or broken UTF-8 in one record can swallow its neighbour.
 */
export const MAX_RECORD_BYTES = 1 << 20;
export const KEPT_RECORD_BYTES = 64 << 10;

const NEWLINE = 0x0a;

export type Block = {
  kind: 'block';
  /** Whole records joined by newlines, without the last newline. */
  bytes: Buffer;
  /** Where the block starts in the decompressed bytes. */
  offset: number;
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
  /** Takes the next bytes and gives the frames that they complete. */
  push(chunk: Buffer): Frame[];
  /** The frames that remain at the end. The last record needs no newline, unless damage cut it off. */
  end(options: { damaged: boolean }): Frame[];
};

type LongRecord = { head: Buffer; length: number; hash: ReturnType<typeof createHash>; offset: number };

/** Frames newline-ended records into blocks of about `blockBytes`. */
export function lineFramer(blockBytes: number): Framer {
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  let offset = 0;
  let long: LongRecord | null = null;

  function startLong(bytes: Buffer, at: number): LongRecord {
    const hash = createHash('sha256').update(bytes);
    return {
      head: Buffer.from(bytes.subarray(0, KEPT_RECORD_BYTES)),
      length: bytes.length,
      hash,
      offset: at,
    };
  }

  function growLong(record: LongRecord, bytes: Buffer): void {
    if (record.head.length < KEPT_RECORD_BYTES) {
      record.head = Buffer.concat([record.head, bytes.subarray(0, KEPT_RECORD_BYTES - record.head.length)]);
    }
    record.length += bytes.length;
    record.hash.update(bytes);
  }

  function finishLong(record: LongRecord, reason: Misfit['reason'] = 'record-too-long'): Misfit {
    return {
      kind: 'misfit',
      reason,
      head: record.head,
      length: record.length,
      sha256: record.hash.digest('hex'),
      offset: record.offset,
    };
  }

  /** Cuts bytes that end at a record's end (or the object's) into blocks around the misfits. */
  function cut(bytes: Buffer, at: number): Frame[] {
    const frames: Frame[] = [];
    let start = 0;
    let position = 0;
    while (bytes.length - position > MAX_RECORD_BYTES) {
      const newline = bytes.lastIndexOf(NEWLINE, position + MAX_RECORD_BYTES);
      if (newline >= position) {
        position = newline + 1;
        continue;
      }
      if (position > start)
        frames.push({ kind: 'block', bytes: bytes.subarray(start, position - 1), offset: at + start });
      const close = bytes.indexOf(NEWLINE, position);
      const end = close < 0 ? bytes.length : close;
      frames.push(finishLong(startLong(bytes.subarray(position, end), at + position)));
      position = end + 1;
      start = position;
    }
    if (start < bytes.length) {
      const end = bytes[bytes.length - 1] === NEWLINE ? bytes.length - 1 : bytes.length;
      frames.push({ kind: 'block', bytes: bytes.subarray(start, end), offset: at + start });
    }
    return frames;
  }

  function take(bytes: Buffer): Frame[] {
    const frames = cut(bytes, offset);
    offset += bytes.length;
    return frames;
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
        offset = long.offset + long.length + 1;
        long = null;
        chunk = chunk.subarray(close + 1);
      }
      if (chunk.length === 0) return frames;
      pending.push(chunk);
      pendingBytes += chunk.length;
      if (pendingBytes < blockBytes) return frames;
      const all = Buffer.concat(pending, pendingBytes);
      const last = all.lastIndexOf(NEWLINE);
      if (last >= 0) frames.push(...take(all.subarray(0, last + 1)));
      const rest = all.subarray(last + 1);
      pending = rest.length > 0 ? [rest] : [];
      pendingBytes = rest.length;
      if (pendingBytes > MAX_RECORD_BYTES) {
        long = startLong(rest, offset);
        pending = [];
        pendingBytes = 0;
      }
      return frames;
    },
    end({ damaged }) {
      if (long) return [finishLong(long)];
      const all = Buffer.concat(pending, pendingBytes);
      const last = damaged ? all.lastIndexOf(NEWLINE) : all.length - 1;
      const frames = take(all.subarray(0, last + 1));
      const rest = all.subarray(last + 1);
      if (rest.length > 0) frames.push(finishLong(startLong(rest, offset), 'cut-by-damage'));
      return frames;
    },
  };
}
