import { ByteSink } from './byte-sink.ts';
import type { Column, ColumnType } from './column.ts';
import { BOOLEAN, BYTE_ARRAY, type Chunk, INT64, putChunk } from './parquet-chunk.ts';
import type { PartColumn } from './part-columns.ts';
import { ThriftWriter } from './thrift.ts';

/** What wrote a part, with a number that grows whenever the same rows come to lie in other bytes. */
export const PARQUET_WRITER = 'ascribe-parquet version 2';

const MAGIC = Buffer.from('PAR1');
const REQUIRED = 0;
const OPTIONAL = 1;
const UTF8 = 0;
const TIMESTAMP_MICROS = 10;
const INT_64 = 18;

const file = new ByteSink();

/**
 * A Parquet file of one row group. A statement of DuckDB that writes one costs more than the rows of a small part do. Names and
 * types are those that DuckDB gives them, and the rows decide every byte.
 */
export function encodeParquet(columns: readonly PartColumn[]): Uint8Array {
  file.clear();
  file.take(MAGIC, 0, 4);
  const chunks = columns.map((column) => putChunk(file, column));
  const footer = file.length;
  putFooter(columns, chunks);
  file.uint32(file.length - footer);
  file.take(MAGIC, 0, 4);
  // In memory of its own: what goes to another thread takes along all that it lies in, such as Node's pool.
  return new Uint8Array(file.bytes.subarray(0, file.length));
}

function putFooter(columns: readonly PartColumn[], chunks: readonly Chunk[]): void {
  const thrift = new ThriftWriter(file);
  const rows = chunks[0]!.rows;
  const sum = (of: (chunk: Chunk) => number): number => chunks.reduce((total, chunk) => total + of(chunk), 0);
  thrift.begin();
  thrift.i32(1, 2);
  putSchema(thrift, columns);
  thrift.i64(3, rows);
  thrift.structs(4, 1);
  thrift.begin();
  thrift.structs(1, chunks.length);
  for (const [index, chunk] of chunks.entries()) {
    thrift.begin();
    putColumnChunk(thrift, columns[index]!.column.name, chunk);
    thrift.end();
  }
  thrift.i64(
    2,
    sum(({ plainBytes }) => plainBytes),
  );
  thrift.i64(3, rows);
  thrift.i64(5, chunks[0]!.start);
  thrift.i64(
    6,
    sum(({ storedBytes }) => storedBytes),
  );
  thrift.end();
  thrift.binary(6, Buffer.from(PARQUET_WRITER));
  // Without it, the bounds of the columns are in no order that a reader may trust.
  thrift.structs(7, chunks.length);
  for (const _ of chunks) {
    thrift.begin();
    thrift.begin(1);
    thrift.end();
    thrift.end();
  }
  thrift.end();
}

function putSchema(thrift: ThriftWriter, columns: readonly PartColumn[]): void {
  thrift.structs(2, columns.length + 1);
  thrift.begin();
  thrift.i32(3, REQUIRED);
  thrift.binary(4, Buffer.from('schema'));
  thrift.i32(5, columns.length);
  thrift.end();
  for (const { column } of columns) {
    thrift.begin();
    putSchemaElement(thrift, column);
    thrift.end();
  }
}

/** What the schema says of a column, in a struct that has begun. */
export function putSchemaElement(thrift: ThriftWriter, { name, type }: Column): void {
  thrift.i32(1, physicalType(type));
  thrift.i32(3, OPTIONAL);
  thrift.binary(4, Buffer.from(name));
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
  thrift.text(Buffer.from(name));
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
