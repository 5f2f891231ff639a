import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  type Counted,
  compareComposition,
  rareFolder,
  type Signature,
  signatureKey,
} from '../../src/detection/signatures.ts';

const signature = (part: Partial<Signature> = {}): Signature => ({
  fingerprint: 'browser',
  userAgent: 'Mozilla/5.0',
  method: 'GET',
  path: '/',
  query: null,
  hasReferrer: false,
  ...part,
});

const USUAL: Counted[] = [
  { signature: signature(), requests: 10_000 },
  { signature: signature({ path: '/style.css', hasReferrer: true }), requests: 20_000 },
  { signature: signature({ path: '/news/{n}' }), requests: 5_000 },
  { signature: signature({ fingerprint: 'phone', userAgent: 'Phone/1' }), requests: 4_000 },
  {
    signature: signature({ fingerprint: 'crawler', userAgent: 'bot/1', path: '/news/{n}' }),
    requests: 1_000,
  },
];
const flood = signature({ fingerprint: 'tool', userAgent: 'tool/1', path: '/search', query: 'q={t}' });

/** A window of a hundredth of the baseline's time. */
const compare = (window: readonly Counted[], usual: readonly Counted[] = USUAL) =>
  compareComposition({ window, windowMinutes: 20, usual, usualMinutes: 2000 });
const usualIn = (factor: number): Counted[] =>
  USUAL.map(({ signature: each, requests }) => ({
    signature: each,
    requests: Math.round((requests / 100) * factor),
  }));

describe('The composition of a window', () => {
  test('that is the usual one has no cell of an attack, whatever its volume: a crowd is a crowd', () => {
    for (const factor of [0.5, 1, 3, 10, 200]) {
      const composition = compare(usualIn(factor));
      assert.deepEqual([...composition.attackKeys], [], `factor ${factor}`);
      assert.ok(
        Math.abs(composition.usualFactor / factor - 1) < 0.1,
        `${composition.usualFactor} for ${factor}`,
      );
      assert.equal(composition.attackExcess, 0);
    }
  });

  test('that grows by chance about the usual one has no cell of an attack', () => {
    const noise = fc.array(fc.double({ min: 0.5, max: 2, noNaN: true }), { minLength: 5, maxLength: 5 });
    fc.assert(
      fc.property(noise, fc.integer({ min: 1, max: 50 }), (factors, crowd) => {
        const window = usualIn(crowd).map((each, index) => ({
          ...each,
          requests: Math.round(each.requests * factors[index]!),
        }));
        assert.equal(compare(window).attackKeys.size, 0);
      }),
    );
  });

  test('shows a flood of one new signature beside the usual traffic', () => {
    const composition = compare([...usualIn(1), { signature: flood, requests: 9_000 }]);
    assert.deepEqual([...composition.attackKeys], [signatureKey(flood)]);
    assert.ok(composition.attackExcess > 8_990 && composition.attackExcess <= 9_000);
    assert.ok(Math.abs(composition.usualFactor - 1) < 0.1);
    const cell = composition.cells.get(signatureKey(flood))!;
    assert.deepEqual([cell.requests, cell.expected, cell.growth, cell.usual], [9_000, 0, 18_000, 0]);
  });

  test('shows a flood with the signature of everyone, by its growth', () => {
    const window = usualIn(1).map((each, index) => (index === 2 ? { ...each, requests: 5_000 } : each));
    const composition = compare(window);
    assert.deepEqual([...composition.attackKeys], [signatureKey(USUAL[2]!.signature)]);
  });

  test('shows a flood in the middle of a crowd', () => {
    const composition = compare([...usualIn(8), { signature: flood, requests: 9_000 }]);
    assert.deepEqual([...composition.attackKeys], [signatureKey(flood)]);
    assert.ok(Math.abs(composition.usualFactor / 8 - 1) < 0.1);
  });

  test('does not take a few requests for an attack, nor a new pair of usual parts', () => {
    const few = { signature: flood, requests: 9 };
    const pair = {
      signature: signature({
        fingerprint: 'phone',
        userAgent: 'Phone/1',
        path: '/style.css',
        hasReferrer: true,
      }),
      requests: 9,
    };
    assert.equal(compare([...usualIn(1), few, pair]).attackKeys.size, 0);
    const many = { ...pair, requests: 60 };
    // 10 % of 4,000 × 20,000 of 40,000 are expected a hundredth: 2 requests.
    assert.equal(
      compare([...usualIn(1), many]).cells.get(signatureKey(pair.signature))!.expected > 1.8,
      true,
    );
  });

  test('adds up rows of one signature', () => {
    const composition = compare([
      ...usualIn(1),
      { signature: flood, requests: 100 },
      { signature: { ...flood }, requests: 200 },
    ]);
    assert.equal(composition.cells.get(signatureKey(flood))!.requests, 300);
  });

  test('has everything to be new where nothing was before', () => {
    const composition = compare([{ signature: flood, requests: 500 }], []);
    assert.equal(composition.usualFactor, 1);
    assert.deepEqual([...composition.attackKeys], [signatureKey(flood)]);
    assert.equal(composition.excess, 500);
    assert.deepEqual([...compare([]).cells], []);
  });

  test('keys signatures apart that look alike when written one after the other', () => {
    const keys = [
      signature({ path: 'a', query: 'b' }),
      signature({ path: 'a","b', query: null }),
      signature({ path: null, query: 'b' }),
      signature({ path: 'null', query: 'b' }),
      signature({ userAgent: null }),
      signature({ userAgent: 'null' }),
    ].map(signatureKey);
    assert.equal(new Set(keys).size, keys.length);
  });
});

