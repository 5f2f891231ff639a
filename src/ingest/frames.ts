import type { Format } from '../formats/format.ts';
import type { Cut } from '../formats/recognise.ts';
import { type Frame, type Framer, lineFramer, MAX_RECORD_BYTES } from './framer.ts';
import { jsonFramer } from './json-framer.ts';
import { release } from './memory.ts';
import { type IngestContext, PART_BYTES } from './pass.ts';

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
  return [
    { kind: 'block', bytes: ended ? bytes.subarray(0, -1) : bytes, offset: 0, free: () => release(bytes) },
  ];
}
