import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { askedPages } from '../../src/detection/asked-pages.ts';
import {
  type Counted,
  compareComposition,
  type Signature,
  signatureKey,
} from '../../src/detection/signatures.ts';
import { judgeSources, type SourceRow } from '../../src/detection/sources.ts';
import { type Verdict, verdictOf } from '../../src/detection/verdict.ts';
import { bot, bots, flood, input, page, part, people, results, row, SECOND, USUAL } from './made-requests.ts';

describe('The verdict', () => {
  test('is attack where new signatures ask random queries from unknown prefixes, at once and nothing else', () => {
    const rows = [...people(100), ...bots(200)];
    const verdict = verdictOf(input(rows, { known: { sources: 300, knownPrefixSources: 30 } }));
    assert.equal(verdict.kind, 'attack');
    assert.deepEqual(results(verdict), {
      composition: 'attack',
      'per-client-rate': 'attack',
      'known-prefixes': 'attack',
      'random-tokens': 'attack',
      onset: 'attack',
      'sub-resources': 'attack',
      referrer: 'attack',
      'forged-agents': 'neither',
      defence: 'not-computable',
      refusals: 'neither',
      'verified-bots': 'not-computable',
      'declared-robots': 'neither',
    });
    for (const { observation } of verdict.tests) assert.ok(observation.length > 10);
  });

  test('counts what the defence stopped, and forged agents, as evidence', () => {
    const forged = bots(200).map((each, index) => ({
      ...each,
      signature: { ...flood, userAgent: `forged ${index % 8}` },
      original: { ...flood, userAgent: `forged ${index % 8}` },
      actionKnown: 60,
      mitigated: 50,
    }));
    const verdict = verdictOf(input([...people(100), ...forged]));
    assert.equal(verdict.kind, 'attack');
    assert.equal(results(verdict)['forged-agents'], 'attack');
    assert.equal(results(verdict).defence, 'attack');
  });

  test('is flash crowd where ten times the people do what people do', () => {
    const rows = people(250).concat(people(250, '203.0.113'));
    const verdict = verdictOf(input(rows, { known: { sources: 500, knownPrefixSources: 400 } }));
    assert.equal(verdict.kind, 'flash-crowd');
    assert.equal(results(verdict).composition, 'benign');
    assert.ok(Object.values(results(verdict)).filter((result) => result === 'benign').length >= 4);
    assert.ok(!Object.values(results(verdict)).includes('attack'));
  });

  test('is no attack where a page grew that people came to once, and from which they went on', () => {
    const landing: Signature = { ...page, path: '/news/{n}', query: 'utm_source={w}&id={t}' };
    const crowd = Array.from({ length: 200 }, (_, index) => [
      row(`203.0.113.${index}`, landing, { firstSeen: index * 10 * SECOND }),
      row(`203.0.113.${index}`, part, { requests: 3, firstSeen: index * 10 * SECOND }),
    ]).flat();
    const rows = [...people(100), ...crowd];
    const verdict = verdictOf(input(rows, { known: { sources: 300, knownPrefixSources: 20 } }));
    assert.equal(verdict.kind, 'unexplained');
    assert.deepEqual(
      [results(verdict).composition, results(verdict)['random-tokens'], results(verdict)['sub-resources']],
      ['neither', 'neither', 'benign'],
    );
    const known = verdictOf(input(rows, { known: { sources: 300, knownPrefixSources: 200 } }));
    assert.equal(known.kind, 'flash-crowd');
    // The same by who asks for nothing else is an attack, though each asks once.
    const flooders = crowd.filter(({ signature }) => signature === landing);
    const hits = flooders.map((each) => ({ ...each, firstSeen: each.firstSeen / 100 }));
    const attack = verdictOf(
      input([...people(100), ...hits], { known: { sources: 300, knownPrefixSources: 20 } }),
    );
    assert.equal(attack.kind, 'attack');
  });

  test('is crawler where verified bots explain the growth', () => {
    const rows = [...people(100), row('192.0.2.250', bot, { requests: 8_000 })];
    const verdict = verdictOf(input(rows, { verifiedBots: { during: 8_000, before: 10 } }));
    assert.equal(verdict.kind, 'crawler');
    assert.equal(results(verdict)['verified-bots'], 'benign');
    const before = verdictOf(input(rows, { verifiedBots: { during: 8_000, before: 7_999 } }));
    assert.notEqual(before.kind, 'crawler', 'they were there before');
  });

  test('is flash crowd where ten times the people came and a bot or two more than before', () => {
    const crowd = [...people(250), ...people(250, '203.0.113')];
    const total = crowd.reduce((sum, { requests }) => sum + requests, 0);
    const verdict = verdictOf(
      input(crowd, {
        before: { requests: total / 10, sources: 50 },
        known: { sources: 500, knownPrefixSources: 400 },
        verifiedBots: { during: total / 20, before: 0 },
      }),
    );
    assert.equal(verdict.kind, 'flash-crowd');
    const { result, observation } = verdict.tests.find(({ id }) => id === 'verified-bots')!;
    assert.deepEqual([result, observation], ['neither', 'verified bots explain 6 % of the growth']);
  });

  test('is no attack where people of an app that have nothing else to ask for work more than usual', () => {
    const app = { ...page, fingerprint: 'app', userAgent: 'App/3' };
    const calls = ['results', 'walks'].map((path) => ({ ...app, path: `/api/${path}` }));
    const usual = [...USUAL, ...calls.map((signature) => ({ signature, requests: 500 }))];
    const work = (count: number): SourceRow[] =>
      Array.from({ length: count }, (_, index) =>
        calls.map((signature) =>
          row(`203.0.113.${index}`, signature, { requests: 15, firstSeen: index * 60 * SECOND }),
        ),
      ).flat();
    const judge = (known: readonly Counted[]): Verdict => {
      const rows = [...people(100), ...work(9)];
      const composition = compareComposition({
        ...{ window: rows, windowMinutes: 20 },
        ...{ usual: known, usualMinutes: 2000 },
      });
      return verdictOf(input(rows, { composition, judged: judgeSources(rows, composition) }));
    };
    const found = judge(usual);
    assert.deepEqual(
      [found.kind, results(found).composition, results(found)['sub-resources'], results(found).referrer],
      ['unexplained', 'attack', 'neither', 'neither'],
    );
    // By an app that nobody knows it is one.
    assert.equal(judge(USUAL).kind, 'attack');
  });

  test('is attack where the application refuses what grew, and usually does not: passwords are tried', () => {
    const login: Signature = { ...page, method: 'POST', path: '/login', hasReferrer: true };
    const tries = Array.from({ length: 100 }, (_, index) =>
      row(`203.0.113.${index}`, login, { requests: 6, firstSeen: index * 30 * SECOND }),
    );
    const usual = [...USUAL, { signature: login, requests: 500 }];
    const rows = [...people(100), ...tries];
    const composition = compareComposition({
      ...{ window: rows, windowMinutes: 20 },
      ...{ usual, usualMinutes: 2000 },
    });
    const judge = (refused: number, usualRefused: number): Verdict =>
      verdictOf(
        input(rows, {
          composition,
          judged: judgeSources(rows, composition),
          known: { sources: 200, knownPrefixSources: 80 },
          refused: [
            { method: 'POST', path: '/login', requests: 605, refused, usualRequests: 500, usualRefused },
            {
              method: 'GET',
              path: '/',
              requests: 100,
              refused: 0,
              usualRequests: 9_000,
              usualRefused: 9_000,
            },
          ],
        }),
      );
    const found = judge(590, 30);
    assert.deepEqual([found.kind, results(found).refusals], ['attack', 'attack']);
    for (const [refused, before] of [
      [590, 300],
      [300, 30],
    ] as const) {
      const other = judge(refused, before);
      assert.deepEqual([other.kind, results(other).refusals], ['unexplained', 'neither']);
    }
  });

  describe('of agents that call themselves robots, which nobody verified,', () => {
    const pages = Array.from({ length: 20 }, (_, index) => ({ ...page, path: `/p/${index}` }));
    const usual: Counted[] = pages.map((signature) => ({ signature, requests: 2_000 }));
    const robot = (userAgent: string, paths: readonly Signature[], each: number) =>
      paths.flatMap((signature) =>
        [1, 2, 3].map((address) =>
          row(`198.51.100.${address}`, { ...signature, userAgent }, { requests: each }),
        ),
      );
    const kindOf = (rows: readonly SourceRow[]): Verdict['kind'] => {
      const window = [
        ...rows,
        ...people(40).map((each, index) => ({ ...each, signature: pages[index % 20]! })),
      ];
      const composition = compareComposition({ window, windowMinutes: 20, usual, usualMinutes: 2000 });
      const judged = judgeSources(window, composition);
      return verdictOf(
        input([], {
          ...{ composition, rows: window, judged, known: { sources: 9, knownPrefixSources: 0 } },
          asked: askedPages(window, { usual, attackKeys: composition.attackKeys }),
        }),
      ).kind;
    };
    const declared = 'Mozilla/5.0 (compatible; Harvester-Bot/7.0; +http://robots.example/about)';

    test('is crawler where they go from page to page', () => {
      assert.equal(kindOf(robot(declared, pages, 5)), 'crawler');
    });

    test('is attack where the agent does not say who they are, where they ask for one page, or for pages that nobody knows', () => {
      assert.equal(kindOf(robot('Harvester/7.0', pages, 5)), 'attack');
      assert.equal(kindOf(robot(declared, pages.slice(0, 1), 100)), 'attack');
      const unknown = pages.map((signature) => ({ ...signature, path: `/x${signature.path}` }));
      assert.equal(kindOf(robot(declared, unknown, 5)), 'attack');
    });

    test('is attack where they send many times the usual requests', () => {
      assert.equal(kindOf(robot(declared, pages, 50)), 'attack');
    });
  });

  test('is unexplained where neither has evidence: growth is not an attack by itself', () => {
    const monitor = row(
      '192.0.2.251',
      { ...page, userAgent: 'monitor/1', hasReferrer: true },
      { requests: 9_000 },
    );
    const verdict = verdictOf(
      input([...people(100), monitor], {
        before: { requests: 0, sources: 0 },
        known: { sources: 101, knownPrefixSources: 101 },
      }),
    );
    assert.equal(verdict.kind, 'unexplained');
    assert.equal(results(verdict)['per-client-rate'], 'not-computable');
  });

  describe('without an address in the log', () => {
    const rows = [...people(100), ...bots(200)];
    const key = signatureKey(flood);
    const climb = (step: number) =>
      Array.from({ length: 20 }, (_, minute) => ({
        minute: minute * 60_000,
        key,
        requests: Math.min(step * (minute + 1), 1000),
      }));

    test('is attack where the grown requests carry random tokens and rise in a step', () => {
      const verdict = verdictOf(input(rows, { judged: [], minutes: climb(500) }));
      assert.equal(verdict.kind, 'attack');
      assert.deepEqual([results(verdict)['random-tokens'], results(verdict).onset], ['attack', 'attack']);
      const open = verdict.tests.filter(({ result }) => result === 'not-computable');
      assert.ok(open.some(({ observation }) => observation === 'the log gives no client address'));
    });

    test('is unexplained where they climb, or carry no token: one witness is not enough', () => {
      assert.equal(verdictOf(input(rows, { judged: [], minutes: climb(60) })).kind, 'unexplained');
      const plain = rows.map((each) =>
        each.signature === flood ? { ...each, signature: { ...flood, query: 'q={w}' } } : each,
      );
      const minutes = climb(500).map((each) => ({
        ...each,
        key: signatureKey({ ...flood, query: 'q={w}' }),
      }));
      assert.equal(verdictOf(input(plain, { judged: [], minutes })).kind, 'unexplained');
    });
  });

  test('is unexplained in a window without a request', () => {
    assert.equal(
      verdictOf(
        input([], { before: { requests: 0, sources: 0 }, known: { sources: 0, knownPrefixSources: 0 } }),
      ).kind,
      'unexplained',
    );
  });

  test('does not take the beginning of one source for a beginning together', () => {
    const rows = [...people(100), row('203.0.113.9', flood, { requests: 9_000 })];
    assert.equal(results(verdictOf(input(rows))).onset, 'neither');
    assert.equal(results(verdictOf(input([...people(100), ...bots(5)]))).onset, 'attack');
    // Of the five others two.
    const six = bots(6).map((each, index) => ({ ...each, firstSeen: index * 75 * SECOND }));
    assert.equal(results(verdictOf(input([...people(100), ...six]))).onset, 'neither');
  });

  test('has its tests in one order, each once', () => {
    const ids = (rows: readonly SourceRow[]) => verdictOf(input(rows)).tests.map(({ id }) => id);
    assert.deepEqual(ids([...people(100), ...bots(200)]), ids(people(100)));
    assert.equal(new Set(ids(people(10))).size, 12);
  });
});
