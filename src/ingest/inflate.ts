import { createGunzip, createZstdDecompress } from 'node:zlib';
import { openBunzip, type Unpacked } from './bunzip.ts';
import { handOver, PIECE_BYTES } from './memory.ts';

/** How the stored bytes were packed, and what ended them before their end or follows it. */
export type Inflated = { compression: 'none' | 'gzip' | 'zstd' | 'bzip2'; damage: string | null };

/** Stored bytes end before their end, or go on with what they should not: what came before is all that there is to read. */
export class CutShortError extends Error {
  override name = 'CutShortError';
}

/** Takes decompressed bytes, piece by piece, and how they were packed. */
type Take = (bytes: Buffer, compression: Inflated['compression']) => Promise<void>;

type Packed = Exclude<Inflated['compression'], 'none'>;

/** Stored bytes for a decoder at a time. What it made of a step that turns out damaged, it keeps to itself. */
const STEP = 1 << 16;
/** Decompressed bytes of a step that wait to be taken, or a piece or block more: of zstd, a step can be 2 GB. */
const MOST_READY = 1 << 24;
/** Steps of the readings that follow where there is damage, each up to it in the steps of the one before. */
const FINER_STEPS = [1 << 10, 1];

/** What follows the four bytes of a bzip2: its first block, or its end. */
const BZIP2: ReadonlySet<string> = new Set(['314159265359', '177245385090']);

export function compressionOf(head: Buffer): Inflated['compression'] {
  if (head.length >= 2 && head[0] === 0x1f && head[1] === 0x8b) return 'gzip';
  if (head.length >= 4 && head.readUInt32LE(0) === 0xfd2fb528) return 'zstd';
  if (
    head.length >= 10 &&
    /^BZh[1-9]/.test(head.toString('latin1')) &&
    BZIP2.has(head.toString('hex', 4, 10))
  )
    return 'bzip2';
  return 'none';
}

/** The first bytes, enough to tell the compression, and all bytes. */
async function peek(stored: AsyncIterable<Buffer>): Promise<{ head: Buffer; all: AsyncIterable<Buffer> }> {
  const source = stored[Symbol.asyncIterator]();
  let head: Buffer = Buffer.alloc(0);
  while (head.length < 10) {
    const chunk = await source.next();
    if (chunk.done) break;
    head = head.length === 0 ? chunk.value : Buffer.concat([head, chunk.value]);
  }
  async function* all(): AsyncGenerator<Buffer> {
    if (head.length > 0) yield head;
    yield* { [Symbol.asyncIterator]: () => source };
  }
  return { head, all: all() };
}

/**
 * Decompresses stored bytes, whatever their file name says, and hands each piece to `take`; several members or
 * frames are one object. Damage ends the object where it is, and all bytes before it are handed on: the step
 * that holds it is read again, in finer ones, and at last a byte at a time. The first reading goes to the end in any case.
 */
export async function inflate(open: () => AsyncIterable<Buffer>, take: Take): Promise<Inflated> {
  let cut: string | null = null;
  async function* upToCut(): AsyncGenerator<Buffer> {
    try {
      yield* open();
    } catch (error) {
      if (!(error instanceof CutShortError)) throw error;
      cut = error.message;
    }
  }
  const inflated = await inflateSound(upToCut, take);
  return { ...inflated, damage: cut ?? inflated.damage };
}

async function inflateSound(open: () => AsyncIterable<Buffer>, take: Take): Promise<Inflated> {
  const { head, all } = await peek(open());
  const compression = compressionOf(head);
  if (compression === 'none') {
    for await (const chunk of all) await take(chunk, compression);
    return { compression, damage: null };
  }
  let given = 0;
  const first = await decode(all, {
    compression,
    step: () => STEP,
    give: async (bytes) => {
      given += bytes.length;
      await take(bytes, compression);
    },
  });
  if (first === null) return { compression, damage: null };
  let { at } = first;
  for (const finer of FINER_STEPS) {
    if (at === null) break;
    const sound = at;
    let seen = 0;
    const again = await decode(open(), {
      compression,
      step: (position) => (position < sound ? Math.min(STEP, sound - position) : finer),
      give: async (bytes) => {
        const fresh = bytes.subarray(Math.min(Math.max(given - seen, 0), bytes.length));
        seen += bytes.length;
        given = Math.max(given, seen);
        if (fresh.length > 0) await take(fresh, compression);
      },
    });
    at = again?.at ?? null;
  }
  return { compression, damage: `${compression} damaged: ${first.message}` };
}

type Damage = {
  message: string;
  /** Offset of the step that holds it in the stored bytes; null: another reading of it gives no more. */
  at: number | null;
};

