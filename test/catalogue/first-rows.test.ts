import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { apacheLine } from '../ingest/lines.ts';
import { logObject } from '../ingest/temporary-lake.ts';
import { askingOf, DAYS } from './small-lake.ts';

const get = (path: string, second: string): string =>
  apacheLine({ request: `GET ${path} HTTP/1.1`, time: `11/Nov/2019:15:42:${second} +0000` });
const objects = {
  one: [get('/backup', '10'), get('/dump', '06')],
  other: [get('/backup', '05'), get('/dump', '20')],
};
const small = await askingOf(
  Object.entries(objects).map(([name, lines]) => logObject(name, lines.join('\n'))),
);
after(() => small.engine.close());

test('an answer on a sensitive path leads to the first record that tells of it, of whichever object', async () => {
  const rows = await small.ask('impact/sensitive-paths', DAYS);
  const first = await small.lake.rows(
    "select path, object_id, record_no from http_activity where time in (timestamp '2019-11-11 15:42:05', timestamp '2019-11-11 15:42:06') order by path",
  );
  assert.deepEqual(
    rows.map(({ path, object_id, record_no }) => ({ path, object_id, record_no })),
    first,
  );
  assert.deepEqual(
    rows.map((row) => row.answered),
    [2, 2],
  );
});
