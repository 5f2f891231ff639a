import type { ByteSink } from './byte-sink.ts';
import { Kernel, type Place } from './kernel.ts';

/** Compresses with the kernel, one piece at a time. */
class Snappy {
  readonly #kernel = new Kernel();
  /** Bytes that there is room for: they, and what they are compressed to. */
  #room = 0;
  #source: Place = 0;
  #out: Place = 0;
  #sourceBytes: Uint8Array = new Uint8Array();
  #outBytes: Uint8Array = new Uint8Array();

  put(sink: ByteSink, bytes: Uint8Array): void {
    const { length } = bytes;
    this.#reserve(length);
    this.#sourceBytes.set(bytes);
    const end = this.#kernel.calls.putSnappy(this.#source, length, this.#out);
    sink.take(this.#outBytes, 0, end - this.#out);
  }

  #reserve(length: number): void {
    if (length <= this.#room) return;
    const room = Math.max(1 << 16, length, this.#room * 2);
    // Literals alone are the worst: three bytes more for each 64 KB, and a few.
    const most = room + Math.ceil(room / 6) + 32;
    const [source, out] = [this.#kernel.calls.allocate(room), this.#kernel.calls.allocate(most)];
    this.#sourceBytes = this.#kernel.bytesAt(source, room);
    this.#outBytes = this.#kernel.bytesAt(out, most);
    [this.#source, this.#out, this.#room] = [source, out, room];
  }
}

const compressor = new Snappy();

/** Appends bytes in Snappy's block format (google/snappy, format_description.txt): the same bytes give the same. */
export function snappy(sink: ByteSink, bytes: Uint8Array): void {
  compressor.put(sink, bytes);
}
