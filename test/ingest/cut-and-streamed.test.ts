/** A record says the same whichever way it is read: cut or by expressions, streamed into a part or by way of a table. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { DuckDBInstance } from '@duckdb/node-api';
import { mutated } from '../../scripts/fuzz-records.ts';
import { formatAssets } from '../../src/adapters/assets.ts';
import { duckDbProjector } from '../../src/adapters/duckdb-projector.ts';
import { createEnricher } from '../../src/enrich/enricher.ts';
import { type Format, parseFormat } from '../../src/formats/format.ts';
import type { Member, MemberPart, ProjectedBlock } from '../../src/ingest/projection.ts';
import { countRecords, toUtf8 } from '../../src/ingest/text.ts';
import { sqlText } from '../../src/lake/tables.ts';
import { createRandom } from '../../src/simulate/random.ts';
import { smallBook } from '../enrich/small-book.ts';
import { VALID } from '../formats/valid-records.ts';
import { RECEIVED, temporaryFolder } from './temporary-lake.ts';

/** Of unequal length, so that some end in a few rows more than a vector of DuckDB holds. */
const BLOCKS = [2_030, 2_040, 1_930];
const RECORDS = BLOCKS.reduce((sum, length) => sum + length);

const projector = await duckDbProjector(createEnricher(smallBook(), null));
after(() => projector.close());
const instance = await DuckDBInstance.create(':memory:');
after(() => instance.closeSync());
const formats = formatAssets().map(parseFormat);

/** Quotes after the agent that nothing closes, as in a line that was cut short. */
const OPEN_TAILS = [' "abc', ' abc"', ' "a" "b', ' "x\\"', ' "192.0.2.7"', ' 0.004'].map(
  (tail) => `192.0.2.1 - - [11/Nov/2019:15:42:00 +0000] "GET /a HTTP/1.1" 200 5 "-" "curl"${tail}`,
);

/** A third of the records are sound, a third of the next day, and the rest broken. */
function blocksOf(format: Format): Member[] {
  const random = createRandom(7, `cut/${format.id}`);
  const sound = VALID[format.id]!.records;
  const record = (index: number): string => {
    if (index % 3 === 0) {
      const isTail = format.id === 'apache-combined' && index % 9 === 0;
      return random.pick(isTail ? OPEN_TAILS : sound);
    }
    if (index % 3 === 1) return mutated(sound, random);
    return random.pick(sound).replace('11/Nov/2019', '12/Nov/2019').replace('2019-11-11', '2019-11-12');
  };
  let firstRecord = 1;
  return BLOCKS.map((length): Member => {
    const list = Array.from({ length }, (_, index) => record(index));
    const text = toUtf8(Buffer.from(list.join('\n'), 'latin1'));
    const records = countRecords(text);
    const block = { text, firstRecord, records, header: null };
    firstRecord += records;
    return block;
  });
}

type Made = { block: ProjectedBlock; parts: Record<string, string[]> };

/** Rows of a part, in order. Its bytes can differ by how the rows came into groups. */
async function rowsOf({ file }: MemberPart): Promise<string[]> {
  const connection = await instance.connect();
  const reader = await connection.runAndReadAll(
    `select cast(t as varchar) from read_parquet(${sqlText(file)}, hive_partitioning = false) t`,
  );
  connection.closeSync();
  return reader.getRows().map(([row]) => String(row));
}

async function made(format: Format, way: 'project' | 'stream'): Promise<Made> {
  const projection = await projector.open({ format, receivedAt: RECEIVED, label: 'a-log' });
  const blocks = blocksOf(format);
  const parts: MemberPart[] = [];
  let block: ProjectedBlock;
  if (way === 'stream') {
    // A folder called as a column is, which would be one to whoever reads parts back as DuckDB likes to.
    const folder = join(temporaryFolder(), 'host=web1', 'source_id=x');
    const streamed = await projection.stream(blocks, folder);
    block = streamed.block;
    parts.push(...streamed.parts);
  } else {
    const projected: ProjectedBlock[] = [];
    for (const each of blocks) projected.push(...(await projection.project([each])));
    block = projected.reduce(joined);
  }
  parts.push(...(await projection.writeParts(temporaryFolder())));
  const byPlace: Record<string, string[]> = {};
  for (const part of parts) {
    const rows = await rowsOf(part);
    assert.equal(rows.length, part.rows);
    byPlace[`${part.table.name}/${part.day}`] = rows;
  }
  await projection.close();
  return { block, parts: byPlace };
}

function joined(a: ProjectedBlock, b: ProjectedBlock): ProjectedBlock {
  const union = (one: string[], other: string[]) => [...new Set([...one, ...other])].sort();
  const sum = (name: keyof ProjectedBlock['ledger']) => a.ledger[name] + b.ledger[name];
  return {
    ledger: {
      ...{ records: sum('records'), rows: sum('rows'), rejects: sum('rejects') },
      ...{ headers: sum('headers'), blanks: sum('blanks'), notices: sum('notices') },
    },
    first: Math.min(a.first!, b.first!),
    last: Math.max(a.last!, b.last!),
    days: union(a.days, b.days),
    sources: union(a.sources, b.sources),
    rejects: [...a.rejects, ...b.rejects],
    header: null,
  };
}

/** Equal, part by part and row by row, so that a difference is shown alone. */
function assertSame(actual: Made, expected: Made): void {
  assert.deepEqual(Object.keys(actual.parts).sort(), Object.keys(expected.parts).sort());
  for (const [place, rows] of Object.entries(expected.parts)) {
    const others = actual.parts[place]!;
    for (const [index, row] of rows.entries()) assert.equal(others[index], row, place);
    assert.equal(others.length, rows.length);
  }
  assert.deepEqual(actual.block, expected.block);
}

/** The same format whose records are never cut; or one that counts those that are. */
function withCutter(format: Format, cut: NonNullable<Format['cutter']>['cut']): Format {
  return { ...format, cutter: { names: format.cutter!.names, cut } };
}

describe('A record that is cut', () => {
  const cutting = formats.filter(({ cutter }) => cutter !== null);
  assert.deepEqual(
    cutting.map(({ id }) => id),
    ['apache-combined', 'aws-alb'],
  );
  for (const format of cutting) {
    test(`is what the expressions make of it: ${format.id}`, async () => {
      let count = 0;
      const counting = withCutter(format, (...args) => {
        const isCut = format.cutter!.cut(...args);
        if (isCut) count += 1;
        return isCut;
      });
      const cut = await made(counting, 'project');
      assert.deepEqual(
        cut,
        await made(
          withCutter(format, () => false),
          'project',
        ),
      );
      // Neither all nor none, so that both ways were gone.
      assert.ok(count > RECORDS / 4 && count < RECORDS, `${count} of ${RECORDS} were cut`);
      assert.ok(cut.block.ledger.rejects > 0);
    });
  }
});

describe('Records that are streamed into a part', () => {
  for (const format of formats.filter(({ headers }) => headers === null)) {
    test(`are those of the table: ${format.id}`, async () => {
      const streamed = await made(format, 'stream');
      assertSame(streamed, await made(format, 'project'));
      assert.ok(Object.keys(streamed.parts).length >= 2);
      assert.equal(
        streamed.block.ledger.records,
        blocksOf(format).reduce((sum, { records }) => sum + records, 0),
      );
    });
  }
});
