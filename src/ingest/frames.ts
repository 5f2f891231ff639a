import { createHash } from 'node:crypto';
import type { Format } from '../formats/format.ts';
import type { Cut } from '../formats/recognise.ts';
import { type Frame, type Framer, lineFramer, MAX_RECORD_BYTES } from './framer.ts';
import { inflate } from './inflate.ts';
import { jsonFramer } from './json-framer.ts';
import { type IngestContext, type LogObject, PART_BYTES } from './pass.ts';
import type { Survey } from './survey.ts';

/** Blocks of a part: where both end depends on the bytes alone. */
export const BLOCKS_A_PART = 4;

/** Decompressed bytes of a block, at most. */
export function blockBytes({ partBytes = PART_BYTES }: IngestContext): number {
  return Math.ceil(partBytes / BLOCKS_A_PART);
}

/** The framer that cuts the records of a format. */
export function framerOf({ format, cut }: { format: Format; cut: Cut }, bytes: number): Framer {
  return cut === 'lines' ? lineFramer(bytes) : jsonFramer(bytes, format.array);
}

/** All frames of an object that fits into memory. */
export function framesOf(
  content: readonly Buffer[],
  { framer, damaged }: { framer: Framer; damaged: boolean },
): Frame[] {
  return [...content.flatMap((bytes) => framer.push(bytes)), ...framer.end({ damaged })];
}

/** The frame of an object of lines that is one block and in one piece: the same as its framer would make. */
export function onlyFrame(
  content: readonly Buffer[],
  { cut, most }: { cut: Cut; most: number },
): Frame[] | null {
  const [bytes, ...more] = content;
  if (!bytes || more.length > 0 || cut !== 'lines') return null;
  if (bytes.length >= most || bytes.length > MAX_RECORD_BYTES) return null;
  const ended = bytes[bytes.length - 1] === 0x0a;
  return [{ kind: 'block', bytes: ended ? bytes.subarray(0, -1) : bytes, offset: 0 }];
}

/** The second reading of an object was not the first: it is still written to, or was rotated. */
export class ChangedObjectError extends Error {
  constructor() {
    super('changed while it was read: give it again once it is at rest');
    this.name = 'ChangedObjectError';
  }
}

/** Hands on all frames, from memory or by reading the object again; the second reading must be the first's. */
export async function eachFrame(
  { object, surveyed, frames }: { object: LogObject; surveyed: Survey; frames: Frame[] | null },
  framer: Framer,
  take: (frame: Frame) => Promise<void> | void,
): Promise<void> {
  const damaged = surveyed.damage !== null;
  if (frames ?? surveyed.content) {
    for (const frame of frames ?? framesOf(surveyed.content!, { framer, damaged })) await take(frame);
    return;
  }
  // The same stored bytes hold the same records; and of them there are fewer to hash.
  const stored = createHash('sha256');
  let readings = 0;
  async function* hashed(): AsyncGenerator<Buffer> {
    for await (const chunk of object.open()) {
      stored.update(chunk);
      yield chunk;
    }
  }
  await inflate(
    // What is damaged is read twice.
    () => (readings++ === 0 ? hashed() : object.open()),
    async (bytes) => {
      for (const frame of framer.push(bytes)) await take(frame);
    },
  );
  if (stored.digest('hex') !== surveyed.storedSha256) throw new ChangedObjectError();
  for (const frame of framer.end({ damaged })) await take(frame);
}
