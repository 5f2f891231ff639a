/** Quiet traffic of many seeds: how often the detector cries wolf. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { candidatesOf } from '../../src/detection/candidates.ts';
import { quietCounts, seriesOf } from './made-series.ts';

/** Of 1,000 host-days. */
const BOUND = 5;

describe('Quiet traffic', () => {
  for (const { days, seeds, what, mean, shape } of [
    { days: 2, seeds: 60, what: 'Poisson, 20 a minute', mean: 20, shape: Number.POSITIVE_INFINITY },
    { days: 2, seeds: 60, what: 'Poisson, 500 a minute', mean: 500, shape: Number.POSITIVE_INFINITY },
    { days: 2, seeds: 60, what: 'overdispersed, 100 a minute', mean: 100, shape: 10 },
    { days: 2, seeds: 60, what: 'bursty, 40 a minute', mean: 40, shape: 2 },
    { days: 10, seeds: 3, what: 'overdispersed, 100 a minute', mean: 100, shape: 10 },
    { days: 25, seeds: 12, what: 'Poisson, 500 a minute', mean: 500, shape: Number.POSITIVE_INFINITY },
    { days: 25, seeds: 12, what: 'overdispersed, 100 a minute', mean: 100, shape: 10 },
    { days: 25, seeds: 12, what: 'bursty, 40 a minute', mean: 40, shape: 2 },
  ]) {
    test(`gives at most ${BOUND} false windows in 1,000 host-days: ${what}, ${days} days`, (t) => {
      let windows = 0;
      for (let seed = 1; seed <= seeds; seed += 1)
        windows += candidatesOf([seriesOf(quietCounts({ days, mean, shape, seed }))]).length;
      const rate = (windows * 1000) / (days * seeds);
      t.diagnostic(`${windows} false windows in ${days * seeds} host-days: ${rate.toFixed(1)} in 1,000`);
      assert.ok(rate <= BOUND, `${rate} in 1,000 host-days`);
    });
  }
});
