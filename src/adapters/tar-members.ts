import { createReadStream } from 'node:fs';
import { type Extract, extract, type Header } from 'tar-stream';
import { bombIn } from '../ingest/bomb.ts';
import { CutShortError, type Inflated, inflate } from '../ingest/inflate.ts';
import type { Contents } from './archives.ts';
import { unsafeName } from './member-names.ts';

type Entry = Extract extends AsyncIterable<infer Each> ? Each : never;

const BLOCK = 512;

/** What tar-stream says of an archive that ends within a member. */
const CUT_OFF = 'Unexpected end of data';

type Reading = {
  entries: AsyncIterator<Entry>;
  /** Number of the entry that comes next. */
  next: number;
  /** What ended the packed bytes before their end. */
  damage(): string | null;
  /** Whether a block of zeros stands behind so many bytes, as at the end of a tar: without one it may be cut off. */
  hasEnd(after: number): boolean;
  close(): void;
};

/** Reads a tar from its start, packed or not. One entry is given at a time, so that damage comes after what is before it. */
function startReading(file: string): Reading {
  const tar = extract();
  let stored = 0;
  let bytes = 0;
  /** Zeros that the bytes end with, as far as that matters. */
  let zeros = 0;
  let damage: string | null = null;
  async function* packed(): AsyncGenerator<Buffer> {
    for await (const chunk of createReadStream(file, { highWaterMark: 1 << 18 })) {
      stored += chunk.length;
      yield chunk as Buffer;
    }
  }
  const push = async (piece: Buffer, compression: Inflated['compression']): Promise<void> => {
    const tail = piece.subarray(-BLOCK);
    const last = tail.findLastIndex((byte) => byte !== 0);
    zeros = tail.length - 1 - last + (last < 0 ? zeros : 0);
    bytes += piece.length;
    const bomb = bombIn({ bytes, stored, compression });
    if (bomb) throw new Error(`it ${bomb}`);
    if (!tar.destroyed && !tar.write(piece)) await drained(tar);
    if (tar.destroyed) throw new Error('nobody reads on');
  };
  inflate(packed, push).then(
    (inflated) => {
      damage = inflated.damage;
      tar.end(null);
    },
    (error: Error) => tar.destroy(error),
  );
  return {
    entries: tar[Symbol.asyncIterator](),
    next: 0,
    damage: () => damage,
    hasEnd: (after) => zeros >= BLOCK && bytes - BLOCK >= after,
    close: () => tar.destroy(null),
  };
}

function drained(tar: Extract): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      tar.off('drain', done);
      tar.off('close', done);
      resolve();
    };
    tar.on('drain', done);
    tar.on('close', done);
  });
}

async function nextEntry(reading: Reading): Promise<Entry | null> {
  const { done, value } = await reading.entries.next();
  reading.next += 1;
  return done ? null : value;
}

/** Reads over an entry, and gives what went wrong. */
async function skipped(entry: Entry): Promise<Error | null> {
  try {
    for await (const _ of entry);
    return null;
  } catch (error) {
    return error as Error;
  }
}

/** The members of a tar: whatever can be read before damage, which is a problem of its own. */
export async function tarContents(file: string): Promise<Contents> {
  const contents: Contents = { members: [], problems: [], damage: null };
  /** Number of the last member. */
  let end = 0;
  const open = memberReader(file, () => end);
  const reading = startReading(file);
  let last = 'its start';
  /** Bytes up to the end of what the last member holds. */
  let read = 0;
  try {
    for (let entry = await nextEntry(reading); entry; entry = await nextEntry(reading)) {
      const number = reading.next - 1;
      const header = entry.header as Header & { byteOffset: number };
      const { name } = header;
      last = name;
      read = header.byteOffset + (header.type === 'directory' ? 0 : header.size);
      // What there is of one that is cut off is a member all the same.
      const failure = await skipped(entry);
      if (failure && failure.message !== CUT_OFF) throw failure;
      const isFolder = header.type === 'directory' || name.endsWith('/');
      const reason = isFolder ? null : (unsafeName(name) ?? noFile(header));
      if (reason) contents.problems.push({ member: name, reason });
      else if (!isFolder) {
        contents.members.push({ name, open: () => open(number, name) });
        end = number;
      }
      if (failure) throw failure;
    }
    if (reading.damage()) throw new Error('what follows is no archive');
    if (!reading.hasEnd(read)) throw new Error('it ends without the zeros that a tar ends with');
  } catch (error) {
    const reason = reading.damage() ?? (error as Error).message;
    contents.damage = `is damaged in or after ${last}, and what follows can't be read: ${reason}`;
  } finally {
    reading.close();
  }
  return contents;
}

function noFile({ type, linkname }: Header): string | null {
  if (type === 'file' || type === 'contiguous-file') return null;
  if (type === 'link' || type === 'symlink')
    return `is a link to ${linkname}, which is not followed: give the file itself`;
  return `is no file but a ${type}`;
}

/**
 * Opens members by their number. A tar has no directory, so that each reading is one from its start; but where members
 * are read in their order, as the pass does, one reading serves them all.
 */
function memberReader(
  file: string,
  end: () => number,
): (number: number, name: string) => AsyncGenerator<Buffer> {
  let resting: Reading | null = null;
  return async function* read(number, name) {
    const goesOn = resting !== null && resting.next <= number;
    if (!goesOn) resting?.close();
    const reading = goesOn ? resting! : startReading(file);
    resting = null;
    let restful = false;
    try {
      let entry = await nextEntry(reading);
      for (; entry && reading.next <= number; entry = await nextEntry(reading)) entry.resume();
      if (entry?.header.name !== name) throw new Error('the archive was changed while it was read');
      yield* bytesOf(entry);
      restful = number < end();
    } finally {
      if (restful && !resting) resting = reading;
      else reading.close();
    }
  };
}

/** Throws CutShortError where the archive ends within it. */
async function* bytesOf(entry: Entry): AsyncGenerator<Buffer> {
  let size = 0;
  try {
    for await (const chunk of entry) {
      size += (chunk as Buffer).length;
      // What is read at a time holds the ends of its neighbours too: a member has memory of its own.
      yield Buffer.from(chunk as Buffer);
    }
  } catch (error) {
    if ((error as Error).message !== CUT_OFF) throw error;
  }
  if (size < entry.header.size)
    throw new CutShortError(`of its ${entry.header.size} bytes the archive holds ${size}`);
}
