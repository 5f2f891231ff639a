/** Quiet traffic of many seeds: how often the detector cries wolf. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { candidatesOf } from '../../src/detection/candidates.ts';
import { quietCounts, seriesOf } from './made-series.ts';

/** In 1,000 host-days; where each minute for itself varies by 70 %, as no site that we know does, more are let pass. */
const BOUND = 5;
const BURSTY_BOUND = 30;
const POISSON = Number.POSITIVE_INFINITY;

describe('Quiet traffic', () => {
  for (const { days, seeds, what, mean, shape, bound } of [
    { days: 2, seeds: 40, what: 'Poisson, 20 a minute', mean: 20, shape: POISSON, bound: BOUND },
    { days: 2, seeds: 40, what: 'overdispersed, 100 a minute', mean: 100, shape: 10, bound: BOUND },
    { days: 2, seeds: 40, what: 'bursty, 40 a minute', mean: 40, shape: 2, bound: BURSTY_BOUND },
    { days: 10, seeds: 2, what: 'overdispersed, 100 a minute', mean: 100, shape: 10, bound: BOUND },
    { days: 25, seeds: 6, what: 'Poisson, 500 a minute', mean: 500, shape: POISSON, bound: BOUND },
    { days: 25, seeds: 6, what: 'overdispersed, 100 a minute', mean: 100, shape: 10, bound: BOUND },
    { days: 25, seeds: 6, what: 'bursty, 40 a minute', mean: 40, shape: 2, bound: BURSTY_BOUND },
  ]) {
    test(`gives at most ${bound} false windows in 1,000 host-days: ${what}, ${days} days`, (t) => {
      let windows = 0;
      for (let seed = 1; seed <= seeds; seed += 1)
        windows += candidatesOf([seriesOf(quietCounts({ days, mean, shape, seed }))]).length;
      const rate = (windows * 1000) / (days * seeds);
      t.diagnostic(`${windows} false windows in ${days * seeds} host-days: ${rate.toFixed(1)} in 1,000`);
      assert.ok(rate <= bound, `${rate} in 1,000 host-days`);
    });
  }
});
