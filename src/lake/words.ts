import { ByteSink } from './byte-sink.ts';
import type { Kernel, Place } from './kernel.ts';
import { grown } from './part-columns.ts';

/** The place of a null among the words. */
export const NULL_WORD = 0;

/** Numbers of an entry: where a word begins and ends, and what else is kept of it. */
export const ENTRY = 3;

/** Texts of a column, each kept once, numbered from 1 in the order in which they came. */
export abstract class Words {
  /** All texts as PLAIN has them: the length in four bytes, and the text. */
  abstract get bytes(): Uint8Array;
  abstract get length(): number;
  abstract get count(): number;
  /** Of each word, ENTRY numbers after those of the one before, where it begins and ends; until one more comes. */
  abstract get entries(): Int32Array;
  abstract clear(): void;

  startOf(word: number): number {
    return this.entries[word * ENTRY]!;
  }

  endOf(word: number): number {
    return this.entries[word * ENTRY + 1]!;
  }

  lengthOf(word: number): number {
    return this.endOf(word) - this.startOf(word);
  }

  textOf(word: number, encoding: 'utf8' | 'latin1' = 'utf8'): string {
    const { buffer, byteOffset } = this.bytes;
    return Buffer.from(buffer, byteOffset + this.startOf(word), this.lengthOf(word)).toString(encoding);
  }

  /** The words that are least and greatest by bytes, as UTF-8 is ordered. */
  abstract extremes(): { least: number; greatest: number };

  /** The bytes of one. */
  bytesOf(word: number): Uint8Array {
    return this.bytes.subarray(this.startOf(word), this.endOf(word));
  }
}

/** Words of texts that JavaScript has. */
export class TextWords extends Words {
  readonly #sink = new ByteSink();
  readonly #numbers = new Map<string, number>();
  #entries = new Int32Array(ENTRY << 4);
  #count = 0;

  override get bytes(): Uint8Array {
    return this.#sink.bytes;
  }

  override get length(): number {
    return this.#sink.length;
  }

  override get count(): number {
    return this.#count;
  }

  override get entries(): Int32Array {
    return this.#entries;
  }

  override clear(): void {
    this.#sink.clear();
    this.#numbers.clear();
    this.#count = 0;
  }

  /** The number of a text. */
  numberOf(text: string): number {
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    const bytes = Buffer.from(text);
    this.#count += 1;
    const entry = this.#count * ENTRY;
    if (entry + ENTRY > this.#entries.length) this.#entries = grown(this.#entries, entry + ENTRY);
    this.#sink.uint32(bytes.length);
    this.#entries[entry] = this.#sink.length;
    this.#sink.take(bytes, 0, bytes.length);
    this.#entries[entry + 1] = this.#sink.length;
    this.#numbers.set(text, this.#count);
    return this.#count;
  }

  override extremes(): { least: number; greatest: number } {
    let least = 1;
    let greatest = 1;
    for (let word = 2; word <= this.count; word += 1) {
      const bytes = this.bytesOf(word);
      if (Buffer.compare(bytes, this.bytesOf(least)) < 0) least = word;
      else if (Buffer.compare(bytes, this.bytesOf(greatest)) > 0) greatest = word;
    }
    return { least, greatest };
  }
}

/** Fields of `Words` in `kernel/words.ts`. */
const BYTES = 0;
const LENGTH = 1;
const COUNT = 2;
const ENTRIES = 3;
const LEAST = 4;
const GREATEST = 5;
const ROOM = 6;
const FIELDS = 7;

/** Words of texts that lie in the memory of a kernel. Where nearly all are new, those after them are kept as they come. */
export class KernelWords extends Words {
  readonly place: Place;
  readonly #kernel: Kernel;
  readonly #fields: Int32Array;
  #entries: Int32Array;
  #bytes: Uint8Array = new Uint8Array();

  constructor(kernel: Kernel) {
    super();
    this.#kernel = kernel;
    this.place = kernel.calls.createWords();
    this.#fields = kernel.numbersAt(this.place, FIELDS);
    this.#entries = new Int32Array();
  }

  override get bytes(): Uint8Array {
    const place = this.#fields[BYTES]!;
    // They move where there is no room for one more.
    if (this.#bytes.byteOffset !== place) this.#bytes = this.#kernel.bytesAt(place, this.#fields[ROOM]!);
    return this.#bytes;
  }

  override get length(): number {
    return this.#fields[LENGTH]!;
  }

  override get count(): number {
    return this.#fields[COUNT]!;
  }

  /** They move as the bytes do. */
  override get entries(): Int32Array {
    const place = this.#fields[ENTRIES]!;
    if (this.#entries.byteOffset !== place || this.#entries.length <= this.count * ENTRY)
      this.#entries = this.#kernel.numbersAt(place, (this.count + 1) * ENTRY);
    return this.#entries;
  }

  override clear(): void {
    this.#kernel.calls.clearWords(this.place);
  }

  /** The number of a text. */
  numberOf(start: Place, length: number): number {
    return this.#kernel.calls.numberOf(this.place, start, length);
  }

  override extremes(): { least: number; greatest: number } {
    this.#kernel.calls.findExtremes(this.place);
    return { least: this.#fields[LEAST]!, greatest: this.#fields[GREATEST]! };
  }
}
