import { KERNEL, MEMORY } from './kernel-binary.ts';

/** Offset of what lies in the memory of a kernel. */
export type Place = number;

/** What `kernel/index.ts` exports, as each source there says it. A flag is a number. */
export type KernelCalls = {
  allocate(bytes: number): Place;
  createWords(): Place;
  clearWords(words: Place): void;
  numberOf(words: Place, start: Place, length: number): number;
  findExtremes(words: Place): void;
  createKeys(): Place;
  addKey(keys: Place, bytes: Place, length: number, cell: number): void;
  pack(values: Place, count: number, padded: number, width: number, out: Place): void;
  putDeltas(values: Place, count: number, out: Place): number;
  putBounds(values: Place, count: number, out: Place): void;
  putDictionary(values: Place, count: number, words: Place, places: Place): number;
  /** Gives the end of what it put. */
  putSnappy(start: Place, length: number, out: Place): Place;
  cut(batch: Place, most: number): number;
  putWords(
    ...of: [
      batch: Place,
      count: number,
      cells: Place,
      cellCount: number,
      nothing: number,
      words: Place,
      places: Place,
    ]
  ): void;
  putNumbers(batch: Place, count: number, column: Place, numbers: Place, unfit: Place): number;
  putTargets(
    ...of: [
      batch: Place,
      count: number,
      cells: Place,
      cellCount: number,
      paths: Place,
      pathPlaces: Place,
      queries: Place,
      queryPlaces: Place,
      unfit: Place,
    ]
  ): number;
  putKeys(
    ...of: [
      batch: Place,
      count: number,
      cells: Place,
      cellCount: number,
      key: Place,
      mostBytes: number,
      words: Place,
      places: Place,
      unfit: Place,
    ]
  ): number;
};

const compiled = new WebAssembly.Module(Buffer.from(KERNEL, 'base64'));

/**
 * The code of `kernel/` with memory of its own, which grows and goes with it. What it has allocated stays where it is:
 * memory is shared, so that arrays over it stay whole when it grows.
 */
export class Kernel {
  readonly calls: KernelCalls;
  readonly #memory = new WebAssembly.Memory({ ...MEMORY, shared: true });

  constructor() {
    const { exports } = new WebAssembly.Instance(compiled, { env: { memory: this.#memory } });
    this.calls = exports as KernelCalls;
  }

  bytesAt(place: Place, length: number): Uint8Array {
    return new Uint8Array(this.#memory.buffer, place, length);
  }

  numbersAt(place: Place, length: number): Int32Array {
    return new Int32Array(this.#memory.buffer, place, length);
  }

  decimalsAt(place: Place, length: number): Float64Array {
    return new Float64Array(this.#memory.buffer, place, length);
  }

  placesAt(place: Place, length: number): Uint32Array {
    return new Uint32Array(this.#memory.buffer, place, length);
  }

  /** Puts bytes into memory of their own. */
  put(bytes: Uint8Array): Place {
    const place = this.calls.allocate(bytes.length);
    this.bytesAt(place, bytes.length).set(bytes);
    return place;
  }

  /** The same for whole numbers of 32 bits. */
  putIntegers(numbers: readonly number[]): Place {
    const place = this.calls.allocate(numbers.length * 4);
    this.numbersAt(place, numbers.length).set(numbers);
    return place;
  }
}
