import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { binomialTail } from '../../src/detection/binomial.ts';

const near = (found: number, expected: number) =>
  assert.ok(Math.abs(found - expected) < 1e-9, `${found}, not ${expected}`);

describe('The tail of a binomial distribution', () => {
  test('is what is known of it', () => {
    near(binomialTail({ successes: 1, trials: 1, chance: 0.4 }), 0.4);
    near(binomialTail({ successes: 2, trials: 2, chance: 0.05 }), 0.0025);
    near(binomialTail({ successes: 8, trials: 10, chance: 0.5 }), 56 / 1024);
    near(binomialTail({ successes: 1, trials: 10, chance: 0.1 }), 1 - 0.9 ** 10);
  });

  test('is 1 for none, 0 for what cannot be, and holds for a million trials', () => {
    assert.equal(binomialTail({ successes: 0, trials: 10, chance: 0.1 }), 1);
    assert.equal(binomialTail({ successes: 1, trials: 10, chance: 0 }), 0);
    assert.equal(binomialTail({ successes: 3, trials: 3, chance: 1 }), 1);
    const half = binomialTail({ successes: 500_000, trials: 1_000_000, chance: 0.5 });
    assert.ok(half > 0.5 && half < 0.501, `${half}`);
    assert.equal(binomialTail({ successes: 900_000, trials: 1_000_000, chance: 0.1 }), 0);
  });

  test('is the sum of the chances of each number', () => {
    const choose = (n: number, k: number): number => (k === 0 ? 1 : (choose(n - 1, k - 1) * n) / k);
    const cases = fc.tuple(
      fc.integer({ min: 1, max: 40 }),
      fc.nat(40),
      fc.double({ min: 0.01, max: 0.99, noNaN: true }),
    );
    fc.assert(
      fc.property(cases, ([trials, some, chance]) => {
        const successes = Math.min(some, trials);
        let sum = 0;
        for (let k = successes; k <= trials; k += 1)
          sum += choose(trials, k) * chance ** k * (1 - chance) ** (trials - k);
        near(binomialTail({ successes, trials, chance }), sum);
      }),
    );
  });
});
