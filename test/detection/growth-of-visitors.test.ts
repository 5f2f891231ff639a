import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { growthOfVisitors } from '../../src/detection/growth-of-visitors.ts';
import {
  type Counted,
  compareComposition,
  type Signature,
  templateKey,
} from '../../src/detection/signatures.ts';
import { judgeSources, type SourceRow } from '../../src/detection/sources.ts';
import { page, part, row } from './made-requests.ts';

type Client = Pick<Signature, 'fingerprint' | 'userAgent'>;

/** Ten browsers, of which the first are the most frequent; and three tools. */
const BROWSERS: Client[] = [0, 0, 0, 0, 1, 1, 1, 2, 2, 3, 3, 4, 5, 6, 7, 8, 9].map((index) => ({
  fingerprint: `browser-${index % 4}`,
  userAgent: `Mozilla/5.0 (${index})`,
}));
const TOOLS: Client[] = [0, 1, 2].map((index) => ({
  fingerprint: `tool-${index}`,
  userAgent: `Mozilla/5.0 (${index})`,
}));
const browser = (index: number): Client => BROWSERS[(index * 7) % BROWSERS.length]!;
const tool = (index: number): Client => TOOLS[index % TOOLS.length]!;

const topic = (index: number): Signature => ({ ...page, path: `/topic/${index % 10}` });
const USUAL: Counted[] = BROWSERS.flatMap((client) => [
  { signature: { ...page, ...client }, requests: 2_000 },
  { signature: { ...part, ...client }, requests: 6_000 },
  ...Array.from({ length: 10 }, (_, index) => ({ signature: { ...topic(index), ...client }, requests: 200 })),
]);
const search = { ...page, path: '/search', query: 'q={t}' };
const donate = { ...page, path: '/donate' };
const news = { ...page, path: '/news/today' };
const picture = { ...part, path: '/news/today.jpg' };

/** So many addresses that ask for a template, each with the client that its number gives. */
function asking(
  template: Signature,
  {
    count,
    requests = () => 1,
    client,
  }: { count: number; requests?: (index: number) => number; client: (index: number) => Client },
): SourceRow[] {
  return Array.from({ length: count }, (_, index) =>
    row(`${template.path}#${index}`, { ...template, ...client(index) }, { requests: requests(index) }),
  );
}

const usual = [
  ...asking(page, { count: 200, client: browser }),
  ...asking(part, { count: 200, client: browser, requests: (index) => (index % 10 === 0 ? 3 : 2) }),
];
/** Two templates of a flood of tools. */
const floodBy = (client: (index: number) => Client): SourceRow[] => [
  ...asking(search, { count: 60, client, requests: () => 20 }),
  ...asking(donate, { count: 60, client, requests: () => 5 }),
];
const flood = floodBy(tool);
/** Two of three see another page, too. */
const goingOn = (rows: readonly SourceRow[]): SourceRow[] =>
  rows.flatMap((each, index) =>
    index % 3 === 0 ? [each] : [each, { ...each, ...asked(each, topic(index)), requests: 1 }],
  );
/** Visitors of a page that is new: of the same address the page and its picture. */
const visitors = (count: number, client = browser): SourceRow[] => {
  const opened = asking(news, { count, client, requests: (index) => (index % 3 === 0 ? 2 : 1) });
  return [...goingOn(opened), ...opened.map((each) => ({ ...each, ...asked(each, picture), requests: 1 }))];
};
/** With the client of a row, what another one asked for. */
function asked({ signature: { fingerprint, userAgent } }: SourceRow, template: Signature) {
  const signature = { ...template, fingerprint, userAgent };
  return { signature, original: signature };
}

function lookedAt(rows: readonly SourceRow[], usual: readonly Counted[] = USUAL) {
  const composition = compareComposition({
    window: rows,
    windowMinutes: 20,
    usual,
    usualMinutes: 2000,
  });
  const keys = growthOfVisitors(rows, composition);
  const templates = new Set([...keys].map((key) => templateKey(composition.cells.get(key)!.signature)));
  return { composition, keys, templates };
}

/** Addresses that are named, without the growth of visitors and with it. */
function named(rows: readonly SourceRow[]): { before: string[]; after: string[] } {
  const { composition, keys } = lookedAt(rows);
  const attackers = (attackKeys: Set<string>): string[] =>
    judgeSources(rows, { ...composition, attackKeys })
      .filter(({ attacking }) => attacking)
      .map(({ srcIp }) => srcIp);
  return {
    before: attackers(composition.attackKeys),
    after: attackers(composition.attackKeys.difference(keys)),
  };
}

const isVisitor = (srcIp: string): boolean => srcIp.startsWith(news.path!);

