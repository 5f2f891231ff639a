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
  // The same query of other pages of one template, and a tool's requests for what a reader behind the same address asked.
  ...['/news/1000?v=1', '/news/1001?v=1', '/news/1002?v=1'].map((target) => line(TOOL, target)),
  line(READER, '/list?page=2', { ClientRequestUserAgent: 'tool/1' }),
  line(READER, '/list?page=3', { JA4: 't13d1516h2_8daaf6152771_02713d6af862' }),
  // Words, two people behind one address, and another host.
  line(OFFICE, '/search?q=vote'),
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

test('a target counts where one client of an address asked it again, and a delivery does not', async () => {
  const rows = await rowsOf(small)('technique/asked-again', { ...WINDOW, source_id: EDGE });
  const [agent, ja4] = [rows[0]![2], rows[0]![1]];
  assert.deepEqual(rows, [
    [READER, ja4, agent, 'GET', '/list', 'page={t}', false, HOST, 2, 5],
    [OFFICE, ja4, agent, 'GET', '/search', 'q={w}', false, HOST, 1, 2],
  ]);
});