async function decode(
  stored: AsyncIterable<Buffer>,
  options: { compression: Packed; step(at: number): number; give(bytes: Buffer): Promise<void> },
): Promise<Damage | null> {
  let decoder: Decoder | null = openDecoder(options.compression);
  let damage: Damage | null = null;
  let at = 0;
  // What a step gave is taken while the next is at work.
  let ready: Buffer[] = [];
  const giveReady = async (): Promise<void> => {
    const outputs = ready;
    ready = [];
    for (const bytes of outputs) await options.give(bytes);
  };
  /** A step up to what is left of it to wait. */
  const lastOf = async (decoder: Decoder, step: Promise<Step>): Promise<Step> => {
    let made = await step;
    while (made.isFull) {
      for (const bytes of made.output) await options.give(bytes);
      made = await decoder.goOn();
    }
    return made;
  };
  for await (const chunk of stored) {
    for (let rest = chunk; rest.length > 0 && !damage; ) {
      // Between members of a gzip, zeros are padding.
      if (!decoder && options.compression === 'gzip' && rest[0] === 0) {
        at += 1;
        rest = rest.subarray(1);
        continue;
      }
      decoder ??= openDecoder(options.compression);
      const piece = rest.subarray(0, options.step(at));
      const writing = decoder.write(piece);
      await giveReady();
      const { used, over, output, problem } = await lastOf(decoder, writing);
      ready = output;
      // A block of bzip2 is whole or nothing: read again, it gives no more.
      if (problem) damage = { message: problem.message, at: options.compression === 'bzip2' ? null : at };
      if (over) decoder = null;
      at += used;
      rest = rest.subarray(used);
    }
  }
  await giveReady();
  if (!decoder || damage) return damage;
  const { output, problem } = await lastOf(decoder, decoder.end());
  for (const bytes of output) await options.give(bytes);
  return problem && { message: problem.message, at: null };
}

/**
 * `over`: the member ended before the piece did, of which `used` bytes belong to it. `isFull`: neither is known yet, and
 * more is to come by `goOn`.
 */
type Step = Unpacked & { used: number; over: boolean };

type Decoder = { write(piece: Buffer): Promise<Step>; goOn(): Promise<Step>; end(): Promise<Step> };

function openDecoder(compression: Packed): Decoder {
  return compression === 'bzip2' ? bzip2Decoder() : zlibDecoder(compression);
}

function bzip2Decoder(): Decoder {
  const decoder = openBunzip(MOST_READY);
  let used = 0;
  return {
    async write(piece) {
      used = piece.length;
      return { ...decoder.write(piece), used, over: false };
    },
    goOn: async () => ({ ...decoder.goOn(), used, over: false }),
    end: async () => ({ ...decoder.end(), used: 0, over: false }),
  };
}

function zlibDecoder(compression: 'gzip' | 'zstd'): Decoder {
  const stream =
    compression === 'gzip'
      ? createGunzip({ chunkSize: PIECE_BYTES })
      : createZstdDecompress({ chunkSize: PIECE_BYTES });
  let ready: Buffer[] = [];
  let held = 0;
  let problem: Error | null = null;
  let tellFull = (): void => {};
  stream.on('data', (bytes: Buffer) => {
    ready.push(handOver(bytes));
    held += bytes.length;
    if (held < MOST_READY) return;
    stream.pause();
    tellFull();
  });
  const closed = new Promise<void>((resolve) => {
    stream.on('end', resolve);
    stream.on('error', (error) => {
      problem ??= error;
      resolve();
    });
  });
  /** What is at work: its bytes, those that went before it, and when it is done. */
  let work = { bytes: 0, before: 0, done: closed };
  const settle = async (): Promise<Step> => {
    const full = new Promise<void>((resolve) => {
      tellFull = resolve;
    });
    const used = (): number => stream.bytesWritten - work.before;
    if (!stream.isPaused()) await Promise.race([work.done, closed, full]);
    // Without a problem, bytes are left over only where the stream has ended.
    if (!stream.isPaused() && used() < work.bytes) await Promise.race([closed, full]);
    const output = ready;
    [ready, held] = [[], 0];
    if (stream.isPaused()) return { output, problem: null, isFull: true, used: 0, over: false };
    const over = used() < work.bytes && !problem;
    if (over) stream.destroy();
    return { output, problem, isFull: false, used: problem ? work.bytes : used(), over };
  };
  return {
    write(piece) {
      const before = stream.bytesWritten;
      const done = new Promise<void>((resolve) => stream.write(piece, () => resolve()));
      work = { bytes: piece.length, before, done };
      return settle();
    },
    goOn() {
      stream.resume();
      return settle();
    },
    end() {
      stream.end();
      work = { bytes: 0, before: stream.bytesWritten, done: closed };
      return settle();
    },
  };
}
