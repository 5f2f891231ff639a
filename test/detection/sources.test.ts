import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Counted, compareComposition } from '../../src/detection/signatures.ts';
import { judgeSources, type SourceRow } from '../../src/detection/sources.ts';
import { bots, compositionOf, flood, page, people, row, USUAL } from './made-requests.ts';

describe('A source', () => {
  test('is judged by the signatures that it sent', () => {
    const rows = [
      ...people(100),
      ...bots(20),
      // A shared address: one of its users floods, others read pages.
      row('203.0.113.1', flood, {
        requests: 80,
        repeats: 2,
        actionKnown: 80,
        mitigated: 70,
        originKnown: 80,
        reachedOrigin: 10,
        firstSeen: 5_000,
        lastSeen: 9_000,
      }),
      row('203.0.113.1', page, { requests: 30, mitigated: 4, firstSeen: 1, lastSeen: 99_000 }),
      // One request of the flood's signature is one witness only.
      row('203.0.113.2', flood),
    ];
    const judged = new Map(judgeSources(rows, compositionOf(rows)).map((source) => [source.srcIp, source]));
    assert.equal(judged.size, 100 + 20 + 2);
    assert.ok(!judged.get('192.0.2.7')!.attacking && judged.get('192.0.2.7')!.score === 0);
    assert.ok(judged.get('198.51.100.3')!.attacking);
    assert.deepEqual(judged.get('203.0.113.1'), {
      srcIp: '203.0.113.1',
      attacking: true,
      score: 4 * (1 + Math.log(80)),
      attackRequests: 80,
      otherRequests: 30,
      usualRequests: 30,
      repeats: 2,
      actionKnown: 80,
      mitigated: 70,
      originKnown: 80,
      reachedOrigin: 10,
      otherMitigated: 4,
      firstSeen: 5_000,
      lastSeen: 9_000,
    });
    const once = judged.get('203.0.113.2')!;
    assert.deepEqual([once.attacking, once.score, once.attackRequests], [false, 4, 1]);
  });

  test('is an attacker from two requests of a signature that grew without limit', () => {
    const rows = [...people(100), ...bots(20), row('203.0.113.2', flood, { requests: 2 })];
    assert.ok(
      judgeSources(rows, compositionOf(rows)).find(({ srcIp }) => srcIp === '203.0.113.2')!.attacking,
    );
  });

  test('that asks for what grew, among others as visitors do, is a visitor', () => {
    const tool = { ...page, query: 'cursor={t}' };
    const other = { ...page, path: '/me' };
    const usual: Counted[] = [
      { signature: tool, requests: 4_000 },
      { signature: other, requests: 6_000 },
    ];
    const visitor = (index: number) => [
      row(`192.0.2.${index}`, tool, { requests: 6 }),
      row(`192.0.2.${index}`, other, { requests: 8 }),
    ];
    const rows = [
      ...Array.from({ length: 7 }, (_, index) => visitor(index)).flat(),
      ...Array.from({ length: 60 }, (_, index) => row(`198.51.100.${index}`, tool, { requests: 24 })),
      ...[row('203.0.113.1', tool, { requests: 90 }), row('203.0.113.1', other, { requests: 30 })],
    ];
    const composition = compareComposition({
      ...{ window: rows, windowMinutes: 20 },
      ...{ usual, usualMinutes: 2000 },
    });
    const attacking = judgeSources(rows, composition).filter((source) => source.attacking);
    assert.equal(attacking.length, 61);
    assert.ok(attacking.every(({ srcIp }) => !srcIp.startsWith('192.0.2.')));
  });

  test('that sent far less than the strong ones, and nothing that is new, is a visitor', () => {
    const known = { ...flood, userAgent: 'Mozilla/5.0' };
    const usual: Counted[] = [...USUAL, { signature: known, requests: 40 }];
    const judge = (rows: SourceRow[]): string[] => {
      const composition = compareComposition({
        ...{ window: rows, windowMinutes: 20 },
        ...{ usual, usualMinutes: 2000 },
      });
      return judgeSources(rows, composition)
        .filter(({ attacking }) => attacking)
        .map(({ srcIp }) => srcIp);
    };
    const strong = Array.from({ length: 10 }, (_, index) =>
      row(`198.51.100.${index}`, known, { requests: 1_000 }),
    );
    const rows = [...people(100), ...strong];
    const visitor = row('192.0.2.200', known, { requests: 3 });
    assert.ok(!judge([...rows, visitor]).includes('192.0.2.200'));
    // With what nobody had before it is a bot, and so are many that together sent much.
    const bot = row('203.0.113.1', flood, { requests: 15 });
    assert.ok(judge([...rows, visitor, bot]).includes('203.0.113.1'));
    const weak = Array.from({ length: 50 }, (_, index) => row(`203.0.113.${index}`, known, { requests: 3 }));
    assert.equal(judge([...rows, ...weak]).length, 60);
    assert.equal(judge([...people(100), ...weak]).length, 50);
  });

  test('is none where nothing grew', () => {
    const rows = people(100);
    assert.deepEqual(
      judgeSources(rows, compositionOf(rows)).filter(({ attacking }) => attacking),
      [],
    );
    assert.deepEqual(judgeSources([], compositionOf([])), []);
  });
});
