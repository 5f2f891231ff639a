/** Every query of the house: it binds, it runs on an empty lake and on a small one, and gives the types it may give. */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { queryAssets } from '../../src/adapters/assets.ts';
import { duckDbEngine } from '../../src/adapters/duckdb-engine.ts';
import { type Engine, EngineError, type Result, runQuery } from '../../src/catalogue/engine.ts';
import { bindParameters, parseQuery, type Query } from '../../src/catalogue/query.ts';
import { smallLake } from './small-lake.ts';
import { valuesOf, wholeLake } from './whole-lake.ts';

const queries = queryAssets().map(parseQuery);
const { engine: small } = await smallLake();
const { engine: whole } = await wholeLake();
const empty = await duckDbEngine([]);
after(async () => {
  await small.close();
  await whole.close();
  await empty.close();
});

function run(engine: Engine, query: Query): Promise<Result> {
  return runQuery(engine, { query, values: valuesOf(query) });
}

const FORMS = {
  bigint: (value: unknown) => typeof value === 'bigint' || Number.isInteger(value),
  boolean: (value: unknown) => typeof value === 'boolean',
  varchar: (value: unknown) => typeof value === 'string',
  date: (value: unknown) => /^\d{4}-\d{2}-\d{2}$/.test(String(value)),
  timestamp: (value: unknown) => /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/.test(String(value)),
};

function assertTypes({ columns, rows }: Result): void {
  assert.equal(new Set(columns.map(({ name }) => name)).size, columns.length, 'names of columns are unique');
  for (const row of rows)
    for (const [index, { name, type }] of columns.entries())
      assert.ok(row[index] === null || FORMS[type](row[index]), `${name}: ${row[index]} is no ${type}`);
}

describe('Every query of the catalogue', () => {
  test('is there', () => assert.ok(queries.length >= 80, `${queries.length} queries`));

  for (const query of queries) {
    test(`runs on an empty lake: ${query.id}`, async () => {
      const result = await run(empty, query);
      assertTypes(result);
      // Counts over nothing are one row; lists are none.
      const single = query.grain === 'one row';
      assert.equal(result.rows.length, single ? 1 : 0);
      if (single) for (const value of result.rows[0]!) assert.equal(value, 0);
    });

    test(`finds something in a lake of all logs, and the same twice: ${query.id}`, async () => {
      const result = await run(whole, query);
      assertTypes(result);
      assert.ok(result.rows.length > 0);
      const again = await run(whole, query);
      assert.deepEqual([again.columns, again.rows], [result.columns, result.rows]);
    });

    test(`has columns of the types that every engine has, and no others: ${query.id}`, async () => {
      const values = Object.values(valuesOf(query)).map((value) => `'${value}'`);
      let index = 0;
      const sql = query.text
        .replace(/^\s*\/\*[\s\S]*?\*\//, '')
        .replaceAll('?', (mark, at: number, text: string) => {
          const quotes = text.slice(0, at).split("'").length - 1;
          return quotes % 2 === 1 ? mark : values[index++]!;
        });
      const { rows } = await whole.run(`describe ${sql}`);
      for (const [name, type] of rows)
        assert.match(
          String(type),
          /^(BIGINT|HUGEINT|INTEGER|BOOLEAN|VARCHAR|DATE|TIMESTAMP)$/,
          `${name}: ${type}`,
        );
    });

    if (query.params.some(({ name }) => name === 'source_id'))
      test(`reads no event of another log: ${query.id}`, async () => {
        const text = query.text.slice(query.text.indexOf('*/'));
        for (const { 1: alias, index } of text.matchAll(/\b(?:from|join) \w+_activity (\w+)/g)) {
          const rest = text.slice(index);
          const block = rest.slice(0, rest.search(/\n\)|\bunion all\b|$(?![\s\S])/));
          assert.match(block, new RegExp(`\\b${alias}\\.source_id = a\\.source_id\\b`));
        }
        const parameters = bindParameters(query, valuesOf(query));
        const ofAllParts = await whole.run(query.text, { parameters });
        assert.deepEqual((await run(whole, query)).rows, ofAllParts.rows);
      });

    test(`filters the days by parameters of their own, and orders its rows: ${query.id}`, () => {
      assert.match(query.text, /\.dt between a\.(from|known)_day and a\.until_day/);
      if (query.grain !== 'one row') assert.match(query.text, /\border by [^()]+$/);
      assert.doesNotMatch(query.text, /\bapprox_|\bavg\(|\bdouble\b|select \*/);
    });
  }
});

describe('The engine', () => {
  test('gives each type in one form', async () => {
    const { columns, rows } = await empty.run(
      `select 9007199254740993 as big, 7 as small, true as yes, 'x' as word, date '2019-11-11' as day,
         timestamp '2019-11-11 15:42:00' as whole, timestamp '2019-11-11 15:42:00.5' as half,
         timestamp '2019-11-11 15:42:00.123999' as micro, cast(null as bigint) as none`,
    );
    assert.deepEqual(
      columns.map(({ type }) => type),
      ['bigint', 'bigint', 'boolean', 'varchar', 'date', 'timestamp', 'timestamp', 'timestamp', 'bigint'],
    );
    assert.deepEqual(rows, [
      [
        9007199254740993n,
        7,
        true,
        'x',
        '2019-11-11',
        '2019-11-11T15:42:00.000Z',
        '2019-11-11T15:42:00.500Z',
        '2019-11-11T15:42:00.123Z',
        null,
      ],
    ]);
  });

  test('replaces every match, as Athena does', async () => {
    const { rows } = await empty.run(
      `select regexp_replace('a1b22', '[0-9]+', '{n}'), regexp_like('abc', 'b')`,
    );
    assert.deepEqual(rows, [['a{n}b{n}', true]]);
  });

  test('throws its own words', async () => {
    await assert.rejects(
      empty.run('select nothing from nowhere'),
      (error: Error) => error instanceof EngineError && /^DuckDB: .*nowhere/.test(error.message),
    );
  });

  test('reads the parts of the log that was asked for, and those without events', async () => {
    const sql = 'select distinct source_id from http_activity order by source_id';
    const all = (await small.run(sql)).rows;
    assert.ok(all.length > 1);
    for (const row of all) assert.deepEqual((await small.run(sql, { source: String(row[0]) })).rows, [row]);
    assert.deepEqual((await small.run(sql, { source: 'no such log' })).rows, []);
    const networks = 'select count(*) as n from autonomous_systems';
    assert.deepEqual(
      (await small.run(networks, { source: 'no such log' })).rows,
      (await small.run(networks)).rows,
    );
  });

  test('answers queries that run side by side as it answers them one by one', async () => {
    const sql = "select count(*) as n from http_activity where source_id like 'cloudflare%'";
    const spans = ['10', '11'].map((day) => ({
      from: Date.parse(`2019-11-${day}`),
      until: Date.parse(`2019-11-${day}`) + 86_400_000,
    }));
    const far = { from: Date.parse('2001-01-01'), until: Date.parse('2001-01-02') };
    const asked = [...spans, far, null, far, null, spans[0]!, far].map(
      (span) => () => small.run(sql, { span }),
    );
    const one: Result[] = [];
    for (const ask of asked) one.push(await ask());
    const atOnce = await Promise.all(asked.map((ask) => ask()));
    assert.deepEqual(
      atOnce.map(({ rows }) => rows),
      one.map(({ rows }) => rows),
    );
    // One object of both days, a part each: of a span the engine reads the parts of its days.
    assert.deepEqual(
      one.map(({ rows }) => rows[0]![0]),
      [1, 6, 0, 7, 0, 7, 1, 0],
    );
  });
});
