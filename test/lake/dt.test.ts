/** `dt` is the day that a part's own folder names, whatever the folders above the lake are called. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { openCatalogue } from '../../src/adapters/catalogue.ts';
import { duckDbEngine, type LakePart, partsOf } from '../../src/adapters/duckdb-engine.ts';
import { timeParameters } from '../../src/case/span.ts';
import { type Engine, runQuery } from '../../src/catalogue/engine.ts';
import { albLine } from '../ingest/lines.ts';
import { type TestLake, temporaryFolder, temporaryLake } from '../ingest/temporary-lake.ts';

const DAYS = ['2019-11-10', '2019-11-11', '2019-11-12'] as const;
const [FIRST, SECOND] = DAYS;
const DAY = { from: Date.parse(FIRST), until: Date.parse(SECOND) };

/** One object of three days, so that its marker alone leaves no day out. */
async function threeDays(folder: string): Promise<{ lake: TestLake; source: string; parts: LakePart[] }> {
  const lake = await temporaryLake({ root: join(temporaryFolder(), folder) });
  const marker = await lake.take(DAYS.map((day) => albLine({ time: `${day}T12:00:00.000000Z` })).join('\n'));
  return { lake, source: marker.sources[0]!, parts: partsOf(lake.store, [marker]) };
}

const FOLDERS: [name: string, folder: string][] = [
  ['folders of any name', 'lake'],
  ['a folder that looks like a partition', join('case=7', "it's [a] *", 'lake')],
  ['folders that look like columns', join('host=web1', 'dt=2001-01-01', 'lake')],
  ['a folder that looks like a column to DuckDB alone', join('HOST=web1', 'lake')],
];

for (const [name, folder] of FOLDERS)
  describe(`A lake below ${name}`, () => {
    let lake: TestLake;
    let source: string;
    let parts: LakePart[];
    let engine: Engine;

    before(async () => {
      ({ lake, source, parts } = await threeDays(folder));
      engine = await duckDbEngine(parts);
    });
    after(() => engine.close());

    test('has its own columns and days', async () => {
      const { columns, rows } = await engine.run(
        'select dt, host, count(*) as requests from http_activity group by 1, 2 order by 1',
      );
      assert.deepEqual(
        columns.map(({ type }) => type),
        ['date', 'varchar', 'bigint'],
      );
      assert.deepEqual(
        rows,
        DAYS.map((day) => [day, 'www.example.com', 1]),
      );
    });

    describe('asked for one day', () => {
      before(() => {
        const others = parts.filter(({ file }) => DAYS.slice(1).some((day) => file.includes(`dt=${day}`)));
        assert.ok(others.length >= 4);
        for (const { file } of others) writeFileSync(file, 'no Parquet');
      });

      for (const filter of [
        `= date '${FIRST}'`,
        `between date '${FIRST}' and date '${FIRST}'`,
        `< date '${SECOND}'`,
      ])
        test(`opens the parts of no other one: dt ${filter}`, async () => {
          const sql = `select dt, count(*) from http_activity where dt ${filter} group by 1`;
          assert.deepEqual((await engine.run(sql)).rows, [[FIRST, 1]]);
        });

      test('opens the parts of no other one by a query of the catalogue', async () => {
        const values = { ...timeParameters(DAY), source_id: source };
        const query = openCatalogue().find('technique/paths');
        assert.equal((await runQuery(engine, { query, values })).rows.length, 1);
      });

      test('opens those of the others for all days', async () => {
        await assert.rejects(engine.run('select max(time) from http_activity'), /no Parquet|too small/i);
      });
    });

    test('shows nothing where the span holds no part, and all again after it', async () => {
      const whole = await duckDbEngine(partsOf(lake.store, [await lake.take(albLine())]));
      const sql = 'select count(*) from http_activity';
      const none = { from: DAY.from, until: DAY.from + 1 };
      assert.deepEqual((await whole.run(sql)).rows, [[1]]);
      assert.deepEqual((await whole.run(sql, { span: none })).rows, [[0]]);
      assert.deepEqual((await whole.run(sql)).rows, [[1]]);
      await whole.close();
    });
  });

test('A lake whose folder reads as a pattern shows nothing of a lake that it fits', async () => {
  const folder = temporaryFolder();
  const other = await temporaryLake({ root: join(folder, 'case a1') });
  // The same bytes, and so the same names of parts.
  for (const { key } of (await other.take(albLine())).parts) writeFileSync(other.store.locate(key), 'other');
  const lake = await temporaryLake({ root: join(folder, 'case [a]?') });
  await lake.take(albLine());
  assert.deepEqual(await lake.rows('select count(*) as requests from http_activity'), [{ requests: 1 }]);
});
