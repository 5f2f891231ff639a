/** Bytes that are written one after the other, in memory that grows. */
export class ByteSink {
  bytes = Buffer.allocUnsafeSlow(1 << 16);
  length = 0;

  /** Makes room for so many bytes more. */
  reserve(count: number): void {
    const least = this.length + count;
    if (least <= this.bytes.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(least, this.bytes.length * 2));
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
  }

  clear(): void {
    this.length = 0;
  }

  byte(value: number): void {
    if (this.length === this.bytes.length) this.reserve(1);
    this.bytes[this.length] = value;
    this.length += 1;
  }

  uint32(value: number): void {
    this.reserve(4);
    this.length = this.bytes.writeUInt32LE(value, this.length);
  }

  /** ULEB128 of a whole number below 2^53. */
  varint(value: number): void {
    let rest = value;
    while (rest >= 128) {
      this.byte((rest & 127) | 128);
      rest = Math.floor(rest / 128);
    }
    this.byte(rest);
  }

  /** ZigZag of a whole number between -2^52 and 2^52. */
  zigzag(value: number): void {
    this.varint(value < 0 ? -2 * value - 1 : 2 * value);
  }

  take(source: Uint8Array, start: number, end: number): void {
    const count = end - start;
    this.reserve(count);
    if (count < 24) for (let at = 0; at < count; at += 1) this.bytes[this.length + at] = source[start + at]!;
    else this.bytes.set(source.subarray(start, end), this.length);
    this.length += count;
  }
}
