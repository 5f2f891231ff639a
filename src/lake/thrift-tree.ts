import { BINARY, BYTE, FALSE, I16, I32, I64, LIST, STRUCT, type ThriftWriter, TRUE } from './thrift.ts';

/** A value of a struct that was read, whatever its meaning: enough to change one field and write all others as they were. */
export type ThriftValue =
  | { type: typeof TRUE | typeof FALSE }
  | { type: typeof BYTE | typeof I16 | typeof I32 | typeof I64; number: number }
  | { type: typeof BINARY; bytes: Uint8Array }
  | { type: typeof LIST; of: number; items: ThriftValue[] }
  | { type: typeof STRUCT; fields: ThriftStruct };

/** Fields by their ids, ascending. */
export type ThriftStruct = Map<number, ThriftValue>;

/** Reads a struct from bytes. Throws where they end too early, or hold a type that Parquet has no use for. */
export function readThrift(bytes: Uint8Array): ThriftStruct {
  return new Reader(bytes).struct();
}

class Reader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  #byte(): number {
    const byte = this.#bytes[this.#at];
    if (byte === undefined) throw new Error('a Thrift struct ends before its end');
    this.#at += 1;
    return byte;
  }

  #varint(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.#byte();
      value += (byte & 127) * scale;
      if (value > Number.MAX_SAFE_INTEGER) throw new Error('a Thrift number is beyond 2^53');
      if (byte < 128) return value;
    }
  }

  #zigzag(): number {
    const value = this.#varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  struct(): ThriftStruct {
    const fields: ThriftStruct = new Map();
    let id = 0;
    for (let head = this.#byte(); head !== 0; head = this.#byte()) {
      id = head >> 4 === 0 ? this.#zigzag() : id + (head >> 4);
      fields.set(id, this.#value(head & 15));
    }
    return fields;
  }

  #value(type: number): ThriftValue {
    switch (type) {
      case TRUE:
      case FALSE:
        return { type };
      case BYTE:
        return { type, number: this.#byte() };
      case I16:
      case I32:
      case I64:
        return { type, number: this.#zigzag() };
      case BINARY:
        return { type, bytes: this.#binary() };
      case LIST:
        return this.#list();
      case STRUCT:
        return { type, fields: this.struct() };
      default:
        throw new Error(`a Thrift value of type ${type} is none of Parquet's`);
    }
  }

  #binary(): Uint8Array {
    const length = this.#varint();
    const start = this.#at;
    if (start + length > this.#bytes.length) throw new Error('a Thrift struct ends before its end');
    this.#at += length;
    return this.#bytes.subarray(start, this.#at);
  }

  #list(): ThriftValue {
    const head = this.#byte();
    const count = head >> 4 === 15 ? this.#varint() : head >> 4;
    const of = head & 15;
    const items: ThriftValue[] = [];
    for (let index = 0; index < count; index += 1) items.push(this.#value(of));
    return { type: LIST, of, items };
  }
}

/** Writes the fields of a struct, and its end. */
export function putThrift(writer: ThriftWriter, fields: ThriftStruct): void {
  for (const [id, value] of fields) putField(writer, id, value);
}

function putField(writer: ThriftWriter, id: number, value: ThriftValue): void {
  if (value.type === STRUCT) {
    writer.begin(id);
    putThrift(writer, value.fields);
    writer.end();
  } else if (value.type === BINARY) writer.binary(id, value.bytes);
  else if (value.type === LIST) putList(writer, id, value);
  else if (value.type === BYTE) writer.i8(id, value.number);
  else if (value.type === I16) writer.i16(id, value.number);
  else if (value.type === I32) writer.i32(id, value.number);
  else if (value.type === I64) writer.i64(id, value.number);
  else writer.bool(id, value.type === TRUE);
}

function putList(
  writer: ThriftWriter,
  id: number,
  { of, items }: { of: number; items: readonly ThriftValue[] },
): void {
  if (of === STRUCT) {
    writer.structs(id, items.length);
    for (const item of items) {
      writer.begin();
      putThrift(writer, structIn(item));
      writer.end();
    }
    return;
  }
  if (of === BINARY) {
    writer.texts(id, items.length);
    for (const item of items) writer.text(item.type === BINARY ? item.bytes : new Uint8Array());
    return;
  }
  if (of !== I32) throw new Error(`a list of Thrift values of type ${of} is none of Parquet's`);
  writer.i32s(
    id,
    items.map((item) => ('number' in item ? item.number : 0)),
  );
}

/** The fields of a value that must be a struct. */
export function structIn(value: ThriftValue | undefined): ThriftStruct {
  if (value?.type !== STRUCT) throw new Error('a footer of Parquet lacks a struct');
  return value.fields;
}

/** The items of a field that must be a list. */
export function listIn(fields: ThriftStruct, id: number): ThriftValue[] {
  const value = fields.get(id);
  if (value?.type !== LIST) throw new Error(`a footer of Parquet lacks the list ${id}`);
  return value.items;
}

function numberField(fields: ThriftStruct, id: number): { number: number } {
  const value = fields.get(id);
  if (!value || !('number' in value)) throw new Error(`a footer of Parquet lacks the number ${id}`);
  return value;
}

/** Adds to a whole number that must be there. */
export function addTo(fields: ThriftStruct, id: number, count: number): void {
  numberField(fields, id).number += count;
}

/** A whole number that must be there. */
export function numberIn(fields: ThriftStruct, id: number): number {
  return numberField(fields, id).number;
}

export const struct = (fields: ThriftStruct): ThriftValue => ({ type: STRUCT, fields });
