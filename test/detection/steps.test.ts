import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { longSteps } from '../../src/detection/steps.ts';

const HOUR = 60;

/** Requests a minute of a site over 30 hours, from 20 by night to 140 by day, with what `more` adds. */
function minutes(more: (minute: number) => number): Float64Array {
  return Float64Array.from({ length: 30 * HOUR }, (_, minute) => {
    const usual = 80 - 60 * Math.cos((minute / (24 * HOUR)) * 2 * Math.PI);
    return Math.round(usual * (0.85 + 0.3 * ((minute * 7919) % 101) * 0.01) + more(minute));
  });
}

const known = new Uint8Array(30 * HOUR).fill(1);
const between = (from: number, until: number, rate: number) => (minute: number) =>
  minute >= from && minute < until ? rate : 0;

/** One step, to the minutes of which a level is made: a rise has its edges from the baseline, once the step is left out of that. */
function assertSteps(
  found: ReturnType<typeof longSteps>,
  { from, until }: { from: number; until: number },
): void {
  assert.equal(found.length, 1);
  assert.ok(Math.abs(found[0]!.from - from) <= 1 && Math.abs(found[0]!.until - until) <= 5);
}

describe('A step of hours', () => {
  test('is found to a few minutes, also at its slowest and where it does not end', () => {
    for (const [from, until] of [
      [10 * HOUR, 15 * HOUR],
      [8 * HOUR + 7, 20 * HOUR],
      [20 * HOUR, 30 * HOUR],
    ] as const)
      assertSteps(longSteps(minutes(between(from, until, 400)), known), { from, until });
  });

  test('is none of three hours less a minute, of less than three times, or of a day that goes up and down', () => {
    assert.deepEqual(longSteps(minutes(between(10 * HOUR, 13 * HOUR - 15, 400)), known), []);
    assert.deepEqual(longSteps(minutes(between(10 * HOUR, 15 * HOUR, 150)), known), []);
    assert.deepEqual(
      longSteps(
        minutes(() => 0),
        known,
      ),
      [],
    );
    const office = (minute: number): number =>
      400 * Math.min(Math.max((minute - 8 * HOUR) / 45, 0), 1) * (minute < 18 * HOUR ? 1 : 0);
    assert.deepEqual(longSteps(minutes(office), known), []);
  });

  test('needs minutes before it, and goes on over those that are not there', () => {
    const counts = minutes(between(10 * HOUR, 15 * HOUR, 400));
    const gone = (from: number, until: number): Uint8Array => known.slice().fill(0, from, until);
    const without = (gap: Uint8Array) => counts.map((count, minute) => (gap[minute] === 1 ? count : 0));
    const before = gone(9 * HOUR, 10 * HOUR);
    assert.deepEqual(longSteps(without(before), before), []);
    const inside = gone(12 * HOUR, 13 * HOUR);
    assertSteps(longSteps(without(inside), inside), { from: 10 * HOUR, until: 15 * HOUR });
  });

  test('lies within the log, and none overlaps another, whatever the minutes', () => {
    const series = fc.array(fc.tuple(fc.nat(900), fc.boolean()), { minLength: 1, maxLength: 500 });
    fc.assert(
      fc.property(series, (pairs) => {
        const found = longSteps(
          Float64Array.from(pairs, ([count]) => count),
          Uint8Array.from(pairs, ([, isKnown]) => Number(isKnown)),
        );
        let last = 0;
        for (const { from, until } of found) {
          assert.ok(from >= last && until - from >= 180 && until <= pairs.length);
          last = until;
        }
      }),
    );
  });
});
