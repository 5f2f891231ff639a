import { createHash } from 'node:crypto';
import { isJson, SAMPLE_RECORDS, type Sample } from '../formats/recognise.ts';
import { sha256 } from '../lake/digest.ts';
import { bombIn } from './bomb.ts';
import type { Frame } from './framer.ts';
import { type Inflated, inflate } from './inflate.ts';
import { jsonFramer } from './json-framer.ts';
import { release } from './memory.ts';
import type { LogObject } from './pass.ts';
import { toUtf8, withoutMark } from './text.ts';
import { beginning, unpackedWhole } from './whole.ts';

const NEWLINE = 0x0a;
const BLANKS = new Set(Buffer.from(' \t\r\n\v\f'));
const OPENS_JSON = new Set<number | undefined>(Buffer.from('[{'));

/** Bytes at the start of an object that decide its format. */
const HEAD_BYTES = 1 << 20;
/** Bytes of those in which a file that is no log says what it is. */
const START_BYTES = 512;

/** The beginning of an object: its first records, and the bytes that they are cut from. */
export type Head = Sample & { start: Buffer };

/** Its message says the bound that was broken. */
class Bomb extends Error {}

/**
 * What reading an object to its end says of it: its digests, its size, its first records. Rows name their object by the
 * digest of all its bytes. One that fits into memory is parsed after that; a larger one on the way.
 */
export type Survey = {
  storedSha256: string;
  storedBytes: number;
  objectId: string;
  bytes: number;
  compression: string;
  damage: string | null;
  /** Why the object was not unpacked to its end, with the bound that it broke; its id and size are then not known. */
  bomb: string | null;
  /** The first records, cut as a format asks for. */
  sample: Head;
  /** All decompressed bytes, where they fit; else null. */
  content: Buffer[] | null;
};

/** Takes the decompressed bytes of an object, piece by piece, for good. */
export type Sink = (bytes: Buffer) => Promise<void>;

export type SurveyOptions = {
  /** Decompressed bytes that are kept, at most. */
  keepBytes: number;
  checkTime?: (() => void) | undefined;
  /** Asked once, for an object that is not kept: takes its bytes, from the first on, while it is read; null: nobody does. */
  stream?(sample: Head): Promise<Sink | null>;
};

export async function survey(object: LogObject, options: SurveyOptions): Promise<Survey> {
  const { whole, all } = await beginning(object.open());
  const unpacked = whole && unpackedWhole(whole);
  if (unpacked && unpacked.bytes.length <= options.keepBytes) {
    options.checkTime?.();
    return surveyOfWhole(whole, unpacked);
  }
  let stored = createHash('sha256');
  const inflated = createHash('sha256');
  let storedBytes = 0;
  let bytes = 0;
  let content: Buffer[] | null = [];
  let sink: Sink | null = null;
  const head: Buffer[] = [];
  const sample = (): Head =>
    sampleOf(Buffer.concat(head).subarray(0, HEAD_BYTES), { cut: bytes > HEAD_BYTES });
  let readings = 0;
  async function* counted(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      stored.update(chunk);
      storedBytes += chunk.length;
      yield chunk;
      options.checkTime?.();
    }
  }
  // Only the first reading counts: a damaged object is read twice.
  const open = () => (readings++ === 0 ? counted(all) : object.open());
  let bomb: string | null = null;
  const take = async (chunk: Buffer, compression: Inflated['compression']): Promise<void> => {
    options.checkTime?.();
    inflated.update(chunk);
    if (bytes < HEAD_BYTES) head.push(Buffer.from(chunk));
    bytes += chunk.length;
    const found = bombIn({ bytes, stored: storedBytes, compression });
    if (found) throw new Bomb(found);
    let taken = [chunk];
    if (content) {
      content.push(chunk);
      // The head is whole then, and so the sample.
      if (bytes <= Math.max(options.keepBytes, HEAD_BYTES)) return;
      taken = content;
      content = null;
      sink = (await options.stream?.(sample())) ?? null;
    }
    for (const each of taken) {
      if (sink) await sink(each);
      else release(each);
    }
  };
  const { compression, damage } = await inflate(open, take).catch(async (error: unknown) => {
    if (!(error instanceof Bomb)) throw error;
    bomb = error.message;
    // What was delivered is hashed to its end all the same.
    [storedBytes, stored] = [0, createHash('sha256')];
    for await (const _ of counted(object.open()));
    return { compression: 'packed', damage: null };
  });
  return {
    storedSha256: stored.digest('hex'),
    storedBytes,
    objectId: inflated.digest('hex'),
    bytes,
    compression,
    damage,
    bomb,
    sample: sample(),
    content,
  };
}

