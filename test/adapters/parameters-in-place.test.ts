/** Parameters that stand where they are compared give the rows that bound ones give. */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { DuckDBInstance, VARCHAR } from '@duckdb/node-api';
import { queryAssets } from '../../src/adapters/assets.ts';
import { withParametersInPlace } from '../../src/adapters/parameters-in-place.ts';
import { bindParameters, parseQuery } from '../../src/catalogue/query.ts';
import { valuesOf } from '../catalogue/whole-lake.ts';

const queries = queryAssets().map(parseQuery);

describe('Parameters in place', () => {
  for (const query of queries)
    test(`leave nothing to bind in ${query.id}`, () => {
      const inPlace = withParametersInPlace(query.text, bindParameters(query, valuesOf(query)));
      assert.ok(inPlace !== null, 'it takes its parameters as the others do');
      const code = inPlace.replace(/\/\*[\s\S]*?\*\/|--.*|'(?:[^']|'')*'/g, '');
      assert.doesNotMatch(code, /\?|\ba\.|cross join args/);
      // Else its columns would be taken for parameters.
      assert.doesNotMatch(code, /\b(from|join)\s+(?!args\b)\w+\s+a\b|\)\s+a\b/, 'nothing else is called a');
    });

  test('are left to be bound where a query takes them otherwise', () => {
    assert.equal(withParametersInPlace('select cast(? as bigint)', ['1']), null);
    assert.equal(
      withParametersInPlace('with args as (select cast(? as bigint) as n) select n from args', []),
      null,
    );
    assert.equal(
      withParametersInPlace('with args as (\n  select cast(? as varchar) as t) select 1', ['a\0b']),
      null,
    );
  });
});

describe('A parameter in place', async () => {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  after(() => {
    connection.closeSync();
    instance.closeSync();
  });
  const sql = `with args as (
  select
    cast(? as varchar) as t,
    cast(? as bigint) as n
), r as (
  select a.t as text, r.i
  from range(3) r(i)
  cross join args a
  where r.i >= a.n
)
select text, i, (select n from args) as n, 'a.t' as kept from r order by i`;
  for (const text of ["it's", '$1 $& a.n ?', 'a.t', "'); drop table x; --", '', 'ü\u{1f600}\n\\'])
    test(`is the text that it was: ${JSON.stringify(text)}`, async () => {
      const prepared = await connection.prepare(sql);
      prepared.bind([text, '1'], [VARCHAR, VARCHAR]);
      const bound = await (await prepared.run()).getRows();
      const inPlace = await (await connection.run(withParametersInPlace(sql, [text, '1'])!)).getRows();
      assert.deepEqual(
        inPlace.map((row) => row[0]),
        [text, text],
      );
      assert.deepEqual(
        inPlace.map((row) => row),
        bound.map((row) => row),
      );
    });
});
