import { ByteSink } from './byte-sink.ts';
import type { Kernel, Place } from './kernel.ts';

/** The place of a null among the words. */
export const NULL_WORD = 0;

/** Texts of a column, each kept once, numbered from 1 in the order in which they came. */
export abstract class Words {
  /** All texts as PLAIN has them: the length in four bytes, and the text. */
  abstract get bytes(): Uint8Array;
  abstract get length(): number;
  abstract get count(): number;
  abstract startOf(word: number): number;
  abstract endOf(word: number): number;
  abstract clear(): void;

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
  /** Where each begins; that of NULL_WORD is no word's. */
  #starts: number[] = [0];

  override get bytes(): Uint8Array {
    return this.#sink.bytes;
  }

  override get length(): number {
    return this.#sink.length;
  }

  override get count(): number {
    return this.#starts.length - 1;
  }

  override startOf(word: number): number {
    return this.#starts[word]!;
  }

  override endOf(word: number): number {
    return word === this.count ? this.#sink.length : this.#starts[word + 1]! - 4;
  }

  override clear(): void {
    this.#sink.clear();
    this.#numbers.clear();
    this.#starts = [0];
  }

  /** The number of a text. */
  numberOf(text: string): number {
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    const bytes = Buffer.from(text);
    this.#sink.uint32(bytes.length);
    this.#starts.push(this.#sink.length);
    this.#sink.take(bytes, 0, bytes.length);
    this.#numbers.set(text, this.count);
    return this.count;
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
const FIELDS = 6;
/** Of each word where it begins and ends, and its hash. */
const ENTRY = 3;

/** Words of texts that lie in the memory of a kernel. Where nearly all are new, those after them are kept as they come. */
export class KernelWords extends Words {
  readonly place: Place;
  readonly #kernel: Kernel;
  readonly #fields: Int32Array;
  #entries: Int32Array;

  constructor(kernel: Kernel) {
    super();
    this.#kernel = kernel;
    this.place = kernel.calls.createWords();
    this.#fields = kernel.numbersAt(this.place, FIELDS);
    this.#entries = new Int32Array();
  }

  override get bytes(): Uint8Array {
    return this.#kernel.bytesAt(this.#fields[BYTES]!, this.length);
  }

  override get length(): number {
    return this.#fields[LENGTH]!;
  }

  override get count(): number {
    return this.#fields[COUNT]!;
  }

  override startOf(word: number): number {
    return this.#entryOf(word)[word * ENTRY]!;
  }

  override endOf(word: number): number {
    return this.#entryOf(word)[word * ENTRY + 1]!;
  }

  /** Where a word lies in the kernel's memory. */
  placeOf(word: number): Place {
    return this.#fields[BYTES]! + this.startOf(word);
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

  /** The entries, as they lie now: they move where there is no room for one more. */
  #entryOf(word: number): Int32Array {
    const place = this.#fields[ENTRIES]!;
    if (this.#entries.byteOffset !== place || this.#entries.length <= word * ENTRY)
      this.#entries = this.#kernel.numbersAt(place, (this.count + 1) * ENTRY);
    return this.#entries;
  }
}
