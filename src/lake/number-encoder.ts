import { Kernel, type Place } from './kernel.ts';

/** Words of a dictionary, at most: as `kernel/encodings.ts` has it. */
const MOST_WORDS = 4096;

/** The different numbers of a column, in the order in which they came: as PLAIN has them. */
export type NumberDictionary = { bytes: { bytes: Uint8Array; length: number }; words: number };

/** Encodes whole numbers of 64 bits with the kernel: one column at a time, of which the next takes the memory. */
class NumberEncoder {
  readonly #kernel = new Kernel();
  readonly #words: Place = this.#kernel.calls.allocate(MOST_WORDS * 8);
  readonly #bounds: Place = this.#kernel.calls.allocate(16);
  /** Numbers that there is room for: they, their places in a dictionary, and what they are encoded as. */
  #room = 0;
  #values: Place = 0;
  #places: Place = 0;
  #out: Place = 0;
  #halves: Uint32Array = new Uint32Array();
  #numbers: Uint32Array = new Uint32Array();

  #reserve(count: number): void {
    if (count <= this.#room) return;
    const room = Math.max(1024, count, this.#room * 2);
    this.#values = this.#kernel.calls.allocate(room * 8);
    this.#places = this.#kernel.calls.allocate(room * 4);
    // Of a block of 128 the least difference and four widths come on top of as many bits as an excess has.
    this.#out = this.#kernel.calls.allocate(room * 8 + 64);
    this.#room = room;
    this.#halves = this.#kernel.placesAt(this.#values, room * 2);
    this.#numbers = this.#kernel.placesAt(this.#places, room);
  }

  /** Takes numbers in halves, the lower first. */
  take(halves: Uint32Array, count: number): void {
    this.#reserve(count);
    copy(halves, this.#halves, count * 2);
  }

  /** The least and the greatest of the numbers, of which there is one at least: eight bytes each. */
  bounds(count: number): { min: Uint8Array; max: Uint8Array } {
    this.#kernel.calls.putBounds(this.#values, count, this.#bounds);
    const bytes = this.#kernel.bytesAt(this.#bounds, 16);
    return { min: bytes.slice(0, 8), max: bytes.slice(8) };
  }

  /** The dictionary of the numbers, whose places are then kept; null where too few come again. */
  dictionary(count: number): NumberDictionary | null {
    const words = this.#kernel.calls.putDictionary(this.#values, count, this.#words, this.#places);
    if (words === 0) return null;
    const length = words * 8;
    return { bytes: { bytes: this.#kernel.bytesAt(this.#words, length), length }, words };
  }

  /** DELTA_BINARY_PACKED; null where differences take more than 32 bits. */
  deltas(count: number): Uint8Array | null {
    const length = this.#kernel.calls.putDeltas(this.#values, count, this.#out);
    return length < 0 ? null : this.#kernel.bytesAt(this.#out, length);
  }

  /** Places in a dictionary that is not of these numbers. */
  takePlaces(places: Uint32Array, count: number): void {
    this.#reserve(count);
    copy(places, this.#numbers, count);
  }

  /** The places in so many bits each, as a multiple of eight of them. */
  packedPlaces(count: number, width: number): Uint8Array {
    const padded = Math.ceil(count / 8) * 8;
    this.#kernel.calls.pack(this.#places, count, padded, width, this.#out);
    return this.#kernel.bytesAt(this.#out, (padded / 8) * width);
  }
}

/** Fewer are copied faster one by one than a view of them is made. */
const FEW = 256;

function copy(from: Uint32Array, to: Uint32Array, count: number): void {
  if (count > FEW) to.set(from.subarray(0, count));
  else for (let index = 0; index < count; index += 1) to[index] = from[index]!;
}

export const numberEncoder = new NumberEncoder();
