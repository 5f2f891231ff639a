/** Robots that name themselves are a surge that says so: nobody verified who they are. */
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
import type { ReportModel } from '../../src/report/model.ts';
import { investigateSite } from './scenario-lake.ts';

const START = Date.UTC(2019, 5, 4);
const AGENT = 'Mozilla/5.0 (compatible; Gatherbot/7.0; +http://gather.example/robot/)';

/** An afternoon hour of a site in which a robot that names itself asks for pages, ten a second. */
async function crawled(
  id: string,
  pagesOf: (site: Site) => { pages: readonly string[]; before?: readonly string[] },
): Promise<ReportModel> {
  const site = createSite(id, { seed: 1, hours: 20, perMinute: 480 });
  addUsual(site, 480);
  const { pages, before = [] } = pagesOf(site);
  for (const [index, target] of before.entries())
    put(site, site.random.pick(site.people), { at: 2 * HOUR + index * 60_000, target });
  const sources = sourcesOf(site, 20);
  for (const at of moments(site, { from: 14 * HOUR, until: 15 * HOUR, perSecond: 10 }))
    put(site, { address: site.random.pick(sources), agent: AGENT }, { at, target: site.random.pick(pages) });
  return investigateSite(site, START);
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
/** So many old pages, without a digit that a template would mask. */
const archive = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `/archive/${LETTERS[index % 26]}${LETTERS[(index / 26) | 0]}`);

function assertCrawler({ windows, surges }: ReportModel): void {
  assert.deepEqual(windows, []);
  const [surge, ...others] = surges;
  assert.deepEqual(others, []);
  assert.equal(surge!.kind, 'crawler');
  assert.equal(surge!.tests.find(({ id }) => id === 'declared-robots')?.result, 'benign');
  assert.match(surge!.sentence, /robots that name themselves, which nobody verified/);
  assert.doesNotMatch(surge!.sentence, /provider verified/);
}

test('a crawler that names itself is a surge of kind crawler, and not said to be verified', async () =>
  assertCrawler(await crawled('declared-robots', ({ pages }) => ({ pages }))));

test('so is one that asks for old pages, which others asked for once before and nobody else does now', async () => {
  const pages = archive(400);
  assertCrawler(await crawled('old-pages', () => ({ pages, before: pages })));
});

test('one that asks for pages that nobody asked for before is none', async () => {
  const { windows, surges } = await crawled('no-pages', () => ({ pages: archive(400) }));
  assert.deepEqual(
    surges.map(({ kind }) => kind),
    [],
  );
  assert.equal(windows.length, 1);
});
