/** Templates byte by byte are those of the SQL, whatever a path or a query holds. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { putPathTemplate, putQueryTemplate, TEMPLATE_COLUMNS } from '../../src/ingest/request-templates.ts';

const EXAMPLES = [
  { path: '/news/2019/11', query: 'q=vote&page=2', template: ['/news/{n}/{n}', 'q={w}&page={t}'] },
  { path: '/', query: 'k93jd', template: ['/', '{t}'] },
  { path: '/a', query: '', template: ['/a', ''] },
  { path: '/a', query: '8f=1&x', template: ['/a', '{t}={t}&x'] },
  { path: '/a', query: 'a=&b', template: ['/a', 'a=&b'] },
  { path: '/a', query: 'a=b=c{1', template: ['/a', 'a={t}'] },
  { path: '/a', query: 'a=b=c{d', template: ['/a', 'a={w}{d'] },
  { path: '/a', query: 'a==b', template: ['/a', 'a={w}'] },
  { path: '/a', query: '1&2', template: ['/a', '1&2'] },
] as const;

type Request = { path: string; query: string };

/** Of each request the templates as the straight way puts them. */
function byBytes({ path, query }: Request): string[] {
  return [
    { text: path, put: putPathTemplate },
    { text: query, put: putQueryTemplate },
  ].map(({ text, put }) => {
    const bytes = Buffer.from(`#${text}#`);
    const out = Buffer.alloc(bytes.length * 3);
    return out.toString('utf8', 0, put({ bytes, start: 1, end: bytes.length - 1 }, out));
  });
}

/** The same as DuckDB makes them. */
async function bySql(requests: readonly Request[]): Promise<string[][]> {
  const instance = await DuckDBInstance.create(':memory:');
  try {
    const connection = await instance.connect();
    const { path_template, query_template } = TEMPLATE_COLUMNS;
    const rows = await connection.runAndReadAll(
      `select ${path_template}, ${query_template}
       from (select unnest(from_json($requests, '[{"path": "varchar", "query": "varchar"}]'), recursive := true))`,
      { requests: JSON.stringify(requests) },
    );
    return rows.getRows() as string[][];
  } finally {
    instance.closeSync();
  }
}

test('templates of known requests', async () => {
  const expected = EXAMPLES.map(({ template }) => [...template]);
  assert.deepEqual(EXAMPLES.map(byBytes), expected);
  assert.deepEqual(await bySql(EXAMPLES), expected);
});

test('any path and query', async () => {
  const text = fc.string({
    unit: fc.oneof(
      fc.constantFrom('a', 'Z', '0', '7', '=', '&', '{', '}', 't', '%', '\n', '\0', 'é', '٣', '😀'),
    ),
    maxLength: 14,
  });
  const requests = fc.sample(fc.record({ path: text, query: text }), 20_000);
  const expected = await bySql(requests);
  for (const [place, request] of requests.entries())
    assert.deepEqual(byBytes(request), expected[place], JSON.stringify(request));
});
