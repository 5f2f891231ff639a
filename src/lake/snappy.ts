import type { ByteSink } from './byte-sink.ts';
import { Kernel, type Place } from './kernel.ts';

/** Compresses with the kernel, one piece at a time. */
class Snappy {
  readonly #kernel = new Kernel();
  /** Bytes that there is room for: they, and what they are compressed to. */
  #room = 0;
  #source: Place = 0;
  #out: Place = 0;

  put(sink: ByteSink, bytes: Uint8Array): void {
    const { length } = bytes;
    this.#reserve(length);
    this.#kernel.bytesAt(this.#source, length).set(bytes);
    const end = this.#kernel.calls.putSnappy(this.#source, length, this.#out);
    const packed = end - this.#out;
    sink.take(this.#kernel.bytesAt(this.#out, packed), 0, packed);
  }

  #reserve(length: number): void {
    if (length <= this.#room) return;
    this.#room = Math.max(1 << 16, length, this.#room * 2);
    this.#source = this.#kernel.calls.allocate(this.#room);
    // Literals alone are the worst: three bytes more for each 64 KB, and a few.
    this.#out = this.#kernel.calls.allocate(this.#room + Math.ceil(this.#room / 6) + 32);
  }
}

const compressor = new Snappy();

/** Appends bytes in Snappy's block format (google/snappy, format_description.txt): the same bytes give the same. */
export function snappy(sink: ByteSink, bytes: Uint8Array): void {
  compressor.put(sink, bytes);
}
