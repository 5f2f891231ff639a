/** A part of the traffic that grew by the hands of a few, where the log as a whole did not rise. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addUsual, createSite, HOUR, moments, put, sourcesOf } from '../../evaluation/other-sites/site.ts';
import type { ReportModel } from '../../src/report/model.ts';
import { investigateSite } from './scenario-lake.ts';

/** A day on which so many machines each send a share of three hundred requests for one page in forty minutes. */
async function grownBy(shares: readonly number[]): Promise<ReportModel> {
  const site = createSite('busy', { seed: 1, hours: 20, perMinute: 240 });
  addUsual(site, 240);
  const sources = sourcesOf(site, shares.length);
  const busy = sources.flatMap((address, index) => Array.from({ length: shares[index]! }, () => address));
  const times = moments(site, { from: 14 * HOUR, until: 14 * HOUR + 2_400_000, perSecond: 0.125 });
  for (const at of times)
    put(site, { address: site.random.pick(busy), agent: 'Formfiller/2.0' }, { at, target: '/forms/annual' });
  return investigateSite(site, Date.UTC(2019, 5, 4));
}

test('of six visitors four of whom sent nearly all is no attack', async () => {
  assert.deepEqual((await grownBy([22, 22, 22, 22, 1, 1])).windows, []);
});

test('of twelve that sent alike is one, and names them', async () => {
  const { windows, sources_count: sources } = await grownBy(Array.from({ length: 12 }, () => 1));
  assert.deepEqual([windows.length, sources], [1, 12]);
});
