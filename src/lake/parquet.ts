import { ByteSink } from './byte-sink.ts';
import type { Column, ColumnType } from './column.ts';
import { BOOLEAN, BYTE_ARRAY, type Chunk, INT64, putChunk, SNAPPY } from './parquet-chunk.ts';
import type { PartValues } from './part-columns.ts';
import { ThriftWriter } from './thrift.ts';

/** What wrote a part, with a number that grows whenever the same rows come to lie in other bytes. */
export const PARQUET_WRITER = 'ascribe-parquet version 6';

const MAGIC = Buffer.from('PAR1');
const REQUIRED = 0;
const OPTIONAL = 1;
const UTF8 = 0;
const TIMESTAMP_MICROS = 10;
const INT_64 = 18;

/**
 * A Parquet file on its way. Names and types are those that DuckDB gives them, and the rows decide every byte. One is
 * written at a time: `end` gives its bytes, and the next can begin.
 */
export class ParquetWriter {
  readonly #file = new ByteSink();
  readonly #thrift = new ThriftWriter(this.#file);
  #columns: readonly Column[] = [];
  #groups: Chunk[][] = [];

  begin(columns: readonly Column[]): void {
    this.#columns = columns;
    this.#groups = [];
    this.#file.clear();
    this.#file.take(MAGIC, 0, 4);
  }

  /** Adds a row group. `valuesOf` is asked for a column after the last was written, so that it may use the same memory. */
  group(valuesOf: (place: number) => PartValues, codec: number): void {
    const options = { codec };
    this.#groups.push(this.#columns.map((_, place) => putChunk(this.#thrift, valuesOf(place), options)));
  }

  end(): Uint8Array {
    const file = this.#file;
    const footer = file.length;
    putFooter(this.#thrift, { columns: this.#columns, groups: this.#groups });
    file.uint32(file.length - footer);
    file.take(MAGIC, 0, 4);
    // In memory of its own: what goes to another thread takes along all that it lies in, such as Node's pool.
    return new Uint8Array(file.bytes.subarray(0, file.length));
  }
}

const small = new ParquetWriter();

/**
 * A Parquet file of one row group. A statement of DuckDB that writes one costs more than the rows of a small part do.
 */
export function encodeParquet(columns: readonly Column[], values: readonly PartValues[]): Uint8Array {
  small.begin(columns);
  small.group((place) => values[place]!, SNAPPY);
  return small.end();
}

/** Of columns, what the footer says of them alone: it is the same in each file. */
const schemas = new WeakMap<readonly Column[], Uint8Array>();
const names = new Map<string, Uint8Array>();

function bytesOfName(name: string): Uint8Array {
  const known = names.get(name) ?? Buffer.from(name);
  names.set(name, known);
  return known;
}

const WRITER = Buffer.from(PARQUET_WRITER);
const ROOT = Buffer.from('schema');

function putFooter(
  thrift: ThriftWriter,
  { columns, groups }: { columns: readonly Column[]; groups: readonly (readonly Chunk[])[] },
): void {
  thrift.begin();
  thrift.i32(1, 2);
  putSchema(thrift, columns);
  thrift.i64(
    3,
    groups.reduce((rows, chunks) => rows + chunks[0]!.rows, 0),
  );
  thrift.structs(4, groups.length);
  for (const chunks of groups) putGroup(thrift, { columns, chunks });
  thrift.binary(6, WRITER);
  // Without it, the bounds of the columns are in no order that a reader may trust.
  thrift.structs(7, columns.length);
  for (const _ of columns) {
    thrift.begin();
    thrift.begin(1);
    thrift.end();
    thrift.end();
  }
  thrift.end();
}

function putGroup(
  thrift: ThriftWriter,
  { columns, chunks }: { columns: readonly Column[]; chunks: readonly Chunk[] },
): void {
  const sum = (of: (chunk: Chunk) => number): number => chunks.reduce((total, chunk) => total + of(chunk), 0);
  thrift.begin();
  thrift.structs(1, chunks.length);
  for (const [index, chunk] of chunks.entries()) {
    thrift.begin();
    putColumnChunk(thrift, columns[index]!.name, chunk);
    thrift.end();
  }
  thrift.i64(
    2,
    sum(({ plainBytes }) => plainBytes),
  );
  thrift.i64(3, chunks[0]!.rows);
  thrift.i64(5, chunks[0]!.start);
  thrift.i64(
    6,
    sum(({ storedBytes }) => storedBytes),
  );
  thrift.end();
}

function putSchema(thrift: ThriftWriter, columns: readonly Column[]): void {
  thrift.structs(2, columns.length + 1);
  const { sink } = thrift;
  const known = schemas.get(columns);
  if (known) {
    sink.take(known, 0, known.length);
    return;
  }
  const start = sink.length;
  thrift.begin();
  thrift.i32(3, REQUIRED);
  thrift.binary(4, ROOT);
  thrift.i32(5, columns.length);
  thrift.end();
  for (const column of columns) {
    thrift.begin();
    putSchemaElement(thrift, column);
    thrift.end();
  }
  schemas.set(columns, Uint8Array.prototype.slice.call(sink.bytes, start, sink.length));
}

/** What the schema says of a column, in a struct that has begun. */
export function putSchemaElement(thrift: ThriftWriter, { name, type }: Column): void {
  thrift.i32(1, physicalType(type));
  thrift.i32(3, OPTIONAL);
  thrift.binary(4, bytesOfName(name));
  putMeaning(thrift, type);
}

function physicalType(type: ColumnType): number {
  return type === 'varchar' ? BYTE_ARRAY : type === 'boolean' ? BOOLEAN : INT64;
}

function putMeaning(thrift: ThriftWriter, type: ColumnType): void {
  if (type === 'varchar') thrift.i32(6, UTF8);
  if (type === 'bigint') thrift.i32(6, INT_64);
  if (type !== 'timestamp') return;
  thrift.i32(6, TIMESTAMP_MICROS);
  // A logical type: a timestamp without a zone, in microseconds.
  thrift.begin(10);
  thrift.begin(8);
  thrift.bool(1, false);
  thrift.begin(2);
  thrift.begin(2);
  thrift.end();
  thrift.end();
  thrift.end();
  thrift.end();
}

/** Where a column of a row group lies and what it holds, in a struct that has begun. */
export function putColumnChunk(thrift: ThriftWriter, name: string, chunk: Chunk): void {
  thrift.i64(2, 0);
  thrift.begin(3);
  thrift.i32(1, chunk.type);
  thrift.i32s(2, chunk.encodings);
  thrift.texts(3, 1);
  thrift.text(bytesOfName(name));
  thrift.i32(4, chunk.codec);
  thrift.i64(5, chunk.rows);
  thrift.i64(6, chunk.plainBytes);
  thrift.i64(7, chunk.storedBytes);
  thrift.i64(9, chunk.dataAt);
  if (chunk.hasDictionary) thrift.i64(11, chunk.start);
  thrift.begin(12);
  thrift.i64(3, chunk.nulls);
  if (chunk.bounds) {
    thrift.binary(5, chunk.bounds.max);
    thrift.binary(6, chunk.bounds.min);
  }
  thrift.end();
  thrift.end();
}
