import { ByteSink } from './byte-sink.ts';

/** Words that a dictionary has, at most. */
const MOST_WORDS = 4096;
/** So many words may be new before half of all must be known. */
const GRACE = 16;

/** The different values of a column, in the order in which they came: one at a time, the next replaces it. */
export type Dictionary = {
  /** Each as PLAIN has it. */
  bytes: ByteSink;
  words: number;
  /** Of each value its place among the words. */
  places: Uint32Array;
  /** Of each word, where its value begins and ends in what was given. */
  starts: Uint32Array;
  ends: Uint32Array;
};

const dictionary: Dictionary = {
  bytes: new ByteSink(),
  words: 0,
  places: new Uint32Array(256),
  starts: new Uint32Array(MOST_WORDS),
  ends: new Uint32Array(MOST_WORDS),
};

/** A slot for a word: its place, one higher. */
const slots = new Uint16Array(MOST_WORDS * 4);

/**
 * The dictionary of texts that lie one after the other; null where too few come again. Lengths say where each ends.
 */
export function dictionaryOf(
  source: Uint8Array,
  { count, lengths }: { count: number; lengths: Uint32Array },
): Dictionary | null {
  // Few values need few slots, which must be cleared.
  const mask = Math.min(slots.length, 2 ** Math.ceil(Math.log2(count * 2 + 2))) - 1;
  slots.fill(0, 0, mask + 1);
  if (count > dictionary.places.length) dictionary.places = new Uint32Array(count * 2);
  const { bytes, places, starts, ends } = dictionary;
  bytes.clear();
  let words = 0;
  let start = 0;
  for (let index = 0; index < count; index += 1) {
    const length = lengths[index]!;
    const end = start + length;
    // Many columns hold one value over and over.
    if (index > 0 && isSame(source, [start - lengths[index - 1]!, start], [start, end])) {
      places[index] = places[index - 1]!;
      start = end;
      continue;
    }
    let slot = hashOf(source, start, end) & mask;
    let word = slots[slot]!;
    while (word !== 0 && !isSame(source, [starts[word - 1]!, ends[word - 1]!], [start, end])) {
      slot = (slot + 1) & mask;
      word = slots[slot]!;
    }
    if (word === 0) {
      if (words === MOST_WORDS || words >= GRACE + index / 2) return null;
      starts[words] = start;
      ends[words] = end;
      words += 1;
      word = words;
      slots[slot] = word;
      bytes.uint32(length);
      bytes.take(source, start, end);
    }
    places[index] = word - 1;
    start = end;
  }
  dictionary.words = words;
  return dictionary;
}

/** Of up to 16 bytes at both ends, and the length. */
function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = end - start;
  const head = Math.min(end, start + 16);
  for (let at = start; at < head; at += 1) hash = Math.imul(hash ^ bytes[at]!, 0x01000193);
  for (let at = Math.max(head, end - 16); at < end; at += 1) hash = Math.imul(hash ^ bytes[at]!, 0x01000193);
  return hash ^ (hash >>> 15);
}

function isSame(bytes: Uint8Array, a: readonly [number, number], b: readonly [number, number]): boolean {
  const length = a[1] - a[0];
  if (length !== b[1] - b[0]) return false;
  for (let at = 0; at < length; at += 1) if (bytes[a[0] + at] !== bytes[b[0] + at]) return false;
  return true;
}
