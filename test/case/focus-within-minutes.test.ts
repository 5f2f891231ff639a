/** A focus that begins or ends within a minute: the minutes that it touches are in it, as they are in every count. */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { queryAssets } from '../../src/adapters/assets.ts';
import { floodsBelowHttp } from '../../src/case/floods-below-http.ts';
import { createAnalyst, createCatalogue } from '../../src/catalogue/engine.ts';
import { parseQuery } from '../../src/catalogue/query.ts';
import { askingOf } from '../catalogue/small-lake.ts';
import { logObject } from '../ingest/temporary-lake.ts';

const at = (time: string): number => Date.parse(`2019-11-11T${time}Z`);
const flow = (start: number): string =>
  `2 123456789012 eni-1 198.51.100.9 192.0.2.80 20641 443 6 20 4249 ${start / 1000} ${start / 1000 + 5} ACCEPT OK`;
const lake = await askingOf([
  logObject('flows', ['15:42:10', '15:43:10', '15:47:10'].map((time) => flow(at(time))).join('\n')),
]);
after(() => lake.engine.close());

async function speaks(from: string, until: string): Promise<boolean> {
  const analyst = createAnalyst(createCatalogue(queryAssets().map(parseQuery)), lake.engine);
  const period = { from: at('15:42:10'), until: at('15:47:10') + 1 };
  const focus = { from: at(from), until: at(until) };
  const scope = { period, focus, forced: null, after: { windows: 0, surges: 0 } };
  return (await floodsBelowHttp(analyst, scope)).speaks;
}

describe('a log of flows speaks in a focus', () => {
  test('that lies within one of its minutes', async () =>
    assert.equal(await speaks('15:42:05', '15:42:40'), true));

  test('that begins within a minute and ends before another has an event', async () =>
    assert.equal(await speaks('15:43:05', '15:45:00'), true));

  test('and does not in one that touches none of its minutes', async () => {
    assert.equal(await speaks('15:44:00', '15:47:00'), false);
    assert.equal(await speaks('15:48:00', '15:49:00'), false);
  });
});
