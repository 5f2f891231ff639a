import { allocate } from './memory';
import { isSame } from './scan';

/** Rows that a column is looked at for before it is judged, and of ten words how many must be new to give up. */
const JUDGED_AT: i32 = 1024;
const NEW_OF_TEN: i32 = 9;

/** Slots that are looked at for one text. */
export const MOST_PROBES: i32 = 64;

/** Of each word where it begins and ends, and its hash: together, since they are asked for together. */
const ENTRY: usize = 12;

const LEAST_BYTES: i32 = 1 << 12;
const LEAST_ENTRIES: i32 = 1 << 8;
const LEAST_SLOTS: i32 = 1 << 9;
/** The last has more slots than memory has bytes. */
const TABLES: i32 = 12;

/** The place of a null among the words. */
export const NULL_WORD: i32 = 0;

/**
 * Texts of a column, each kept once, numbered from 1 in the order in which they came. Where nearly all are new, those
 * after them are kept as they come, and not looked for.
 */
@unmanaged
export class Words {
  // What is read from without, in this order.
  /** Each as PLAIN has it: the length in four bytes, and the text. */
  bytes: usize;
  length: i32;
  count: i32;
  entries: usize;
  /** The least and the greatest by bytes, as they were found last. */
  least: i32;
  greatest: i32;
  room: i32;
  roomOfEntries: i32;
  slots: usize;
  mask: i32;
  /** Where slots lie, of LEAST_SLOTS and of four times as many each; 0 of those that were not needed yet. */
  tables: usize;
  table: i32;
  asked: i32;
  isLooking: bool;
  last: i32;
}

export function createWords(): Words {
  const words = changetype<Words>(allocate(offsetof<Words>()));
  words.bytes = allocate(LEAST_BYTES);
  words.room = LEAST_BYTES;
  words.entries = allocate(<usize>LEAST_ENTRIES * ENTRY);
  words.roomOfEntries = LEAST_ENTRIES;
  words.tables = allocate(TABLES * sizeof<usize>());
  memory.fill(words.tables, 0, TABLES * sizeof<usize>());
  clearWords(words);
  return words;
}

export function clearWords(words: Words): void {
  words.length = 0;
  words.count = 0;
  words.asked = 0;
  words.isLooking = true;
  words.last = NULL_WORD;
  // As at first, also where more slots were needed before: how many there are can decide what is found.
  useTable(words, 0);
}

function useTable(words: Words, table: i32): void {
  const room = LEAST_SLOTS << (table * 2);
  const kept = words.tables + <usize>table * sizeof<usize>();
  if (load<usize>(kept) === 0) store<usize>(kept, allocate(<usize>room * 4));
  words.table = table;
  words.slots = load<usize>(kept);
  words.mask = room - 1;
  memory.fill(words.slots, 0, <usize>room * 4);
}

/** The number of a text. */
export function numberOf(words: Words, start: usize, length: i32): i32 {
  if (!words.isLooking) return append(words, start, length);
  // Many columns hold one text over and over.
  const last = words.last;
  if (last !== NULL_WORD && isAt(words, last, start, length)) return last;
  const found = find(words, start, length);
  words.last = found;
  return found;
}

function find(words: Words, start: usize, length: i32): i32 {
  const hash = hashOf(start, length);
  const mask = words.mask;
  let slot = hash & mask;
  words.asked += 1;
  // Texts that were made to have one hash are kept as they come.
  for (let probes = 0; probes < MOST_PROBES; probes += 1) {
    const word = load<i32>(words.slots + <usize>slot * 4);
    if (word === NULL_WORD) return remember(words, append(words, start, length), hash, slot);
    if (load<i32>(words.entries + <usize>word * ENTRY, 8) === hash && isAt(words, word, start, length))
      return word;
    slot = (slot + 1) & mask;
  }
  return append(words, start, length);
}

function remember(words: Words, word: i32, hash: i32, slot: i32): i32 {
  store<i32>(words.entries + <usize>word * ENTRY, hash, 8);
  store<i32>(words.slots + <usize>slot * 4, word);
  if (word * 2 > words.mask) spread(words);
  if (words.asked >= JUDGED_AT && words.asked < JUDGED_AT * 2)
    words.isLooking = word * 10 < words.asked * NEW_OF_TEN;
  return word;
}

