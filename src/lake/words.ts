import { grown } from './part-columns.ts';
import { type Readable, readable } from './readable.ts';

const scratch = readable(new Uint8Array(1 << 10));

/** Rows that a column is looked at for before it is judged, and of ten words how many must be new to give up. */
const JUDGED_AT = 1024;
const NEW_OF_TEN = 9;

/** What is kept of a word: where it begins, and beyond that. */
const END = 1;
const HASH = 2;
const ENTRY = 3;

/** Slots that are looked at for one text. */
const MOST_PROBES = 64;

/** The place of a null among the words. */
export const NULL_WORD = 0;

/**
 * Texts of a column, each kept once, numbered from 1 in the order in which they came. Where nearly all are new, those
 * after them are kept as they come, and not looked for.
 */
export class Words {
  /** Each as PLAIN has it: the length in four bytes, and the text. */
  #memory = readable(new Uint8Array(1 << 14));
  length = 0;
  count = 0;
  /** Of each word where it begins and ends, and its hash: together, since they are asked for together. */
  #entries = new Int32Array(ENTRY << 10);
  #slots = new Uint32Array(1 << 11);
  #asked = 0;
  #isLooking = true;
  #last = NULL_WORD;

  /** All texts, as PLAIN has them. */
  get bytes(): Uint8Array {
    return this.#memory.bytes;
  }

  startOf(word: number): number {
    return this.#entries[word * ENTRY]!;
  }

  endOf(word: number): number {
    return this.#entries[word * ENTRY + END]!;
  }

  lengthOf(word: number): number {
    return this.endOf(word) - this.startOf(word);
  }

  /** The words that are least and greatest by bytes, as UTF-8 is ordered. */
  extremes(): { least: number; greatest: number } {
    let least = 1;
    let greatest = 1;
    for (let word = 2; word <= this.count; word += 1) {
      if (this.#isBefore(word, least)) least = word;
      else if (this.#isBefore(greatest, word)) greatest = word;
    }
    return { least, greatest };
  }

  #isBefore(a: number, b: number): boolean {
    const { bytes } = this.#memory;
    const [endOfA, endOfB] = [this.endOf(a), this.endOf(b)];
    let at = this.startOf(a);
    let other = this.startOf(b);
    while (at < endOfA && other < endOfB && bytes[at] === bytes[other]) {
      at += 1;
      other += 1;
    }
    return other < endOfB && (at === endOfA || bytes[at]! < bytes[other]!);
  }

  textOf(word: number, encoding: 'utf8' | 'latin1' = 'utf8'): string {
    const { buffer, byteOffset } = this.#memory.bytes;
    return Buffer.from(buffer, byteOffset + this.startOf(word), this.lengthOf(word)).toString(encoding);
  }

  clear(): void {
    this.length = 0;
    this.count = 0;
    this.#asked = 0;
    this.#isLooking = true;
    this.#last = NULL_WORD;
    this.#slots.fill(0);
  }

  /** The number of a text. */
  numberOf(source: Readable, start: number, end: number): number {
    if (!this.#isLooking) return this.#append(source, start, end);
    // Many columns hold one text over and over.
    if (this.#last !== NULL_WORD && this.#isAt(this.#last, source, start, end)) return this.#last;
    this.#last = this.#find(source, start, end);
    return this.#last;
  }

  #find(source: Readable, start: number, end: number): number {
    const hash = hashOf(source, start, end);
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    this.#asked += 1;
    // Texts that were made to have one hash are kept as they come.
    for (let probes = 0; probes < MOST_PROBES; probes += 1) {
      const word = this.#slots[slot]!;
      if (word === NULL_WORD) return this.#remember(this.#append(source, start, end), hash, slot);
      if (this.#entries[word * ENTRY + HASH] === hash && this.#isAt(word, source, start, end)) return word;
      slot = (slot + 1) & mask;
    }
    return this.#append(source, start, end);
  }

  #remember(word: number, hash: number, slot: number): number {
    this.#entries[word * ENTRY + HASH] = hash;
    this.#slots[slot] = word;
    if (word * 2 > this.#slots.length) this.#spread();
    if (this.#asked >= JUDGED_AT && this.#asked < JUDGED_AT * 2)
      this.#isLooking = word * 10 < this.#asked * NEW_OF_TEN;
    return word;
  }

  /** The number of a text that lies in memory of its own. */
  numberOfText(text: Uint8Array): number {
    if (text.length > scratch.bytes.length) return this.numberOf(readable(text), 0, text.length);
    scratch.bytes.set(text);
    return this.numberOf(scratch, 0, text.length);
  }

  #isAt(word: number, { bytes, view }: Readable, start: number, end: number): boolean {
    const own = this.#memory;
    let at = this.#entries[word * ENTRY]!;
    if (this.#entries[word * ENTRY + END]! - at !== end - start) return false;
    let other = start;
    for (; other + 4 <= end; other += 4, at += 4)
      if (own.view.getInt32(at, true) !== view.getInt32(other, true)) return false;
    for (; other < end; other += 1, at += 1) if (own.bytes[at] !== bytes[other]) return false;
    return true;
  }

  #append({ bytes }: Readable, start: number, end: number): number {
    const length = end - start;
    const least = this.length + 4 + length;
    if (least > this.#memory.bytes.length) this.#memory = readable(grown(this.#memory.bytes, least));
    this.count += 1;
    const word = this.count;
    if ((word + 1) * ENTRY > this.#entries.length) this.#entries = grown(this.#entries, (word + 1) * ENTRY);
    const own = this.#memory;
    own.view.setUint32(this.length, length, true);
    const at = this.length + 4;
    if (length < 48)
      for (let index = 0; index < length; index += 1) own.bytes[at + index] = bytes[start + index]!;
    else own.bytes.set(bytes.subarray(start, end), at);
    this.length = at + length;
    this.#entries[word * ENTRY] = at;
    this.#entries[word * ENTRY + END] = this.length;
    return word;
  }

  #spread(): void {
    const slots = new Uint32Array(this.#slots.length * 4);
    const mask = slots.length - 1;
    for (const word of this.#slots) {
      if (word === NULL_WORD) continue;
      let slot = this.#entries[word * ENTRY + HASH]! & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = word;
    }
    this.#slots = slots;
  }
}

function hashOf({ bytes, view }: Readable, start: number, end: number): number {
  let hash = end - start;
  let at = start;
  for (; at + 4 <= end; at += 4) hash = Math.imul(hash, 0x9e3779b1) + view.getInt32(at, true);
  for (; at < end; at += 1) hash = Math.imul(hash, 0x01000193) + bytes[at]!;
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return hash ^ (hash >>> 13);
}
