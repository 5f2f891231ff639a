/** labour-2019 of the seeds 2 to 5; seed 1 is in labour-case.test.ts, which investigates its lake a second time. */
import { test } from 'node:test';
import { assertFound } from './labour-found.ts';
import { labourLake } from './scenario-lake.ts';

for (const seed of [2, 3, 4, 5]) {
  test(`labour-2019, seed ${seed}: both windows and the attacking addresses are found`, async (t) => {
    const lake = await labourLake(seed);
    try {
      assertFound(t, { ...lake, result: await lake.investigate() });
    } finally {
      lake.remove();
    }
  });
}
