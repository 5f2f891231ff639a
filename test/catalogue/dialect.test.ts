/** The text of every query against what Athena documents: https://docs.aws.amazon.com/athena/latest/ug/ and Trino's functions. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { queryAssets } from '../../src/adapters/assets.ts';

/** Service quota on the text of a query. */
const LONGEST_BYTES = 262_144;

/** Reserved in SELECT (reserved-words.html). */
const RESERVED = new Set(
  `alter and as between by case cast constraint create cross cube current_catalog current_date current_path current_schema
  current_time current_timestamp current_user deallocate delete describe distinct drop else end escape except execute exists
  extract false first for from full group grouping having in inner insert intersect into is join json_array json_exists
  json_object json_query json_value last left like listagg localtime localtimestamp natural normalize not null on or order
  outer prepare recursive right rollup select skip table then trim true uescape union unnest using values when where
  with`.split(/\s+/),
);

/** Functions of engine version 3 that DuckDB has by the same name and meaning, or by a macro of the prelude. */
const FUNCTIONS = new Set(
  `arbitrary cast coalesce concat count count_if date_add date_diff date_trunc hour lag length lower max min minute mod nullif
  regexp_extract regexp_like regexp_replace replace row_number split split_part strpos substr sum to_utf8 upper
  xxhash64`.split(/\s+/),
);

/** Words that stand before a bracket and are no functions. */
const WORDS = new Set(
  'and as by case filter from in join not on or over select then unnest values when where'.split(' '),
);

/** The SQL alone: comments and texts away. */
const bare = (text: string): string =>
  text
    .replaceAll(/\/\*[\s\S]*?\*\//g, '')
    .replaceAll(/'(?:[^']|'')*'/g, "''")
    .replaceAll(/--[^\n]*/g, '');

describe('The text of a query', () => {
  const queries = queryAssets().map(({ id, text }) => ({ id, text, sql: bare(text) }));

  test('is within what Athena takes', () => {
    for (const { id, text } of queries) assert.ok(Buffer.byteLength(text) < LONGEST_BYTES, id);
  });

  test('calls functions of the list alone', () => {
    const called = queries.flatMap(({ id, sql }) =>
      [...sql.matchAll(/\b([a-z_]+)\s*\(/g)]
        .map(([, name]) => name!)
        .filter((name) => !FUNCTIONS.has(name) && !WORDS.has(name) && !isName(sql, name))
        .map((name) => `${id}: ${name}`),
    );
    assert.deepEqual(called, []);
  });

  test('names nothing by a reserved word', () => {
    const named = queries.flatMap(({ id, sql }) =>
      [...sql.matchAll(/\bas\s+([a-z_]+)|([a-z_]+)\s+as\s+\(/g)]
        .map(([, column, table]) => (column ?? table)!)
        .filter((name) => RESERVED.has(name))
        .map((name) => `${id}: ${name}`),
    );
    assert.deepEqual(named, []);
  });
});

/** A table of values is named with its columns: `as known (port, service)`. */
function isName(sql: string, name: string): boolean {
  return new RegExp(`\\)\\s+as\\s+${name}\\s+\\(`).test(sql);
}
