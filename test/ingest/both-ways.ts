/** What becomes of records one way and the others: by way of a table, streamed into parts, or as a small object's. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after } from 'node:test';
import { DuckDBInstance } from '@duckdb/node-api';
import { duckDbProjector } from '../../src/adapters/duckdb-projector.ts';
import { createEnricher } from '../../src/enrich/enricher.ts';
import type { Format } from '../../src/formats/format.ts';
import type { Member, MemberPart, ProjectedBlock } from '../../src/ingest/projection.ts';
import { sha256 } from '../../src/lake/digest.ts';
import { sqlText } from '../../src/lake/tables.ts';
import { smallBook } from '../enrich/small-book.ts';
import { RECEIVED, temporaryFolder } from './temporary-lake.ts';

const projector = await duckDbProjector(createEnricher(smallBook(), null));
after(() => projector.close());
const instance = await DuckDBInstance.create(':memory:');
after(() => instance.closeSync());

/** Rows by table and day, and how many of them were straight. */
export type Made = { block: ProjectedBlock; parts: Record<string, string[]>; straightRows: number };

async function rowsOf(sql: string): Promise<string[]> {
  const connection = await instance.connect();
  const reader = await connection.runAndReadAll(`select cast(t as varchar) from (${sql}) t`);
  connection.closeSync();
  return reader.getRows().map(([row]) => String(row));
}

/** Rows of a day's parts of a table, whose bytes can differ by how the rows came into them. */
async function rowsIn(parts: readonly MemberPart[]): Promise<string[]> {
  const [{ table, day }] = parts as [MemberPart];
  const files = parts.map(({ file }) => sqlText(file)).join(', ');
  const rows = `from (select ${table.columns.flatMap(({ name }) => (name === 'object_id' ? [] : [name])).join(', ')} from read_parquet([${files}], hive_partitioning = false))`;
  const [count] = await rowsOf(`select count(*) as rows ${rows}`);
  assert.equal(count, `{'rows': ${parts.reduce((sum, part) => sum + part.rows, 0)}}`);
  if (table.columns.some(({ name }) => name === 'record_no'))
    return rowsOf(`select * ${rows} order by record_no`);
  assert.equal(table.name, 'minute_activity', day);
  const counts = table.columns
    .filter(({ type }) => type === 'bigint')
    .map(({ name }) => `sum(${name}) as ${name}`);
  return rowsOf(
    `select source_id, format, vantage, minute, host, ${counts.join(', ')} ${rows} group by all order by all`,
  );
}

export async function made(
  format: Format,
  { blocks, way }: { blocks: readonly Member[]; way: 'project' | 'stream' | 'together' },
): Promise<Made> {
  const projection = await projector.open({ format, receivedAt: RECEIVED, label: 'a-log' });
  const parts: MemberPart[] = [];
  let straightRows = 0;
  let block: ProjectedBlock;
  if (way === 'stream') {
    // A folder called as a column is, which would be one to whoever reads parts back as DuckDB likes to.
    const folder = join(temporaryFolder(), 'host=web1', 'source_id=x');
    const streamed = await projection.stream(blocks, folder);
    block = streamed.block;
    parts.push(...streamed.straight, ...streamed.parts);
    straightRows = streamed.straight[0]?.rows ?? 0;
  } else if (way === 'together') {
    assert.equal(blocks.length, 1, 'a small object is one block');
    const objectId = sha256(blocks[0]!.text);
    // The same object twice: what comes before it changes nothing.
    const [first, second] = await projection.project(
      [...blocks, ...blocks].map((each) => ({ ...each, objectId })),
    );
    assert.deepEqual(first, second);
    block = second!;
    const encoded = await projection.encodeParts();
    const digestsOf = (member: number) =>
      encoded.flatMap((part) => (part.member === member ? [part.sha256] : []));
    assert.deepEqual(digestsOf(0), digestsOf(1));
    for (const [index, { bytes, isStraight, ...part }] of encoded.entries()) {
      if (part.member === 0) continue;
      const file = join(temporaryFolder(), `${index}.parquet`);
      writeFileSync(file, bytes);
      assert.deepEqual(await rowsOf(`select distinct object_id from read_parquet(${sqlText(file)})`), [
        `{'object_id': ${objectId}}`,
      ]);
      parts.push({ ...part, file });
      if (isStraight && part.table.name === format.table.name) straightRows += part.rows;
    }
  } else {
    const projected: ProjectedBlock[] = [];
    for (const each of blocks) projected.push(...(await projection.project([each])));
    block = projected.reduce(joined);
  }
  parts.push(...(await projection.writeParts(temporaryFolder())));
  const byPlace: Record<string, string[]> = {};
  for (const [place, own] of Map.groupBy(parts, ({ table, day }) => `${table.name}/${day}`))
    byPlace[place] = await rowsIn(own);
  await projection.close();
  return { block, parts: byPlace, straightRows };
}

function joined(a: ProjectedBlock, b: ProjectedBlock): ProjectedBlock {
  const union = (one: string[], other: string[]) => [...new Set([...one, ...other])].sort();
  const sum = (name: keyof ProjectedBlock['ledger']) => a.ledger[name] + b.ledger[name];
  const known = (...values: (number | null)[]) => values.filter((value) => value !== null);
  const [first, last] = [known(a.first, b.first), known(a.last, b.last)];
  return {
    ledger: {
      ...{ records: sum('records'), rows: sum('rows'), rejects: sum('rejects') },
      ...{ headers: sum('headers'), blanks: sum('blanks'), notices: sum('notices') },
    },
    first: first.length > 0 ? Math.min(...first) : null,
    last: last.length > 0 ? Math.max(...last) : null,
    days: union(a.days, b.days),
    sources: union(a.sources, b.sources),
    rejects: [...a.rejects, ...b.rejects],
    header: null,
  };
}

/** Equal, part by part and row by row, so that a difference is shown alone. */
export function assertSame(actual: Made, expected: Made): void {
  assert.deepEqual(Object.keys(actual.parts).sort(), Object.keys(expected.parts).sort());
  for (const [place, rows] of Object.entries(expected.parts)) {
    const others = actual.parts[place]!;
    for (const [index, row] of rows.entries()) assert.equal(others[index], row, place);
    assert.equal(others.length, rows.length);
  }
  assert.deepEqual(actual.block, expected.block);
}