describe('Random values', () => {
  const random = (index: number): Counted => ({
    signature: { ...flood, path: `/p${index}`, query: `q${index}`, userAgent: `agent ${index}` },
    requests: 1,
  });

  test('stand together where each is seen a few times and never before', () => {
    const window = [
      ...Array.from({ length: 500 }, (_, index) => random(index)),
      { signature: signature(), requests: 2 },
    ];
    const fold = rareFolder(window, USUAL);
    const folded = window.map((each) => ({ ...each, signature: fold(each.signature) }));
    assert.equal(new Set(folded.map((each) => signatureKey(each.signature))).size, 2);
    assert.deepEqual(folded[0]!.signature, {
      ...flood,
      path: '{rare}',
      query: '{rare}',
      userAgent: '{rare}',
    });
    assert.deepEqual(folded.at(-1)!.signature, signature(), 'known before, and so kept');
    const composition = compare([...usualIn(1), ...folded]);
    assert.equal(composition.attackKeys.size, 1);
  });

  test('do not swallow values that are many, known, or none', () => {
    const window: Counted[] = [
      { signature: { ...flood, userAgent: null, query: null }, requests: 1 },
      { signature: { ...flood, path: '/often', userAgent: 'often', query: 'often' }, requests: 4 },
    ];
    const fold = rareFolder(window, USUAL);
    assert.deepEqual(fold(window[0]!.signature), { ...flood, path: '{rare}', userAgent: null, query: null });
    assert.deepEqual(fold(window[1]!.signature), window[1]!.signature);
  });

  test('with agents that few people have is the usual one: there are as many such at all times', () => {
    const templates = ['/style.css', '/app.js', '/logo.png'].map((path) =>
      signature({ path, hasReferrer: true }),
    );
    const visit = (agent: string): Counted[] =>
      templates.map((each) => ({ signature: { ...each, userAgent: agent }, requests: 4 }));
    const visits = (count: number, when: string): Counted[] =>
      Array.from({ length: count }, (_, person) => visit(`Own/${when}.${person}`)).flat();
    const usual = visits(1000, 'before');
    const pingback = signature({ userAgent: 'tool/1', method: 'POST', path: '/xmlrpc.php' });
    const window = [...visits(100, 'now'), { signature: pingback, requests: 5000 }];
    const fold = rareFolder(window, usual);
    const folded = (counted: readonly Counted[]): Counted[] =>
      counted.map((each) => ({ ...each, signature: fold(each.signature) }));
    const { attackKeys } = compareComposition({
      ...{ window: folded(window), windowMinutes: 100 },
      ...{ usual: folded(usual), usualMinutes: 1000 },
    });
    assert.deepEqual([...attackKeys], [signatureKey(pingback)]);
  });

  test('in which one tool asks for every page makes no newcomer suspicious who asks for one', () => {
    const pages = Array.from({ length: 30 }, (_, index) => signature({ path: `/p/${index}` }));
    const usual = pages.map((each) => ({ signature: each, requests: 100 }));
    const of = (fingerprint: string, requests: number): Counted[] =>
      pages.map((each) => ({ signature: { ...each, fingerprint }, requests }));
    const newcomers = Array.from({ length: 30 }, (_, index) =>
      of(`new ${index}`, 1).slice(index, index + 3),
    ).flat();
    const toolOnly = compare([...of('tool', 60), ...newcomers], usual);
    assert.deepEqual(
      [...toolOnly.attackKeys].sort(),
      of('tool', 60)
        .map((each) => signatureKey(each.signature))
        .sort(),
    );
    // Where no signature alone accounts for it, each of a page that grew is one of the attack's.
    const many = Array.from({ length: 60 }, (_, index) => of(`tool ${index}`, 1)).flat();
    assert.equal(compare(many, usual).attackKeys.size, many.length);
  });
});
