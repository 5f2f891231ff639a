/** What comes each night, on sites of the other generator: a robot of the site's own, and attackers. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  addUsual,
  createSite,
  HOUR,
  moments,
  put,
  type Site,
  sourcesOf,
} from '../../evaluation/other-sites/site.ts';
import { investigateSite } from './scenario-lake.ts';

const NIGHTS = [3 * HOUR, 27 * HOUR, 51 * HOUR];

function threeDays(id: string): Site {
  const site = createSite(id, { seed: 1, hours: 72, perMinute: 20 });
  addUsual(site, 20);
  return site;
}

test('A robot that reads all of a site at its time of night is no attack, though nobody says what it is', async () => {
  const site = threeDays('nightly');
  const [address = ''] = sourcesOf(site, 1);
  for (const from of NIGHTS)
    for (const at of moments(site, { from, until: from + HOUR / 6, perSecond: 20 }))
      put(site, { address, agent: 'Copyist/1.1' }, { at, target: site.random.pick(site.pages) });
  const { windows, surges } = await investigateSite(site, Date.UTC(2019, 5, 4));
  assert.deepEqual(windows, []);
  assert.deepEqual(
    surges.map(({ kind, tests }) => [kind, tests.find(({ id }) => id === 'schedule')?.result]),
    NIGHTS.map(() => ['unexplained', 'benign']),
  );
});

test('Attackers that come each night at one time attack each night', async () => {
  const site = threeDays('botnet');
  const sources = sourcesOf(site, 200);
  for (const from of NIGHTS)
    for (const at of moments(site, { from, until: from + HOUR / 6, perSecond: 4 }))
      put(
        site,
        { address: site.random.pick(sources), agent: 'Mozilla/5.0 (X11; Linux x86_64)' },
        { at, target: '/' },
      );
  const { windows } = await investigateSite(site, Date.UTC(2019, 5, 4));
  assert.deepEqual(
    windows.map(({ start, sources: named }) => [start.slice(0, 15), (named ?? 0) > 150]),
    ['04', '05', '06'].map((day) => [`2019-06-${day}T03:0`, true]),
  );
});

test('A release whose paths take the place of those before is no attack, though twice as much is asked', async () => {
  const site = createSite('release', { seed: 1, hours: 48, perMinute: 2 });
  addUsual(site, 2);
  const users = Array.from({ length: 400 }, () => sourcesOf(site, 1)[0]!);
  const released = 34 * HOUR;
  const asked = (address: string, at: number, version: number): void => {
    const [lat, lon] = [site.random.below(9e4), site.random.below(9e4)];
    put(
      site,
      { address, agent: `Trams/${version}.0` },
      { at, target: `/v${version === 1 ? 'one/places' : 'two/home'}?lat=${lat}&lon=${lon}` },
    );
  };
  for (const at of moments(site, { from: 0, until: 48 * HOUR, perSecond: 0.5 })) {
    const user = site.random.pick(users);
    asked(user, at, at < released ? 1 : 2);
    if (at >= released) for (const later of [2000, 4000]) asked(user, Math.min(at + later, 48 * HOUR - 1), 2);
  }
  const { windows } = await investigateSite(site, Date.UTC(2019, 5, 4));
  assert.deepEqual(windows, []);
});
