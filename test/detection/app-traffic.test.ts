import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asksForNothingElse, hasNoReferrerUsually } from '../../src/detection/app-traffic.ts';
import { type Composition, type Counted, compareComposition } from '../../src/detection/signatures.ts';
import { page, people, row, USUAL } from './made-requests.ts';

const app = { ...page, fingerprint: 'app', userAgent: 'App/3', path: '/api/results' };
const policy = { ...page, path: '/policies', hasReferrer: true };
const rare = { ...policy, userAgent: 'Mozilla/5.0 (rare)' };
const known: Counted[] = [
  ...USUAL,
  { signature: app, requests: 900 },
  { signature: policy, requests: 8_000 },
  { signature: rare, requests: 2 },
];

/** What `calls` requests of the app in a window, and of a page that usually has a referrer, are beside 100 people. */
function grown(calls: number, pages: number, usual: readonly Counted[] = known): Composition {
  const window = [
    ...people(100),
    ...Array.from({ length: calls }, (_, index) => row(`203.0.113.${index % 9}`, app)),
    ...Array.from({ length: pages }, (_, index) => row(`198.51.100.${index}`, rare)),
  ];
  return compareComposition({ window, windowMinutes: 20, usual, usualMinutes: 2000 });
}

test('A few who came to a page beside the people of an app do not make its growth a page', () => {
  const composition = grown(225, 11);
  assert.equal(composition.attackKeys.size, 2);
  assert.ok(hasNoReferrerUsually(composition));
  assert.ok(asksForNothingElse(composition));
});

test('Nor do some calls of an app make the growth of a page an app’s', () => {
  const composition = grown(60, 225);
  assert.equal(composition.attackKeys.size, 2);
  assert.ok(!hasNoReferrerUsually(composition));
  assert.ok(!asksForNothingElse(composition));
});

test('Of what the log knows too little, nothing is usual', () => {
  for (const composition of [grown(225, 0, USUAL), grown(0, 0)]) {
    assert.ok(!hasNoReferrerUsually(composition));
    assert.ok(!asksForNothingElse(composition));
  }
});

test('Paths that are asked for seldom are known together', () => {
  const calls = Array.from({ length: 6 }, (_, index) => ({ ...app, path: `/api/${'abcdef'[index]}` }));
  const window = [...people(100), ...calls.flatMap((call) => row('203.0.113.1', call, { requests: 40 }))];
  const usual = [...USUAL, ...calls.map((signature) => ({ signature, requests: 5 }))];
  const composition = compareComposition({ window, windowMinutes: 20, usual, usualMinutes: 2000 });
  assert.equal(composition.attackKeys.size, 6);
  assert.ok(hasNoReferrerUsually(composition));
});
