import { ByteSink } from './byte-sink.ts';
import type { Column } from './column.ts';
import { putColumnChunk, putSchemaElement } from './parquet.ts';
import { type Chunk, putConstant } from './parquet-chunk.ts';
import { ThriftWriter } from './thrift.ts';
import {
  addTo,
  listIn,
  numberIn,
  putThrift,
  readThrift,
  struct,
  structIn,
  type ThriftStruct,
} from './thrift-tree.ts';

/** Length of the footer and the word that ends a file. */
export const TAIL_BYTES = 8;
const MAGIC = 'PAR1';

/** Fields of the structs of a footer (apache/parquet-format, parquet.thrift). */
const FILE = { schema: 2, rowGroups: 4, columnOrders: 7 };
const SCHEMA_ROOT = { children: 5 };
const ROW_GROUP = { columns: 1, plainBytes: 2, rows: 3, storedBytes: 6 };

/** Where the footer of a Parquet file starts, from its last bytes and its size. Throws where it is none. */
export function footerStart(tail: Uint8Array, size: number): number {
  const end = Buffer.from(tail.subarray(-TAIL_BYTES));
  const start = size - TAIL_BYTES - (end.length === TAIL_BYTES ? end.readUInt32LE(0) : size);
  if (end.toString('latin1', 4) !== MAGIC || start < MAGIC.length)
    throw new Error('a part is no Parquet file');
  return start;
}

/** What is written for one part after the other. */
const end = new ByteSink();
const endThrift = new ThriftWriter(end);
const piece = new ByteSink();

/**
 * What stands in the place of a file's footer, so that the file has one column more, which holds one text in all rows:
 * the column of each row group, and the footer with it. No byte before the footer changes.
 */
export function withConstant(
  footer: Buffer,
  { at, column, place, text }: { at: number; column: Column; place: number; text: string },
): Buffer {
  const file = readThrift(footer.subarray(0, -TAIL_BYTES));
  end.clear();
  for (const group of listIn(file, FILE.rowGroups).map(structIn)) {
    const chunk = putConstant(endThrift, Buffer.from(text), numberIn(group, ROW_GROUP.rows));
    const placed: Chunk = { ...chunk, start: at + chunk.start, dataAt: at + chunk.dataAt };
    const written = built((thrift) => putColumnChunk(thrift, column.name, placed));
    listIn(group, ROW_GROUP.columns).splice(place, 0, struct(written));
    addTo(group, ROW_GROUP.plainBytes, chunk.plainBytes);
    if (group.has(ROW_GROUP.storedBytes)) addTo(group, ROW_GROUP.storedBytes, chunk.storedBytes);
  }
  const schema = listIn(file, FILE.schema);
  addTo(structIn(schema[0]), SCHEMA_ROOT.children, 1);
  schema.splice(place + 1, 0, struct(built((thrift) => putSchemaElement(thrift, column))));
  // Of all columns alike: by the type.
  if (file.has(FILE.columnOrders)) {
    const orders = listIn(file, FILE.columnOrders);
    orders.splice(place, 0, orders[0]!);
  }
  const start = end.length;
  endThrift.begin();
  putThrift(endThrift, file);
  endThrift.end();
  end.uint32(end.length - start);
  end.take(Buffer.from(MAGIC), 0, MAGIC.length);
  return Buffer.from(end.bytes.subarray(0, end.length));
}

/** The fields of a struct, as they are written. */
function built(put: (thrift: ThriftWriter) => void): ThriftStruct {
  piece.clear();
  const thrift = new ThriftWriter(piece);
  thrift.begin();
  put(thrift);
  thrift.end();
  // A copy, since what is read keeps its bytes.
  return readThrift(Buffer.from(piece.bytes.subarray(0, piece.length)));
}
