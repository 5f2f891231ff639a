/** Numbers that a table of hashes has room for at first, and how full it may be. */
const LEAST_SLOTS = 1 << 10;
const FULL = 0.5;

/** Numbers the texts of a column in the order in which they first come, by their bytes. */
export class DistinctTexts {
  readonly texts: string[] = [];
  /** Of each slot, the number of its text and one; 0 where it is free. */
  #slots = new Int32Array(LEAST_SLOTS);
  #hashes = new Int32Array(LEAST_SLOTS);
  /** Of each text, where it ends; it begins where that before it ends. */
  #ends = new Uint32Array(LEAST_SLOTS);
  #bytes = Buffer.allocUnsafeSlow(1 << 12);
  /** That of the text before: rows are ordered, mostly. */
  #last = 0;

  numberOf(bytes: Buffer, start: number, end: number): number {
    if (this.#is(this.#last, { bytes, start, end })) return this.#last;
    const hash = hashOf(bytes, start, end);
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    for (;;) {
      const number = this.#slots[slot]! - 1;
      if (number < 0) break;
      if (this.#hashes[number] === hash && this.#is(number, { bytes, start, end })) {
        this.#last = number;
        return number;
      }
      slot = (slot + 1) & mask;
    }
    this.#last = this.#add(hash, { bytes, start, end });
    this.#slots[slot] = this.#last + 1;
    if (this.texts.length > this.#slots.length * FULL) this.#grow();
    return this.#last;
  }

  #is(number: number, { bytes, start, end }: Slice): boolean {
    if (number >= this.texts.length) return false;
    const first = number === 0 ? 0 : this.#ends[number - 1]!;
    let place = this.#ends[number]! - 1;
    if (place - first !== end - 1 - start) return false;
    const known = this.#bytes;
    // Texts that are alike begin alike more often than they end so.
    for (let at = end - 1; at >= start; at -= 1, place -= 1) if (bytes[at] !== known[place]) return false;
    return true;
  }

  #add(hash: number, { bytes, start, end }: Slice): number {
    const number = this.texts.length;
    const first = number === 0 ? 0 : this.#ends[number - 1]!;
    const last = first + end - start;
    if (last > this.#bytes.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(last, this.#bytes.length * 2));
      this.#bytes.copy(grown, 0, 0, first);
      this.#bytes = grown;
    }
    bytes.copy(this.#bytes, first, start, end);
    this.#ends[number] = last;
    this.#hashes[number] = hash;
    this.texts.push(bytes.toString('utf8', start, end));
    return number;
  }

  #grow(): void {
    const slots = new Int32Array(this.#slots.length * 2);
    const mask = slots.length - 1;
    for (let number = 0; number < this.texts.length; number += 1) {
      let slot = this.#hashes[number]! & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = number + 1;
    }
    this.#slots = slots;
    this.#hashes = widened(this.#hashes, new Int32Array(slots.length));
    this.#ends = widened(this.#ends, new Uint32Array(slots.length));
  }
}

type Slice = { bytes: Buffer; start: number; end: number };

function widened<Of extends Int32Array | Uint32Array>(from: Of, into: Of): Of {
  into.set(from);
  return into;
}

/** FNV-1a, of 32 bits. */
function hashOf(bytes: Buffer, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let at = start; at < end; at += 1) hash = Math.imul(hash ^ bytes[at]!, 0x01000193);
  return hash | 0;
}
