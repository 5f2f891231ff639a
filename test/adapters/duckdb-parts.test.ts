/** Parts of small objects, as our own writer makes them, against those that DuckDB would write of the same rows. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { DuckDBInstance } from '@duckdb/node-api';
import { PartMaker } from '../../src/adapters/duckdb-parts.ts';
import { PartFiles } from '../../src/adapters/part-files.ts';
import { partRowsSql } from '../../src/ingest/projection-sql.ts';
import { column, type Table } from '../../src/lake/column.ts';
import { sha256 } from '../../src/lake/digest.ts';
import { sqlType } from '../../src/lake/tables.ts';

const folder = mkdtempSync(join(tmpdir(), 'ascribe-parts-'));
after(() => rmSync(folder, { recursive: true }));

/** SQL of a value by the number `i` of its row, and the type of its column. */
const VALUES: Record<string, [type: 'bigint' | 'varchar' | 'boolean' | 'timestamp', sql: string]> = {
  counted: ['bigint', 'i'],
  constant: ['bigint', '7'],
  few: ['bigint', 'i % 5 - 2'],
  sparse: ['bigint', 'case when i % 3 = 0 then i * i end'],
  nothing: ['bigint', 'null'],
  scattered: ['bigint', 'hash(i)::hugeint - 9223372036854775808::hugeint'],
  wide: ['bigint', 'case when i % 2 = 0 then -9223372036854775808 else 9223372036854775807 end'],
  steps: ['bigint', 'i * 4000000000'],
  descending: ['bigint', '1573430400000000000 - i * i * 1001'],
  moment: ['timestamp', "timestamp '2019-11-11' + i * interval 1 millisecond"],
  before: ['timestamp', "timestamp '1969-11-11' - i * interval 3 hour"],
  yes: ['boolean', 'true'],
  maybe: ['boolean', 'case when i % 7 < 3 then i % 7 = 1 end'],
  alike: ['varchar', "'app/web/5f1d8a3c07b9e264'"],
  short: ['varchar', "'s' || i % 3"],
  empty: ['varchar', "case when i % 2 = 0 then '' end"],
  none: ['varchar', 'null'],
  ids: ['varchar', "'Root=1-' || md5(i::varchar)"],
  mixed: [
    'varchar',
    "case i % 4 when 0 then null when 1 then 'é\u{1f600}' else repeat('x' || i, i % 40) end",
  ],
  many: ['varchar', "'word ' || i % 6000"],
  long: ['varchar', "case when i % 50 = 0 then repeat('0123456789', 9000) || i else 'a' end"],
  agents: ['varchar', "'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/' || hash(i) % 90 || '.0'"],
  odd: ['varchar', "'a\n\t\"' || chr(0) || i"],
};

const table: Table = {
  name: 'things',
  about: '',
  partitioned: true,
  columns: [
    column('object_id', 'varchar', ''),
    ...Object.entries(VALUES).map(([name, [type]]) => column(name, type, '')),
  ],
};

/** Rows of each member. */
const SIZES = [1, 2, 7, 8, 9, 31, 33, 139, 129, 2048, 2049, 1, 12_000, 300];
const IDS = SIZES.map((_, member) => `${member}`.padStart(64, 'ab'));

const connection = await (await DuckDBInstance.create(':memory:', { threads: '1' })).connect();
const rowsOf = async (sql: string) => (await connection.runAndReadAll(sql)).getRowsJson();

async function fill(days: string): Promise<void> {
  const members = SIZES.map(
    (rows, member) => `select ${member}::bigint as member, unnest(range(${rows})) as i`,
  );
  const columns = Object.entries(VALUES).map(
    ([name, [type, sql]]) => `cast(${sql} as ${sqlType(type)}) as ${name}`,
  );
  await connection.run(
    `create or replace temp table things as select member, ${days} as dt, ${columns.join(', ')} from (${members.join(' union all ')})`,
  );
}

const days = {
  'one day': "date '2019-11-11'",
  'days that take turns': "date '2019-11-11' + (i * 7 % 3)::integer",
};
for (const [name, sql] of Object.entries(days)) {
  test(`hold the rows, names and types that DuckDB would write: ${name}`, async () => {
    await fill(sql);
    const source = { table, rows: 'things' };
    const parts = await new PartMaker().make(connection, [source], IDS);
    const places = await rowsOf('select distinct member, dt::varchar from things order by all');
    assert.deepEqual(
      parts.map(({ member, day }) => [`${member}`, day]),
      places,
    );
    const [ours, theirs] = [join(folder, 'ours.parquet'), join(folder, 'theirs.parquet')];
    for (const { member, day, bytes, rows } of parts) {
      writeFileSync(ours, bytes);
      await connection.run(`copy (${partRowsSql(source, { member, day })}) to '${theirs}' (format parquet)`);
      const files = new PartFiles(Buffer.alloc(1 << 12));
      // From memory, as straight rows are, or as DuckDB left it.
      if (member % 2 === 0) await files.write(theirs, readFileSync(theirs));
      const digest = await files.name({ table, file: theirs }, IDS[member]!);
      assert.equal(digest, sha256(readFileSync(theirs)));
      const read = (file: string) => rowsOf(`select * from read_parquet('${file}')`);
      assert.deepEqual(await read(ours), await read(theirs));
      assert.equal((await read(ours)).length, rows);
      const schema = (file: string) =>
        rowsOf(
          `select name, type, repetition_type, converted_type, logical_type from parquet_schema('${file}') where type is not null`,
        );
      assert.deepEqual(await schema(ours), await schema(theirs));
    }
  });
}

test('have bounds of their columns that are true, and skip what lies beyond them', async () => {
  await fill(days['one day']);
  const [part] = (await new PartMaker().make(connection, [{ table, rows: 'things' }], IDS)).filter(
    ({ member }) => member === 7,
  );
  const file = join(folder, 'bounds.parquet');
  writeFileSync(file, part!.bytes);
  const stated = await rowsOf(
    `select path_in_schema, stats_min_value, stats_max_value, stats_null_count from parquet_metadata('${file}')`,
  );
  const bounds = new Map(stated.map(([path, ...rest]) => [path, rest]));
  for (const { name, type } of table.columns) {
    const [[least, most, nulls] = []] = await rowsOf(
      `select min(${name})::varchar, max(${name})::varchar, (count(*) filter (where ${name} is null))::varchar from read_parquet('${file}')`,
    );
    const [min, max, found] = bounds.get(name)!;
    assert.equal(found, nulls, name);
    if (name === 'long' || name === 'mixed') assert.equal(max, null, 'a long text is no bound');
    else assert.deepEqual([min, max], [least, most], `${name} ${type}`);
  }
  assert.deepEqual(await rowsOf(`select count(*) from read_parquet('${file}') where ids > 'Root=2'`), [
    ['0'],
  ]);
});

test('are the same bytes whatever lies beside them', async () => {
  await fill(days['days that take turns']);
  const all = await new PartMaker().make(connection, [{ table, rows: 'things' }], IDS);
  for (const only of [7, 12]) {
    const rows = `(select * from things where member = ${only})`;
    const alone = await new PartMaker().make(connection, [{ table, rows }], IDS);
    assert.deepEqual(
      alone.map(({ sha256 }) => sha256),
      all.filter(({ member }) => member === only).map(({ sha256 }) => sha256),
    );
  }
});

test('are refused where DuckDB gives other types', async () => {
  await connection.run(
    'create or replace temp table wrong as select * replace (constant::integer as constant) from things',
  );
  await assert.rejects(new PartMaker().make(connection, [{ table, rows: 'wrong' }], IDS), /DuckDB gave/);
});
