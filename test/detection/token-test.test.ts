/** Random tokens: other ones each time, or the same again. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { keyAtHost } from '../../src/detection/signatures.ts';
import type { SourceRow } from '../../src/detection/sources.ts';
import { type AskedAgain, tokenTest } from '../../src/detection/token-test.ts';
import { bots, flood, people, row } from './made-requests.ts';

const againOf = (rows: readonly SourceRow[], again: number): AskedAgain => {
  const asked = new Map<string, Map<string, number>>();
  for (const { srcIp, host, original } of rows) {
    const key = keyAtHost({ host, signature: original });
    asked.set(key, (asked.get(key) ?? new Map<string, number>()).set(srcIp, again));
  }
  return asked;
};
const resultOf = (rows: readonly SourceRow[], askedAgain: AskedAgain, grown = true) => {
  const { result, observation } = tokenTest(rows, { grown, askedAgain });
  return [result, observation.match(/[0-9]+ %/g)?.join(', ')];
};

describe('Queries with a token', () => {
  const rows = bots(10);

  test('speak for an attack where each is another one, of what grew alone', () => {
    assert.deepEqual(resultOf(rows, new Map()), ['attack', '100 %, 100 %']);
    assert.deepEqual(resultOf(rows, againOf(rows, 6)), ['attack', '100 %, 90 %']);
    assert.deepEqual(resultOf(rows, againOf(rows, 7)), ['neither', '100 %, 88 %']);
    assert.deepEqual(resultOf(rows, new Map(), false), ['neither', '100 %, 100 %']);
  });

  test('speak against one where they are asked again', () => {
    assert.deepEqual(resultOf(rows, againOf(rows, 42)), ['benign', '100 %, 30 %']);
    assert.deepEqual(resultOf(rows, againOf(rows, 41)), ['neither', '100 %, 32 %']);
  });

  test('say nothing where few requests have one, or each address asked once', () => {
    const beside = [...rows.slice(0, 1), ...people(100)];
    assert.deepEqual(resultOf(beside, new Map()), ['neither', '13 %, 100 %']);
    const once = rows.map((each) => ({ ...each, requests: 1 }));
    assert.deepEqual(resultOf(once, new Map()), ['neither', '0 %, 0 %']);
  });

  test('count what an address asked again with the same client of the same host, and nothing else that it asked', () => {
    const [one] = rows as [SourceRow];
    const visitor = row(
      one.srcIp,
      { ...flood, fingerprint: 'browser', userAgent: 'Mozilla/5.0' },
      { requests: 60 },
    );
    // The tool made up each of its queries; somebody behind the same address loaded one page over and over.
    assert.deepEqual(resultOf([one], againOf([visitor], 59)), ['attack', '100 %, 100 %']);
    assert.deepEqual(resultOf([visitor], againOf([one], 59)), ['attack', '100 %, 100 %']);
    assert.deepEqual(resultOf([one, visitor], againOf([visitor], 59)), ['neither', '100 %, 51 %']);
    const elsewhere = [{ ...one, host: 'shop.example.com' }];
    assert.deepEqual(resultOf(elsewhere, againOf([one], 59)), ['attack', '100 %, 100 %']);
    assert.deepEqual(resultOf([one], againOf([row('192.0.2.99', flood)], 59)), ['attack', '100 %, 100 %']);
  });

  test('are known by what they were before rare values were folded', () => {
    const folded = rows.map((each) => ({ ...each, signature: { ...each.signature, query: '{rare}' } }));
    assert.deepEqual(resultOf(folded, againOf(rows, 42)), ['benign', '100 %, 30 %']);
  });
});