/** The same of an object that was unpacked in one step. */
function surveyOfWhole(
  stored: Buffer,
  { compression, bytes }: { compression: string; bytes: Buffer },
): Survey {
  return {
    storedSha256: sha256(stored),
    storedBytes: stored.length,
    objectId: sha256(bytes),
    bytes: bytes.length,
    compression,
    damage: null,
    bomb: null,
    sample: sampleOf(bytes.subarray(0, HEAD_BYTES), { cut: bytes.length > HEAD_BYTES }),
    content: bytes.length > 0 ? [bytes] : [],
  };
}

function sampleOf(head: Buffer, { cut }: { cut: boolean }): Head {
  const lines = firstLines(withoutMark(head));
  // The last piece of a head that was cut is no whole record.
  const isCut = cut && lines.length > 1 && lines.length <= SAMPLE_RECORDS;
  // What begins in another way is no JSON, and need not be looked through for each list that it could be.
  const mayBeJson = OPENS_JSON.has(withoutMark(head).find((byte) => !BLANKS.has(byte)));
  const framed = new Map<string | null, string[]>();
  return {
    start: head.subarray(0, START_BYTES),
    lines: lines.slice(0, isCut ? -1 : SAMPLE_RECORDS),
    values(array) {
      if (!mayBeJson) return [];
      const known = framed.get(array);
      if (known) return known;
      const values = firstValues(head, { array, cut });
      framed.set(array, values);
      return values;
    },
    *all() {
      if (!mayBeJson) return;
      for (const { text } of wholeValues(head, { array: null, cut })) yield text;
    },
    *apart() {
      const ended = endedLines(head, { cut });
      for (const line of toUtf8(withoutMark(ended)).toString('utf8').split('\n'))
        if (BRACED.test(line)) yield line;
      if (!mayBeJson) return;
      for (const { text, adjoins } of wholeValues(ended, { array: null, cut }))
        if (!adjoins && isJson(text)) yield text;
    },
  };
}

/** A record on a line, or records of a list. */
const BRACED = /^\s*\[?\s*\{.*\}\s*[,\]]?\s*$/s;

/** A head without its last line, where that can go on: it may seem to end where an agent makes it. */
function endedLines(head: Buffer, { cut }: { cut: boolean }): Buffer {
  const last = head.lastIndexOf(NEWLINE) + 1;
  const goesOn = cut || !/[\]}]$/.test(head.toString('latin1', Math.max(last, head.length - 1)));
  return last > 0 && goesOn ? head.subarray(0, last) : head;
}

/** The lines of a sample and one more, of those that there are. */
function firstLines(head: Buffer): string[] {
  let end = -1;
  for (let line = 0; line <= SAMPLE_RECORDS; line += 1) {
    end = head.indexOf(NEWLINE, end + 1);
    if (end < 0) break;
  }
  const first = head.subarray(0, end < 0 ? head.length : end);
  return toUtf8(first).toString('utf8').split('\n');
}

/** Bytes of a head that are framed at a time: those of a log of lines are looked at by every format of JSON. */
const STEP_BYTES = 1 << 16;

function firstValues(head: Buffer, options: { array: string | null; cut: boolean }): string[] {
  const first = Iterator.from(wholeValues(head, options)).take(SAMPLE_RECORDS);
  return [...first.map(({ text }) => text)];
}

function* wholeValues(
  head: Buffer,
  { array, cut }: { array: string | null; cut: boolean },
): Generator<{ text: string; adjoins: boolean }> {
  const framer = jsonFramer(STEP_BYTES, array);
  const valuesOf = (frames: readonly Frame[]) =>
    frames.flatMap((frame) => {
      if (frame.kind !== 'block') return [];
      const texts = toUtf8(frame.bytes).toString('utf8').split('\n');
      return texts.map((text, index) => ({ text, adjoins: frame.records![index]!.adjoins }));
    });
  for (let at = 0; at < head.length; at += STEP_BYTES)
    yield* valuesOf(framer.push(head.subarray(at, at + STEP_BYTES)));
  yield* valuesOf(framer.end({ damaged: cut }));
}
