import type { Words } from './words.ts';

/** The least and the greatest value of a column, as a footer has them: what a reader may leave unread by. */
export type Bounds = { min: Uint8Array; max: Uint8Array };

/** A longer text is no bound: the footer of each part is read by every query. */
const MOST_BOUND_BYTES = 64;

export function boundsOfWords(words: Words): Bounds | null {
  const { least, greatest } = words.extremes();
  return shortBounds(
    words.bytes,
    [words.startOf(least), words.endOf(least)],
    [words.startOf(greatest), words.endOf(greatest)],
  );
}

/** Least and greatest by bytes, as UTF-8 is ordered; null where one is too long. */
export function boundsOfTexts(
  bytes: Uint8Array,
  { starts, ends, count }: { starts: Uint32Array; ends: Uint32Array; count: number },
): Bounds | null {
  const isBefore = (a: number, b: number): boolean => {
    let at = starts[a]!;
    let other = starts[b]!;
    while (at < ends[a]! && other < ends[b]!) {
      const difference = bytes[at]! - bytes[other]!;
      if (difference !== 0) return difference < 0;
      at += 1;
      other += 1;
    }
    return at === ends[a]! && other < ends[b]!;
  };
  let [min, max] = [0, 0];
  for (let index = 1; index < count; index += 1) {
    if (isBefore(index, min)) min = index;
    else if (isBefore(max, index)) max = index;
  }
  return shortBounds(bytes, [starts[min]!, ends[min]!], [starts[max]!, ends[max]!]);
}

type Span = readonly [start: number, end: number];

/** Copies of both, since the memory is used anew before the footer is written; null where one is too long. */
function shortBounds(bytes: Uint8Array, min: Span, max: Span): Bounds | null {
  if (Math.max(min[1] - min[0], max[1] - max[0]) > MOST_BOUND_BYTES) return null;
  // Of a Buffer, a slice would be the same memory.
  const copyOf = (span: Span) => Uint8Array.prototype.slice.call(bytes, ...span);
  return { min: copyOf(min), max: copyOf(max) };
}
