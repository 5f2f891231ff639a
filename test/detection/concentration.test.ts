import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { concentrationOf } from '../../src/detection/concentration.ts';

describe('Concentration', () => {
  test('of thirteen equal things is a thirteenth', () => {
    const even = concentrationOf([{ requests_each: 7, things: 13 }])!;
    assert.deepEqual([even.things, even.requests, even.effective_number, even.gini], [13, 91, 13, 0]);
    assert.equal(even.hhi, 1 / 13);
    assert.equal(even.hhi_normalised, 0);
    assert.ok(Math.abs(even.entropy_bits - Math.log2(13)) < 1e-12);
    assert.ok(Math.abs(even.entropy_normalised! - 1) < 1e-12);
    assert.deepEqual(even.of_first, { 1: 7, 10: 70, 100: 91 });
  });

  test('of one thing beside others is nearly whole', () => {
    // 1, 1 and 8 of 10: shares 0.1, 0.1, 0.8.
    const uneven = concentrationOf([
      { requests_each: 8, things: 1 },
      { requests_each: 1, things: 2 },
    ])!;
    assert.equal(uneven.hhi, 0.66);
    assert.equal(uneven.hhi_normalised, 0.49);
    // (0.66 − ⅓) ÷ (1 − ⅓) is the line above.
    assert.equal(uneven.effective_number, 1 / 0.66);
    // (−2 × 1 + 0 × 1 + 2 × 8) ÷ (3 × 10)
    assert.equal(uneven.gini, 14 / 30);
    assert.ok(Math.abs(uneven.entropy_bits - 0.9219280948873623) < 1e-12);
    assert.deepEqual(uneven.of_first, { 1: 8, 10: 10, 100: 10 });
  });

  test('of a single thing is whole, of none is nothing', () => {
    const single = concentrationOf([{ requests_each: 5, things: 1 }])!;
    assert.deepEqual(
      [single.hhi, single.hhi_normalised, single.entropy_bits, single.entropy_normalised, single.gini],
      [1, null, 0, null, 0],
    );
    assert.equal(concentrationOf([]), null);
    assert.equal(concentrationOf([{ requests_each: null, things: 0 }]), null);
  });

  test('is exact where the sums pass 2^53', () => {
    const great = concentrationOf([{ requests_each: 3_000_000_000n, things: 4_000_000n }])!;
    assert.equal(great.effective_number, 4_000_000);
    assert.equal(great.hhi, 1 / 4_000_000);
  });
});
