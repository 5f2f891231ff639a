import assert from 'node:assert/strict';
import { test } from 'node:test';
import { queryAssets } from '../../src/adapters/assets.ts';
import { createCatalogue, runQuery } from '../../src/catalogue/engine.ts';
import { parseQuery } from '../../src/catalogue/query.ts';
import { cloudflareLine } from '../ingest/lines.ts';
import { temporaryLake } from '../ingest/temporary-lake.ts';
import { DAYS, EDGE } from './small-lake.ts';

test('six minutes from one request to the next are a gap of five, and five are none', async () => {
  const lake = await temporaryLake();
  const minutes = ['00', '05', '11', '12'].map((minute) => ({
    EdgeStartTimestamp: `2019-11-11T10:${minute}:59Z`,
  }));
  await lake.take(minutes.map((fields) => cloudflareLine(fields)).join('\n'));
  const engine = await lake.engine();
  const query = createCatalogue(queryAssets().map(parseQuery)).find('integrity/gaps');
  const { rows } = await runQuery(engine, { query, values: DAYS });
  await engine.close();
  assert.deepEqual(rows, [[EDGE, '2019-11-11T10:06:00.000Z', '2019-11-11T10:11:00.000Z', 5]]);
});
