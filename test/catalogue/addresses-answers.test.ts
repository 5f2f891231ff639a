/** Requests of the addresses that patterns name: see small-lake.ts. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { EDGE, rowsOf, smallLake, WINDOW } from './small-lake.ts';

const small = await smallLake();
after(() => small.engine.close());
const rows = rowsOf(small);
const inEdge = { ...WINDOW, source_id: EDGE };

test('which signatures the addresses of some networks asked', async () => {
  const asked = (addresses: string) => rows('technique/signatures-of-addresses', { ...inEdge, addresses });
  assert.deepEqual(
    (await asked('198.51.100.%')).map((row) => [row[0], row[3], row[5], row[8]]),
    [
      ['198.51.100.5', 'tool/1', '/page/{n}/search', 2],
      ['198.51.100.9', 'tool/1', '/page/{n}/search', 1],
    ],
  );
  assert.deepEqual(
    (await asked('192.0.2.7%')).map((row) => row[0]),
    ['192.0.2.77'],
  );
  assert.deepEqual(await asked('192.0.2'), []);
  const both = await asked('192.0.2.7% 198.51.100.5 198.51.100.% 203.0.113.99');
  assert.deepEqual(
    both.map((row) => [row[0], row[8]]).sort(),
    [...(await asked('192.0.2.7%')), ...(await asked('198.51.100.%'))].map((row) => [row[0], row[8]]).sort(),
    'each row once, however many patterns name its address',
  );
});
