import type { DuckDBDataChunk } from '@duckdb/node-api';
import duckdb from '@duckdb/node-bindings';
import { Flags, type Numbers, type TextSource, Texts } from '../lake/part-columns.ts';
import { INLINE_BYTES, isNull, STRING_BYTES, VECTOR_ROWS, vectorOf } from './duckdb-strings.ts';

type Vector = ReturnType<typeof duckdb.data_chunk_get_vector>;

/** Adds rows of a vector to the column of a part. */
export type RowReader = (values: Numbers | Flags | Texts, range: readonly [number, number]) => void;

/** Texts of a vector, copied out of DuckDB's memory. */
class TextRows implements TextSource {
  bytes = Buffer.allocUnsafeSlow(1 << 14);
  readonly starts = new Uint32Array(VECTOR_ROWS + 1);
  #end = 0;

  /** What lies side by side in DuckDB's memory, as the texts of a vector do, is copied at once. */
  read(vector: Vector, rows: number, valid: Uint8Array | null): void {
    const data = duckdb.vector_get_data(vector, rows * STRING_BYTES);
    const words = new Uint32Array(data.buffer, data.byteOffset, rows * 4);
    const { starts } = this;
    this.#end = 0;
    let run = -1;
    let runBytes = 0;
    let nextLow = 0;
    let nextHigh = 0;
    const endRun = (): void => {
      if (run < 0) return;
      const at = data.byteOffset + run * STRING_BYTES + 8;
      this.#copy(duckdb.get_data_from_pointer(data.buffer as ArrayBuffer, at, runBytes));
      run = -1;
    };
    for (let row = 0; row < rows; row += 1) {
      const word = row * 4;
      const length = isNull(valid, row) ? 0 : words[word]!;
      starts[row] = run < 0 ? this.#end : this.#end + runBytes;
      if (length > INLINE_BYTES) {
        const [low, high] = [words[word + 2]!, words[word + 3]!];
        if (run < 0 || low !== nextLow || high !== nextHigh) {
          endRun();
          run = row;
          runBytes = 0;
        }
        runBytes += length;
        nextLow = (low + length) % 2 ** 32;
        nextHigh = low + length < 2 ** 32 ? high : high + 1;
      } else if (length > 0) {
        endRun();
        const at = row * STRING_BYTES + 4;
        this.#reserve(length);
        for (let index = 0; index < length; index += 1) this.bytes[this.#end + index] = data[at + index]!;
        this.#end += length;
      }
    }
    endRun();
    starts[rows] = this.#end;
  }

  #copy(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.bytes.set(bytes, this.#end);
    this.#end += bytes.length;
  }

  #reserve(count: number): void {
    const least = this.#end + count;
    if (least <= this.bytes.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(least, this.bytes.length * 2));
    grown.set(this.bytes.subarray(0, this.#end));
    this.bytes = grown;
  }
}

const texts = new TextRows();

/** The rows of a vector, to be added to the columns of parts before those of another vector are read. */
export function readRows(chunk: DuckDBDataChunk, index: number, kind: Numbers | Flags | Texts): RowReader {
  const rows = chunk.rowCount;
  const { vector, valid } = vectorOf(chunk, index);
  if (kind instanceof Texts) {
    texts.read(vector, rows, valid);
    return (values, range) => (values as Texts).add(texts, valid, range);
  }
  if (kind instanceof Flags) {
    const bytes = duckdb.vector_get_data(vector, rows);
    return (values, range) => (values as Flags).add(bytes, valid, range);
  }
  const { words } = wordsOf(chunk, index);
  return (values, range) => (values as Numbers).add(words, valid, range);
}

/** The texts of a vector of VARCHAR side by side, until the next are read, and which rows are not null: all where it says nothing. */
export function bytesOfTexts(
  chunk: DuckDBDataChunk,
  index: number,
): { bytes: Buffer; starts: Uint32Array; valid: Uint8Array | null } {
  const { vector, valid } = vectorOf(chunk, index);
  texts.read(vector, chunk.rowCount, valid);
  return { bytes: texts.bytes, starts: texts.starts, valid };
}

/** The texts of a vector of VARCHAR as they are: DuckDB's package leaves out a byte order mark at the start of one. */
export function textsIn(chunk: DuckDBDataChunk, index: number): (string | null)[] {
  const { bytes, starts, valid } = bytesOfTexts(chunk, index);
  return Array.from({ length: chunk.rowCount }, (_, row) =>
    isNull(valid, row) ? null : bytes.toString('utf8', starts[row]!, starts[row + 1]!),
  );
}

/** The values of a vector of BIGINT or TIMESTAMP, as halves, and which of its rows are not null. */
export function wordsOf(
  chunk: DuckDBDataChunk,
  index: number,
): { words: Uint32Array; valid: Uint8Array | null } {
  const { vector, valid } = vectorOf(chunk, index);
  const data = duckdb.vector_get_data(vector, chunk.rowCount * 8);
  return { words: new Uint32Array(data.buffer, data.byteOffset, chunk.rowCount * 2), valid };
}
