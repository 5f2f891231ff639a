/** Random tokens: other ones each time, or the same again. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { SourceRow } from '../../src/detection/sources.ts';
import { type AskedAgain, templateOfHost, tokenTest } from '../../src/detection/token-test.ts';
import { bots, flood, page, people, row } from './made-requests.ts';

const template = templateOfHost({ ...flood, host: 'www.example.com' });
const againOf = (rows: readonly SourceRow[], again: number): AskedAgain =>
  new Map(rows.map(({ srcIp }) => [srcIp, new Map([[template, again]])]));
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

  test('count what an address asked again once, whatever its agents, and never all that it sent', () => {
    const [one] = rows as [SourceRow];
    const other = { ...flood, userAgent: 'tool/2' };
    const agents = [{ ...one, requests: 10 }, row(one.srcIp, other, { requests: 10 })];
    assert.deepEqual(resultOf(agents, againOf(agents, 14)), ['benign', '100 %, 30 %']);
    assert.deepEqual(resultOf(agents, againOf(agents, 100)), ['benign', '100 %, 5 %']);
    // Of another host, or by another address.
    const elsewhere = agents.map((each) => ({ ...each, host: 'shop.example.com' }));
    assert.deepEqual(resultOf(elsewhere, againOf(agents, 14)), ['attack', '100 %, 100 %']);
    assert.deepEqual(resultOf(agents, againOf([row('192.0.2.99', page)], 14)), ['attack', '100 %, 100 %']);
  });
});
