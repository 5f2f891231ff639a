/** Robots that name themselves are a surge that says so: nobody verified who they are. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linesOf } from '../../evaluation/other-sites/logs.ts';
import { addUsual, createSite, HOUR, moments, put, sourcesOf } from '../../evaluation/other-sites/site.ts';
import { investigateObjects, memoryObject } from './scenario-lake.ts';

const START = Date.UTC(2019, 5, 4);

test('a crawler that names itself is a surge of kind crawler, and not said to be verified', async () => {
  const site = createSite('declared-robots', { seed: 1, hours: 20, perMinute: 480 });
  addUsual(site, 480);
  const agent = 'Mozilla/5.0 (compatible; Gatherbot/7.0; +http://gather.example/robot/)';
  const sources = sourcesOf(site, 20);
  for (const at of moments(site, { from: 14 * HOUR, until: 15 * HOUR, perSecond: 10 }))
    put(site, { address: site.random.pick(sources), agent }, { at, target: site.random.pick(site.pages) });
  const lines = linesOf(site, { format: 'combined', start: START, seed: 1, fingerprints: new Map() });
  const object = memoryObject('requests.log', Buffer.from(`${lines.join('\n')}\n`));
  const { model } = (await investigateObjects([object], { networks: null })).result;
  assert.deepEqual(model.windows, []);
  const [surge, ...others] = model.surges;
  assert.deepEqual(others, []);
  assert.equal(surge!.kind, 'crawler');
  assert.equal(surge!.tests.find(({ id }) => id === 'declared-robots')?.result, 'benign');
  assert.match(surge!.sentence, /robots that name themselves, which nobody verified/);
  assert.doesNotMatch(surge!.sentence, /provider verified/);
});
