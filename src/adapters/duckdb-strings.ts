import { BLOB, type DuckDBDataChunk } from '@duckdb/node-api';
import duckdb from '@duckdb/node-bindings';

/** Rows of a vector, at most. */
export const VECTOR_ROWS = 2048;

export const STRING_BYTES = 16;
/** Strings up to this length lie within their 16 bytes. */
export const INLINE_BYTES = 12;

type Vector = Parameters<typeof duckdb.vector_get_data>[0];

/**
 * Text in DuckDB's own memory, of which vectors can have slices without a copy of their own: a string of DuckDB (`duckdb_string_t`
 * of its C interface, duckdb.h) is its length, its first four bytes and the address of all of them, or up to twelve bytes in
 * place. Slices live until the next text is taken: DuckDB's operators keep none of what a source gave after they ask it
 * for more.
 */
export class TextMemory {
  readonly #chunk = duckdb.create_data_chunk([BLOB.toLogicalType().logical_type]);
  #bytes: Uint8Array = new Uint8Array();
  /** Address of the text, in halves of 32 bits. */
  #low = 0;
  #high = 0;

  /** The text that slices are of from now on. */
  take(bytes: Uint8Array): void {
    this.#bytes = bytes;
    duckdb.data_chunk_reset(this.#chunk);
    if (bytes.length <= INLINE_BYTES) return;
    const vector = duckdb.data_chunk_get_vector(this.#chunk, 0);
    duckdb.vector_assign_string_element_len(vector, 0, bytes);
    const { buffer, byteOffset } = duckdb.vector_get_data(vector, STRING_BYTES);
    const string = new DataView(buffer, byteOffset);
    this.#low = string.getUint32(8, true);
    this.#high = string.getUint32(12, true);
  }

  /** Frees the text. */
  clear(): void {
    this.take(new Uint8Array());
  }

  /** Puts the slice from `start` to `end` into a row of a column. */
  slice(column: StringColumn, row: number, start: number, end: number): void {
    const { words, bytes: target } = column;
    const bytes = this.#bytes;
    const length = end - start;
    const word = row * 4;
    words[word] = length;
    if (length > INLINE_BYTES) {
      const low = this.#low + start;
      const isOver = low >= 2 ** 32;
      words[word + 1] =
        bytes[start]! | (bytes[start + 1]! << 8) | (bytes[start + 2]! << 16) | (bytes[start + 3]! << 24);
      words[word + 2] = isOver ? low - 2 ** 32 : low;
      words[word + 3] = isOver ? this.#high + 1 : this.#high;
      return;
    }
    words[word + 1] = 0;
    words[word + 2] = 0;
    words[word + 3] = 0;
    const at = row * STRING_BYTES + 4;
    for (let index = 0; index < length; index += 1) target[at + index] = bytes[start + index]!;
  }
}

/** Rows of one column on their way into a vector; each row must be set or made null. */
abstract class Column {
  readonly buffer: ArrayBuffer;
  readonly #valid = new BigUint64Array(VECTOR_ROWS / 64);
  readonly #validBytes = new Uint8Array(this.#valid.buffer);
  #hasNull = false;
  readonly #width: number;

  constructor(width: number) {
    this.#width = width;
    this.buffer = new ArrayBuffer(VECTOR_ROWS * width);
    this.clear();
  }

  setNull(row: number): void {
    this.#hasNull = true;
    this.#validBytes[row >> 3]! &= ~(1 << (row & 7));
  }

  /** Copies the first rows into a vector, and begins anew. */
  moveTo(vector: Vector, rows: number): void {
    if (rows > 0) duckdb.copy_data_to_vector(vector, 0, this.buffer, 0, rows * this.#width);
    if (!this.#hasNull) return;
    duckdb.vector_ensure_validity_writable(vector);
    const { buffer, byteLength } = this.#valid;
    duckdb.copy_data_to_vector_validity(vector, 0, buffer, 0, byteLength);
    this.clear();
  }

  clear(): void {
    this.#valid.fill(2n ** 64n - 1n);
    this.#hasNull = false;
  }
}

/** VARCHAR or BLOB. */
export class StringColumn extends Column {
  readonly words = new Uint32Array(this.buffer);
  readonly bytes = new Uint8Array(this.buffer);

  constructor() {
    super(STRING_BYTES);
  }

  override setNull(row: number): void {
    super.setNull(row);
    const word = row * 4;
    this.words[word] = 0;
    this.words[word + 1] = 0;
    this.words[word + 2] = 0;
    this.words[word + 3] = 0;
  }
}

/** BIGINT, as its lower and upper half. */
export class NumberColumn extends Column {
  readonly words = new Uint32Array(this.buffer);

  constructor() {
    super(8);
  }
}

export class BooleanColumn extends Column {
  readonly bytes = new Uint8Array(this.buffer);

  constructor() {
    super(1);
  }
}

/** A column of a chunk, and which of its rows are not null: all where it says nothing. */
export function vectorOf(
  chunk: DuckDBDataChunk,
  index: number,
): { vector: Vector; valid: Uint8Array | null } {
  const vector = duckdb.data_chunk_get_vector(chunk.chunk, index);
  const bytes = Math.ceil(chunk.rowCount / 64) * 8;
  return { vector, valid: duckdb.vector_get_validity(vector, bytes) as Uint8Array | null };
}

export function isNull(valid: Uint8Array | null, row: number): boolean {
  return valid !== null && ((valid[row >> 3]! >> (row & 7)) & 1) === 0;
}

/** The bytes of an argument's vector, so many a row, and which of its rows are not null. */
export function argumentBytes(
  input: DuckDBDataChunk,
  index: number,
  width: number,
): { bytes: Uint8Array; isValid(row: number): boolean } {
  const { vector, valid } = vectorOf(input, index);
  return {
    bytes: duckdb.vector_get_data(vector, input.rowCount * width),
    isValid: (row) => !isNull(valid, row),
  };
}
