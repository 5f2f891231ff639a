/** Which queries an address asked again, of requests that can be counted by eye. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { cloudflareLine } from '../ingest/lines.ts';
import { logObject } from '../ingest/temporary-lake.ts';
import { askingOf, EDGE, rowsOf, WINDOW } from './small-lake.ts';

const [READER, TOOL, OFFICE] = ['192.0.2.1', '198.51.100.5', '203.0.113.7'];
const HOST = 'www.example.com';

let ids = 0;
const line = (ClientIP: string, ClientRequestURI: string, fields: Record<string, unknown> = {}): string => {
  ids += 1;
  const EdgeStartTimestamp = '2019-11-11T15:43:00Z';
  return cloudflareLine({ RayID: `id${ids}`, EdgeStartTimestamp, ClientIP, ClientRequestURI, ...fields });
};

const delivered = line(OFFICE, '/news?id=9');
const lines = [
  // Three times the second page, twice the third, once the fourth.
  ...[2, 2, 2, 3, 3, 4].map((page) => line(READER, `/list?page=${page}`)),
  // Another one each time, and what has no query at all.
  ...['k1', 'k2', 'k3'].map((key) => line(TOOL, `/?cb=${key}`)),
  ...['/about', '/about'].map((path) => line(TOOL, path)),
  // Words, two people behind one address, and another host.
  line(OFFICE, '/search?q=vote'),
  line(OFFICE, '/search?q=vote', { ClientRequestUserAgent: 'another/1' }),
  line(OFFICE, '/search?q=vote', { ClientRequestHost: 'shop.example.com' }),
  // One request, delivered twice.
  delivered,
  // Outside the window.
  line(READER, '/list?page=4', { EdgeStartTimestamp: '2019-11-11T15:50:00Z' }),
];

const small = await askingOf([
  logObject('requests', lines.join('\n')),
  logObject('again', `${delivered}\n${line(TOOL, '/end')}`),
]);
after(() => small.engine.close());

test('a query counts where its address asked it again, and a delivery does not', async () => {
  const rows = await rowsOf(small)('technique/asked-again', { ...WINDOW, source_id: EDGE });
  assert.deepEqual(rows, [
    [READER, HOST, 'GET', '/list', 'page={t}', 2, 5],
    [OFFICE, HOST, 'GET', '/search', 'q={w}', 1, 2],
  ]);
});