function isAt(words: Words, word: i32, start: usize, length: i32): bool {
  const entry = words.entries + <usize>word * ENTRY;
  const at = load<i32>(entry);
  return load<i32>(entry, 4) - at === length && isSame(words.bytes + at, start, length);
}

function append(words: Words, start: usize, length: i32): i32 {
  const at = words.length + 4;
  const end = at + length;
  if (end > words.room) {
    words.room = max(end, words.room * 2);
    words.bytes = moved(words.bytes, words.length, words.room);
  }
  const word = words.count + 1;
  words.count = word;
  if (word >= words.roomOfEntries) {
    words.roomOfEntries *= 2;
    words.entries = moved(words.entries, word * <i32>ENTRY, words.roomOfEntries * <i32>ENTRY);
  }
  store<i32>(words.bytes + words.length, length);
  memory.copy(words.bytes + at, start, length);
  words.length = end;
  const entry = words.entries + <usize>word * ENTRY;
  store<i32>(entry, at);
  store<i32>(entry, end, 4);
  return word;
}

function moved(from: usize, length: i32, room: i32): usize {
  const place = allocate(room);
  memory.copy(place, from, length);
  return place;
}

function spread(words: Words): void {
  const old = words.slots;
  const last = words.mask;
  useTable(words, words.table + 1);
  const mask = words.mask;
  for (let place = 0; place <= last; place += 1) {
    const word = load<i32>(old + <usize>place * 4);
    if (word === NULL_WORD) continue;
    let slot = load<i32>(words.entries + <usize>word * ENTRY, 8) & mask;
    while (load<i32>(words.slots + <usize>slot * 4) !== NULL_WORD) slot = (slot + 1) & mask;
    store<i32>(words.slots + <usize>slot * 4, word);
  }
}

/** Finds the words that are least and greatest by bytes, as UTF-8 is ordered. */
export function findExtremes(words: Words): void {
  let least = 1;
  let greatest = 1;
  for (let word = 2; word <= words.count; word += 1) {
    if (isBefore(words, word, least)) least = word;
    else if (isBefore(words, greatest, word)) greatest = word;
  }
  words.least = least;
  words.greatest = greatest;
}

function isBefore(words: Words, a: i32, b: i32): bool {
  const entryOfA = words.entries + <usize>a * ENTRY;
  const entryOfB = words.entries + <usize>b * ENTRY;
  const atA = words.bytes + load<i32>(entryOfA);
  const atB = words.bytes + load<i32>(entryOfB);
  const lengthOfA = load<i32>(entryOfA, 4) - load<i32>(entryOfA);
  const lengthOfB = load<i32>(entryOfB, 4) - load<i32>(entryOfB);
  const length = min(lengthOfA, lengthOfB);
  let at: i32 = 0;
  // Eight at a time: the first that differ are the lowest.
  for (; at + 8 <= length; at += 8) {
    const left = bswap(load<u64>(atA + at));
    const right = bswap(load<u64>(atB + at));
    if (left !== right) return left < right;
  }
  for (; at < length; at += 1) {
    const left = load<u8>(atA + at);
    const right = load<u8>(atB + at);
    if (left !== right) return left < right;
  }
  return lengthOfA < lengthOfB;
}

const PRIME: u64 = 0x9e3779b97f4a7c15;

/** Eight bytes at a time; of the last what there is. */
export function hashOf(start: usize, length: i32): i32 {
  let hash: u64 = <u64>length * PRIME;
  const end = start + length;
  let at = start;
  for (; at + 8 <= end; at += 8) hash = rotl(hash ^ load<u64>(at), 29) * PRIME;
  const rest = <i32>(end - at);
  if (rest > 0) hash = rotl(hash ^ (load<u64>(at) & (((<u64>1) << (rest * 8)) - 1)), 29) * PRIME;
  hash ^= hash >> 32;
  hash *= 0xd6e8feb86659fd93;
  return <i32>(hash ^ (hash >> 32));
}
