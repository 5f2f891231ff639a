import type { DuckDBConnection, DuckDBDataChunk } from '@duckdb/node-api';
import type { EncodedPart } from '../ingest/projection.ts';
import { type PartSource, partsSql } from '../ingest/projection-sql.ts';
import { sha256 } from '../lake/digest.ts';
import { encodeParquet } from '../lake/parquet.ts';
import { type PartColumn, partColumns, Texts } from '../lake/part-columns.ts';
import { sqlType, type Table } from '../lake/tables.ts';
import { readRows, wordsOf } from './duckdb-columns.ts';

const DAY_MS = 86_400_000;

/** Columns that are kept for the next parts of a table, at most so many times. */
const MOST_IDLE = 64;

/** A part whose rows are not all there yet. */
type OpenPart = { member: number; day: number; columns: PartColumn[] };

/** The rows of a vector from one to another, which are of one part. */
type Run = { part: OpenPart; range: [number, number] };

/** Makes the parts of small objects from rows that DuckDB gives. */
export class PartMaker {
  readonly #idle = new Map<Table, PartColumn[][]>();

  /** One part a source, member and day, in this order. Its rows come in the order of the source. */
  async make(
    connection: DuckDBConnection,
    sources: readonly PartSource[],
    objectIds: readonly string[],
  ): Promise<EncodedPart[]> {
    const parts: EncodedPart[] = [];
    for (const source of sources) parts.push(...(await this.#makeOf(connection, source, objectIds)));
    return parts;
  }

  async #makeOf(
    connection: DuckDBConnection,
    { table, rows }: PartSource,
    objectIds: readonly string[],
  ): Promise<EncodedPart[]> {
    const made: EncodedPart[] = [];
    let open: OpenPart[] = [];
    let done = -1;
    const finish = (parts: OpenPart[]): void => {
      parts.sort((a, b) => a.member - b.member || a.day - b.day);
      for (const part of parts) made.push(this.#encode(part, { table, objectId: objectIds[part.member]! }));
      done = Math.max(done, ...parts.map(({ member }) => member));
    };
    const result = await connection.stream(partsSql({ table, rows }));
    checkTypes(result.columnTypes().map(String), table);
    for (;;) {
      const chunk = await result.fetchChunk();
      if (!chunk || chunk.rowCount === 0) break;
      const runs = this.#runsIn(chunk, { table, open });
      if (runs.some(({ part }) => part.member <= done))
        throw new Error(`${table.name}: rows of an object are not together`);
      addRows(chunk, { table, runs });
      // The rows of an object lie together: those before the last one's have all come.
      const { member } = runs.at(-1)!.part;
      finish(open.filter((part) => part.member !== member));
      open = open.filter((part) => part.member === member);
    }
    finish(open);
    return made;
  }

  /** The runs of a chunk. A part that begins in it joins those that are open. */
  #runsIn(chunk: DuckDBDataChunk, { table, open }: { table: Table; open: OpenPart[] }): Run[] {
    const { words: members } = wordsOf(chunk, 0);
    const { words: days } = wordsOf(chunk, 1);
    const runs: Run[] = [];
    let last: Run | undefined;
    for (let row = 0; row < chunk.rowCount; row += 1) {
      const member = members[row * 2]!;
      const day = days[row * 2]!;
      if (last?.part.member === member && last.part.day === day) {
        last.range[1] = row + 1;
        continue;
      }
      let part = open.find((each) => each.member === member && each.day === day);
      if (!part) {
        part = { member, day, columns: this.#idle.get(table)?.pop() ?? partColumns(table) };
        open.push(part);
      }
      last = { part, range: [row, row + 1] };
      runs.push(last);
    }
    return runs;
  }

  #encode(
    { member, day, columns }: OpenPart,
    { table, objectId }: { table: Table; objectId: string },
  ): EncodedPart {
    const { rows } = columns.find(({ column }) => column.name !== 'object_id')!.values;
    const id = columns.find(({ column }) => column.name === 'object_id')!;
    if (id.values instanceof Texts) id.values.repeat(Buffer.from(objectId), rows);
    const bytes = encodeParquet(
      table.columns,
      columns.map(({ values }) => values),
    );
    for (const { values } of columns) values.clear();
    const idle = this.#idle.get(table) ?? [];
    this.#idle.set(table, idle);
    if (idle.length < MOST_IDLE) idle.push(columns);
    const date = new Date(day * DAY_MS).toISOString().slice(0, 10);
    return { table, member, day: date, rows, bytes, sha256: sha256(bytes), isStraight: false };
  }
}

function addRows(chunk: DuckDBDataChunk, { table, runs }: { table: Table; runs: readonly Run[] }): void {
  let vector = 2;
  for (const [place, { name }] of table.columns.entries()) {
    if (name === 'object_id') continue;
    const read = readRows(chunk, vector, runs[0]!.part.columns[place]!.values);
    for (const { part, range } of runs) read(part.columns[place]!.values, range);
    vector += 1;
  }
}

/** Vectors are read as they lie in memory: one of another type would be read wrongly. */
function checkTypes(found: readonly string[], table: Table): void {
  const columns = table.columns.filter(({ name }) => name !== 'object_id');
  const expected = ['BIGINT', 'BIGINT', ...columns.map(({ type }) => sqlType(type))];
  if (found.join() !== expected.join())
    throw new Error(`${table.name}: DuckDB gave ${found.join()}, not ${expected.join()}`);
}
