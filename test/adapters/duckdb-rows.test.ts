/** Rows are read from DuckDB's memory by us; its own package, asked value by value, must say the same. */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { plain, readResult } from '../../src/adapters/duckdb-rows.ts';
import { countOf, valuesOf } from '../../src/catalogue/column-values.ts';
import { csvText } from '../../src/catalogue/csv.ts';
import type { Value } from '../../src/catalogue/engine.ts';

const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
const connection = await instance.connect();
after(() => {
  connection.closeSync();
  instance.closeSync();
});

const read = async (sql: string) => readResult(await connection.stream(sql));

async function ofPackage(sql: string): Promise<Value[][]> {
  const { columns } = await read(sql);
  const reader = await connection.runAndReadAll(sql);
  return reader.getRows().map((row) => row.map((value, index) => plain(value, columns[index]!.type)));
}

const literal = (text: string | null): string =>
  text === null ? 'null' : `decode(from_hex('${Buffer.from(text).toString('hex')}'))`;

describe('Rows of a result', () => {
  test('have the types of the catalogue', async () => {
    const { columns, rows } = await read(
      "select 1::bigint as a, 'x' as b, true as c, date '2019-11-12' as d, timestamp '2019-11-12 13:20:00.5' as e, 2::hugeint as f, 3::integer as g",
    );
    assert.deepEqual(
      columns.map(({ type }) => type),
      ['bigint', 'varchar', 'boolean', 'date', 'timestamp', 'bigint', 'bigint'],
    );
    assert.deepEqual(rows, [[1, 'x', true, '2019-11-12', '2019-11-12T13:20:00.500Z', 2, 3]]);
  });

  test('are those of the package, over many chunks, with nulls and texts that come again', async () => {
    const sql = `select
  case when i % 7 = 0 then null else i - 5000 end as number,
  case when i % 5 = 0 then null else 'text that is long enough not to lie inside ' || (i % 300) end as repeated,
  case when i % 3 = 0 then '' else md5(i::varchar) || repeat('é', (i % 200)::integer) end as different,
  left('short text', (i % 11)::integer) as inside,
  case when i % 11 = 0 then null else timestamp '1969-12-31 23:59:59' + to_microseconds(i * 123457) end as time,
  i % 2 = 0 as even
from range(10000) t(i)`;
    const expected = await ofPackage(sql);
    assert.equal(expected.length, 10_000);
    assert.deepEqual((await read(sql)).rows, expected);
  });

  test('hold the ends of their types', async () => {
    const times = [
      ...[
        '0001-01-01 00:00:00',
        '0999-12-31 23:59:59.999999',
        '1000-01-01 00:00:00',
        '1969-12-31 23:59:59.999999',
      ],
      ...[
        '1970-01-01 00:00:00',
        '9999-12-31 23:59:59.999999',
        '10000-01-01 00:00:00',
        'infinity',
        '-infinity',
      ],
    ];
    const numbers = [
      '0',
      '-1',
      '9007199254740991',
      '9007199254740992',
      '-9007199254740992',
      `${2n ** 63n - 1n}`,
    ];
    const values = [...numbers, `(-${2n ** 63n - 1n} - 1)`].map((number) => `(${number}::bigint)`);
    const sqls = [
      `select * from (values ${times.map((time) => `(timestamp '${time}')`).join(', ')}) t(time)`,
      `select * from (values ${values.join(', ')}) t(number)`,
    ];
    for (const sql of sqls) assert.deepEqual((await read(sql)).rows, await ofPackage(sql));
    assert.equal((await read(sqls[0]!)).rows[4]![0], '1970-01-01T00:00:00.000Z');
    assert.equal((await read(sqls[1]!)).rows[5]![0], 2n ** 63n - 1n);
  });

  test('hold any text', async () => {
    const text = fc.oneof(
      fc.constant(null),
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.constantFrom('\0', 'a\0b', '\u2028', "'; drop table x --", '💥'.repeat(60)),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 40 }), async (texts) => {
        const sql = `select * from (values ${texts.map((each) => `(${literal(each)})`).join(', ')}) t(text)`;
        assert.deepEqual(
          (await read(sql)).rows.map(([value]) => value),
          texts.map((each) => each && Buffer.from(each).toString('utf8')),
        );
      }),
      { numRuns: 200 },
    );
  });

  test('are in columns what they are in rows, and the same CSV', async () => {
    const result = await read(`select
  case when i % 5 = 0 then null else ['=1+1', 'a,b', '"', 'plain', ''][i % 5] end as text,
  case when i % 7 = 0 then null else i * 2251799813685249 end as number,
  case when i % 11 = 0 then null else timestamp '2019-11-12 13:20:00.123456' + to_seconds(i) end as time,
  case when i = 3 then timestamp 'infinity' end as far,
  i % 2 = 0 as even, date '2019-11-12' + i::integer as day
from range(4000) t(i)`);
    const { columns, rows, values } = result;
    assert.equal(countOf(result), 4000);
    assert.equal(countOf({ columns, rows }), 4000);
    assert.equal(csvText(result), csvText({ columns, rows }));
    for (const [index, column] of valuesOf({ columns, rows }).entries())
      for (let row = 0; row < 4000; row += 1) {
        assert.equal(values[index]!.at(row), column.at(row));
        if (index >= 2) assert.equal(values[index]!.timeAt(row), column.timeAt(row));
      }
    const from = Date.parse('2019-11-12T13:20:00.123Z');
    assert.deepEqual(
      [0, 1, 2].map((row) => values[2]!.timeAt(row)),
      [Number.NaN, from + 1000, from + 2000],
    );
  });
});