describe('Growth of visitors beside a flood', () => {
  test('is what has their mix of clients: nobody of them is named, and every bot is', () => {
    const rows = [...usual, ...flood, ...visitors(150)];
    const { templates } = lookedAt(rows);
    assert.deepEqual([...templates].sort(), [templateKey(news), templateKey(picture)].sort());
    const { before, after } = named(rows);
    assert.ok(before.filter(isVisitor).length >= 50, `${before.filter(isVisitor).length}`);
    assert.deepEqual(
      after,
      before.filter((srcIp) => !isVisitor(srcIp)),
    );
    assert.equal(after.length, 120);
  });

  test('is so where one in ten has a client of his own, or one of the flood', () => {
    for (const other of [{ fingerprint: 'phone', userAgent: 'InApp/1' }, tool(0)]) {
      const rows = [
        ...usual,
        ...flood,
        ...visitors(150, (index) => (index % 10 === 0 ? other : browser(index))),
      ];
      assert.deepEqual(named(rows).after.filter(isVisitor), []);
    }
  });

  test('is so where they are a hundred times as many as the bots, and some have a client of their own', () => {
    const few = asking(search, { count: 6, client: tool, requests: () => 300 });
    const client = (index: number) =>
      index % 10 === 0 ? { fingerprint: 'phone', userAgent: 'InApp/1' } : browser(index);
    const { templates } = lookedAt([...usual, ...few, ...goingOn(asking(news, { count: 600, client }))]);
    assert.deepEqual([...templates], [templateKey(news)]);
  });

  test('is none where the flood has their clients, or the log has none', () => {
    const alike = [...usual, ...floodBy(browser), ...visitors(150)];
    assert.equal(lookedAt(alike).keys.size, 0);
    const without = (signature: Signature): Signature => ({
      ...signature,
      fingerprint: null,
      userAgent: null,
    });
    const bare = [...usual, ...flood, ...visitors(150)].map((each) => ({
      ...each,
      signature: without(each.signature),
    }));
    assert.equal(lookedAt(bare).keys.size, 0);
  });

  test('is none where the flood hardly differs from them: pages differ as much in who asks for them', () => {
    const rare = BROWSERS.slice(9);
    const client = (index: number) => (index % 5 === 0 ? browser(index) : rare[index % rare.length]!);
    const strong = floodBy(client).map((each) => ({ ...each, requests: 100 }));
    assert.equal(lookedAt([...usual, ...strong, ...visitors(300)]).keys.size, 0);
  });

  test('is none of the templates of a flood, whichever of its tools asks for them', () => {
    assert.equal(lookedAt([...usual, ...flood]).keys.size, 0);
    assert.equal(lookedAt([...usual, ...flood, ...visitors(150, tool)]).keys.size, 0);
    assert.equal(lookedAt([...usual, ...flood, ...visitors(150, () => tool(1))]).keys.size, 0);
  });

  test('is none where half of those who asked are of the flood', () => {
    const half = visitors(150, (index) => (index % 2 === 0 ? tool(index) : browser(index)));
    assert.equal(lookedAt([...usual, ...flood, ...half]).keys.size, 0);
  });

  test('is none of a second tool that has the client of one browser', () => {
    assert.equal(
      lookedAt([...usual, ...flood, ...goingOn(asking(news, { count: 40, client: () => BROWSERS[0]! }))]).keys
        .size,
      0,
    );
  });

  test('is none of who asks for one thing again and again, as visitors do not', () => {
    const again = visitors(150).map((each) => ({ ...each, requests: 4 }));
    assert.equal(
      lookedAt([...usual, ...flood, ...flood.map((each) => ({ ...each, srcIp: `${each.srcIp}+` })), ...again])
        .keys.size,
      0,
    );
  });

  test('is none where a few of those who asked did so far more often than visitors do', () => {
    const strong = flood.map((each) => ({ ...each, requests: 100 }));
    const heavy = goingOn(asking(news, { count: 10, client: browser, requests: () => 300 }));
    const rows = [
      ...usual,
      ...strong,
      ...visitors(300),
      ...heavy.map((each) => ({ ...each, srcIp: `${each.srcIp}+` })),
    ];
    const { after } = named(rows);
    assert.equal(after.filter((srcIp) => srcIp.endsWith('+')).length, 10);
  });

  test('is none of who asks for nothing else', () => {
    const alone = asking(news, { count: 150, client: browser });
    assert.equal(lookedAt([...usual, ...flood, ...alone]).keys.size, 0);
    assert.ok(lookedAt([...usual, ...flood, ...goingOn(alone)]).keys.size > 0);
  });

  test('is none where it is most of what grew: then it is the rest that is beside it', () => {
    const few = asking(search, { count: 20, client: tool, requests: () => 12 });
    assert.equal(lookedAt([...usual, ...few, ...visitors(150)]).keys.size, 0);
  });

  test('is none where all that grew is of who goes on, as behind addresses that are shared', () => {
    const shared = goingOn(asking(search, { count: 150, client: tool, requests: () => 20 }));
    assert.equal(lookedAt([...usual, ...shared, ...visitors(150)]).keys.size, 0);
  });

  test('is none of so few that chance gives them their clients', () => {
    const asked = (count: number) => goingOn(asking(news, { count, client: browser, requests: () => 2 }));
    assert.equal(lookedAt([...usual, ...flood, ...asked(6)]).keys.size, 0);
    assert.ok(lookedAt([...usual, ...flood, ...asked(20)]).keys.size > 0);
  });

  test('takes no part in it where the log has no addresses', () => {
    const { composition } = lookedAt([...usual, ...flood, ...visitors(150)]);
    assert.equal(growthOfVisitors([], composition).size, 0);
  });
});
