import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Counted, compareComposition, type Signature } from '../../src/detection/signatures.ts';
import { type JudgedSource, judgeSources, type SourceRow } from '../../src/detection/sources.ts';
import { bots, flood, page, part, people, row, USUAL } from './made-requests.ts';

/** Two tools of an attack that asks for searches and for the page that everybody asks for. */
const other: Signature = { ...flood, userAgent: 'tool/2' };
const pageBy = (tool: Signature): Signature => ({ ...tool, path: page.path, query: page.query });
const attack: SourceRow[] = [
  ...bots(20),
  ...Array.from({ length: 5 }, (_, index) => row(`203.0.113.${index}`, pageBy(other), { requests: 20 })),
];

/** Two requests of the attack, and one for what the attack asks for, which its own client had not asked so often that it grew. */
const WEAK = '198.51.100.200';
const weak = [row(WEAK, flood, { requests: 2 }), row(WEAK, pageBy(flood))];

function judged(rows: readonly SourceRow[], usual: readonly Counted[] = USUAL): Map<string, JudgedSource> {
  const composition = compareComposition({
    ...{ window: rows, windowMinutes: 20 },
    ...{ usual, usualMinutes: 2000 },
  });
  return new Map(judgeSources(rows, composition).map((source) => [source.srcIp, source]));
}

describe('A client that the attack alone has', () => {
  test('makes an attacker of who sent little, and nothing with another client', () => {
    const { attacking, attackRequests, otherRequests, usualRequests } = judged([
      ...people(100),
      ...attack,
      ...weak,
    ]).get(WEAK)!;
    assert.deepEqual(
      { attacking, attackRequests, otherRequests, usualRequests },
      {
        ...{ attacking: true, attackRequests: 2, otherRequests: 1, usualRequests: 0 },
      },
    );
  });

  test('makes none of who sent usual requests beside it, or one request of the attack', () => {
    const among = judged([...people(100), ...attack, ...weak, row(WEAK, page)]).get(WEAK)!;
    assert.deepEqual([among.attacking, among.usualRequests], [false, 1]);
    const once = judged([...people(100), ...attack, row(WEAK, flood), row(WEAK, pageBy(flood))]);
    assert.deepEqual([once.get(WEAK)!.attacking, once.get(WEAK)!.usualRequests], [false, 0]);
  });

  test('is none that the log knows, whatever it asked for', () => {
    const usual = [...USUAL, { signature: { ...part, ...pick(flood) }, requests: 2 }];
    assert.equal(judged([...people(100), ...attack, ...weak], usual).get(WEAK)!.attacking, false);
  });

  test('is none with which somebody in the window fetched a part of a page', () => {
    const visitor = [row('192.0.2.200', pageBy(flood)), row('192.0.2.200', { ...part, ...pick(flood) })];
    assert.equal(judged([...people(100), ...attack, ...weak, ...visitor]).get(WEAK)!.attacking, false);
  });

  test('is none without an attacker who has it', () => {
    const own = { ...flood, userAgent: 'browser/79' };
    // The template grew by many agents of one request each: what each of them asked counts as grown.
    const many = Array.from({ length: 60 }, (_, index) =>
      row(`198.18.0.${index}`, { ...flood, userAgent: `agent/${index}` }),
    );
    const visitor = [row(WEAK, own, { requests: 2 }), row(WEAK, pageBy(own))];
    const { attacking, score } = judged([...people(100), ...attack, ...many, ...visitor]).get(WEAK)!;
    assert.ok(score > 4.5 && score < 8.2, `${score}`);
    assert.equal(attacking, false);
  });

  test('is none where the log is full of signatures that came once', () => {
    const once = Array.from({ length: 600 }, (_, index) => ({
      signature: { ...page, userAgent: `agent/${index}` },
      requests: 1,
    }));
    assert.equal(judged([...people(100), ...attack, ...weak], once).get(WEAK)!.attacking, false);
    assert.equal(
      judged([...people(100), ...attack, ...weak], [...USUAL, ...once]).get(WEAK)!.attacking,
      false,
    );
    assert.equal(
      judged([...people(100), ...attack, ...weak], [...USUAL, ...once.slice(0, 300)]).get(WEAK)!.attacking,
      true,
    );
  });

  test('is none of the visitors of a page that is new, who go on to others: beside the attack they stay visitors', () => {
    const news = { ...page, path: '/news/today' };
    const inApp = { fingerprint: 'phone', userAgent: 'InApp/1' };
    const visitors = [
      ...Array.from({ length: 60 }, () => pick(page)),
      ...Array.from({ length: 7 }, () => inApp),
    ];
    const opened = visitors.flatMap((client, index) => [
      row(`192.0.2.${100 + index}`, { ...news, ...client }, { requests: 2 }),
      row(`192.0.2.${100 + index}`, { ...page, ...client }),
      ...(index % 3 === 0 ? [row(`192.0.2.${100 + index}`, { ...part, ...client })] : []),
    ]);
    const named = judged([...people(100), ...attack, ...weak, ...opened])
      .values()
      .filter(({ attacking }) => attacking)
      .map(({ srcIp }) => srcIp)
      .toArray();
    assert.equal(named.length, 26);
    assert.ok(named.every((srcIp) => !srcIp.startsWith('192.0.2.')));
  });
});

function pick({ fingerprint, userAgent }: Signature): Pick<Signature, 'fingerprint' | 'userAgent'> {
  return { fingerprint, userAgent };
}
