/** When growth is clients that ask again for what failed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Candidate } from '../../src/detection/candidates.ts';
import type { MinuteSeries } from '../../src/detection/minute-series.ts';
import { failuresAfter, type Retries } from '../../src/detection/retries.ts';
import { compareComposition, type Signature } from '../../src/detection/signatures.ts';
import { judgeSources, type SourceRow } from '../../src/detection/sources.ts';
import { verdictOf } from '../../src/detection/verdict.ts';

const call: Signature = {
  fingerprint: 'library',
  userAgent: 'app/1',
  method: 'GET',
  path: '/api/{n}',
  query: null,
  hasReferrer: false,
};

/** Sixty clients who ask for one thing only, two hundred times as often as is usual: a tool, to look at. */
function verdictWith(retries: Retries | null) {
  const rows = Array.from(
    { length: 60 },
    (_, index): SourceRow => ({
      ...{ srcIp: `192.0.2.${index}`, signature: call, original: call, host: 'www.example.com' },
      ...{ requests: 50, repeats: 0, actionKnown: 0, mitigated: 0 },
      ...{ originKnown: 0, reachedOrigin: 0, firstSeen: index * 1_000, lastSeen: 600_000 },
    }),
  );
  const composition = compareComposition({
    ...{ window: rows, windowMinutes: 10 },
    ...{ usual: [{ signature: call, requests: 3_000 }], usualMinutes: 2_000 },
  });
  return verdictOf({
    ...{ composition, rows, minutes: [], judged: judgeSources(rows, composition), askedAgain: new Map() },
    ...{ before: { requests: 100, sources: 20 }, known: { sources: 60, knownPrefixSources: 6 } },
    ...{ attackedBefore: new Set(), schedule: null, expected: null },
    ...{ asked: [], refused: [], verifiedBots: null, retries },
  });
}

const storm: Retries = { growth: 1_000, failedGrowth: 500, againByKnown: 500, failuresAfter: 0 };

test('growth is a retry storm where half of it failed and half is known clients that asked again', () => {
  const verdict = verdictWith(storm);
  assert.equal(verdict.kind, 'retry-storm');
  assert.equal(verdict.tests.find(({ id }) => id === 'retries')?.result, 'benign');
});

test('an attack has errors after it, and clients of its own: each of the marks is needed', () => {
  const without = verdictWith(null).kind;
  assert.notEqual(without, 'retry-storm');
  const others = [
    { failedGrowth: 499 },
    { againByKnown: 499 },
    { failuresAfter: 1 },
    { failuresAfter: null },
    { growth: 0 },
  ];
  for (const other of others) {
    const verdict = verdictWith({ ...storm, ...other });
    assert.equal(verdict.kind, without, JSON.stringify(other));
    assert.equal(verdict.tests.find(({ id }) => id === 'retries')?.result, 'neither');
  }
});

test('failures begin with the first minute that has a tenth of their busiest', () => {
  const failed = new Float64Array(60);
  failed.set([1, 2, 0, 40, 90, 100], 26);
  const series = { start: 0, failed } as unknown as MinuteSeries;
  const from = (minute: number) => ({ start: minute * 60_000, end: 40 * 60_000 }) as Candidate;
  assert.equal(failuresAfter(series, from(30)), -1);
  assert.equal(failuresAfter(series, from(27)), 2);
  assert.equal(failuresAfter({ ...series, failed: new Float64Array(60) }, from(30)), null);
});
