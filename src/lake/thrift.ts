import type { ByteSink } from './byte-sink.ts';

/** Types of values in Thrift's compact protocol (apache/thrift, doc/specs/thrift-compact-protocol.md). */
export const TRUE = 1;
export const FALSE = 2;
export const BYTE = 3;
export const I16 = 4;
export const I32 = 5;
export const I64 = 6;
export const BINARY = 8;
export const LIST = 9;
export const STRUCT = 12;

/** Writes structs in Thrift's compact protocol, which the headers and the footer of Parquet are in. */
export class ThriftWriter {
  readonly sink: ByteSink;
  readonly #outer: number[] = [];
  #last = 0;

  constructor(sink: ByteSink) {
    this.sink = sink;
  }

  #field(id: number, type: number): void {
    this.sink.byte(((id - this.#last) << 4) | type);
    this.#last = id;
  }

  bool(id: number, value: boolean): void {
    this.#field(id, value ? TRUE : FALSE);
  }

  i8(id: number, value: number): void {
    this.#field(id, BYTE);
    this.sink.byte(value);
  }

  i16(id: number, value: number): void {
    this.#field(id, I16);
    this.sink.zigzag(value);
  }

  i32(id: number, value: number): void {
    this.#field(id, I32);
    this.sink.zigzag(value);
  }

  i64(id: number, value: number): void {
    this.#field(id, I64);
    this.sink.zigzag(value);
  }

  binary(id: number, bytes: Uint8Array): void {
    this.#field(id, BINARY);
    this.text(bytes);
  }

  /** An element of a list of binaries. */
  text(bytes: Uint8Array): void {
    this.sink.varint(bytes.length);
    this.sink.take(bytes, 0, bytes.length);
  }

  #list(id: number, type: number, count: number): void {
    this.#field(id, LIST);
    if (count < 15) this.sink.byte((count << 4) | type);
    else {
      this.sink.byte(0xf0 | type);
      this.sink.varint(count);
    }
  }

  /** So many structs follow, each between `begin` and `end`. */
  structs(id: number, count: number): void {
    this.#list(id, STRUCT, count);
  }

  /** So many binaries follow. */
  texts(id: number, count: number): void {
    this.#list(id, BINARY, count);
  }

  i32s(id: number, values: readonly number[]): void {
    this.#list(id, I32, values.length);
    for (const value of values) this.sink.zigzag(value);
  }

  /** Begins a struct: a field, or an element of a list. */
  begin(id?: number): void {
    if (id !== undefined) this.#field(id, STRUCT);
    this.#outer.push(this.#last);
    this.#last = 0;
  }

  end(): void {
    this.sink.byte(0);
    this.#last = this.#outer.pop()!;
  }
}
