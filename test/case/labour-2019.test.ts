/**
 * labour-2019 of seed 2; seed 1 is in labour-case.test.ts, which investigates its lake a second time, and more of them are in
 * `npm run evaluate`.
 */
import { test } from 'node:test';
import { assertFound } from './labour-found.ts';
import { labourLake } from './scenario-lake.ts';

test('labour-2019, seed 2: both windows and the attacking addresses are found', async (t) => {
  const lake = await labourLake(2);
  try {
    assertFound(t, { ...lake, result: await lake.investigate() });
  } finally {
    lake.remove();
  }
});
