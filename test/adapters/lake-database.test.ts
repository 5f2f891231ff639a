/** What `lake.duckdb` shows to a DuckDB that is started in the lake. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, before, describe, test } from 'node:test';
import { DuckDBInstance } from '@duckdb/node-api';
import { DATABASE_KEY, writeLakeDatabase } from '../../src/adapters/lake-database.ts';
import { markerKey } from '../../src/lake/marker.ts';
import { tables } from '../../src/lake/tables.ts';
import { ascribe } from '../cli/run.ts';
import { albLine } from '../ingest/lines.ts';
import { type TestLake, temporaryFolder, temporaryLake } from '../ingest/temporary-lake.ts';

const HERE = process.cwd();
const COUNT = 'select count(*) from http_activity';

/** Rows of a query, asked read-only by a process that is in the folder. */
async function ask(folder: string, sql: string, database = DATABASE_KEY): Promise<unknown[][]> {
  process.chdir(folder);
  const instance = await DuckDBInstance.create(database, { access_mode: 'READ_ONLY' });
  const connection = await instance.connect();
  try {
    return (await connection.runAndReadAll(sql)).getRowsJson() as unknown[][];
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

const day = (date: string): string => albLine({ time: `${date}T12:00:00.000000Z` });

afterEach(() => process.chdir(HERE));

describe('The database that an ingest leaves', () => {
  let lake: TestLake;
  const write = (): Promise<void> => writeLakeDatabase(lake.root, join(lake.root, DATABASE_KEY));

  before(async () => {
    lake = await temporaryLake({ root: join(temporaryFolder(), 'host=web1', 'dt=2001-01-01', "it's [a]") });
    await lake.take([day('2019-11-10'), day('2019-11-11')].join('\n'));
    await write();
  });

  test('has every table with its columns, and dt as a date', async () => {
    for (const { name, columns, partitioned } of tables) {
      const found = await ask(lake.root, `select column_name, column_type from (describe ${name})`);
      const names = columns.map((column) => column.name);
      assert.deepEqual(
        found.map(([column]) => column),
        partitioned ? [...names, 'dt'] : names,
        name,
      );
      if (partitioned) assert.deepEqual(found.at(-1), ['dt', 'DATE'], name);
      await ask(lake.root, `select count(*) from ${name}`);
    }
  });

  test('takes days and columns from the parts, whatever the folders above are called', async () => {
    assert.deepEqual(
      await ask(lake.root, 'select dt, host, count(*) from http_activity group by all order by 1'),
      [
        ['2019-11-10', 'www.example.com', '1'],
        ['2019-11-11', 'www.example.com', '1'],
      ],
    );
  });

  for (const name of ['a,b', 'what?', 'st*r', 'cur{a,b}', 'quo"te'])
    test(`is written in a folder called ${name}`, async () => {
      const other = await temporaryLake({ root: join(temporaryFolder(), name) });
      await other.take(day('2019-11-10'));
      await writeLakeDatabase(other.root, join(other.root, DATABASE_KEY));
      assert.deepEqual(await ask(other.root, COUNT), [['1']]);
    });

  test('knows the macros of the catalogue', async () => {
    const sql =
      "select regexp_replace('aa', 'a', 'b'), regexp_like('a', 'A'), count_if(status_code = 200) from http_activity";
    assert.deepEqual(await ask(lake.root, sql), [['bb', false, '2']]);
  });

  test('shows what is committed later, and nothing that is not', async () => {
    const marker = await lake.take(day('2019-11-12'));
    assert.deepEqual(await ask(lake.root, COUNT), [['3']]);
    const file = join(lake.root, markerKey(marker.object_id));
    renameSync(file, `${file}.away`);
    assert.deepEqual(await ask(lake.root, COUNT), [['2']]);
    assert.deepEqual(await ask(lake.root, 'select count(*) from minute_activity'), [['2']]);
    renameSync(`${file}.away`, file);
  });

  test('refuses to call a table empty that is so no longer, until it is written anew', async () => {
    assert.deepEqual(await ask(lake.root, 'select count(*) from rejects'), [['0']]);
    await lake.take([day('2019-11-13'), 'https 2019-11-13T12:00:00.000000Z and no more'].join('\n'));
    await assert.rejects(
      ask(lake.root, 'select count(*) from rejects'),
      /rejects had no parts when lake.duckdb/,
    );
    rmSync(join(lake.root, DATABASE_KEY));
    await write();
    assert.deepEqual(await ask(lake.root, 'select count(*) from rejects'), [['1']]);
  });

  test('moves with the lake', async () => {
    const elsewhere = join(temporaryFolder(), 'moved');
    renameSync(lake.root, elsewhere);
    assert.deepEqual(await ask(elsewhere, COUNT), [['4']]);
    const above = ask(join(elsewhere, '..'), COUNT, join('moved', DATABASE_KEY));
    await assert.rejects(above, /No files found/);
    renameSync(elsewhere, lake.root);
  });
});

describe('ascribe ingest', () => {
  async function ingestInto(
    name: string,
    prepare: (lake: string) => void = () => {},
  ): Promise<{ lake: string; result: Awaited<ReturnType<typeof ascribe>> }> {
    const folder = temporaryFolder();
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, 'alb.log'), day('2019-11-11'));
    const lake = join(folder, name, 'lake');
    prepare(lake);
    return { lake, result: await ascribe(['ingest', join(folder, 'alb.log'), '--lake', lake]) };
  }

  test('leaves the database in the lake, where another ingest replaces it', async () => {
    const { lake, result } = await ingestInto('case');
    assert.equal(result.code, 0, result.err);
    writeFileSync(join(lake, DATABASE_KEY), 'no database');
    const again = await ascribe(['ingest', join(lake, '..', '..', 'alb.log'), '--lake', lake]);
    assert.equal(again.code, 0, again.err);
    assert.deepEqual(await ask(lake, COUNT), [['1']]);
  });

  test('does without it where DuckDB cannot write it, and says so', async () => {
    const { lake, result } = await ingestInto('taken', (place) =>
      mkdirSync(join(place, DATABASE_KEY, 'folder'), { recursive: true }),
    );
    assert.ok(existsSync(join(lake, DATABASE_KEY, 'folder')));
    assert.equal(result.code, 0, result.err);
    assert.match(result.err, /lake.duckdb could not be written, and the lake is whole without it/);
  });
});
