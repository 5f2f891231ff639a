/** Growth of parts of the traffic, in counts by hand. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { composedCandidate } from '../../src/detection/candidates.ts';
import { growthsOf, type PartCount, withGrowths } from '../../src/detection/grown-parts.ts';
import { MINUTE } from '../../src/detection/minute-series.ts';
import { START, seriesOf } from './made-series.ts';

const STEP = 10 * MINUTE;
const DAY_STEPS = 144;

/** Ten minutes of a part from the start of the log on: so many each, and others where `change` says. */
function part(key: string, steps: number, usual: number, change: Record<number, number>): PartCount[] {
  return Array.from({ length: steps }, (_, step) => ({
    key,
    from: START + step * STEP,
    requests: change[step] ?? usual,
  })).filter(({ requests }) => requests > 0);
}

const steps = (from: number, until: number, requests: number): Record<number, number> =>
  Object.fromEntries(Array.from({ length: until - from }, (_, index) => [from + index, requests]));

const growths = (counts: PartCount[], length: number): [number, number][] =>
  growthsOf(counts, { start: START, end: START + length * STEP }).map(({ start, end }) => [
    (start - START) / STEP,
    (end - START) / STEP,
  ]);

describe('Growth of a part of the traffic', () => {
  test('is found where it was never seen, and where it is five times the usual', () => {
    const never = part('new', 2 * DAY_STEPS, 0, steps(100, 104, 60));
    assert.deepEqual(growths(never, 2 * DAY_STEPS), [[100, 104]]);
    assert.deepEqual(growths(part('usual', 288, 20, steps(100, 104, 100)), 288), [[100, 104]]);
    assert.deepEqual(growths(part('usual', 288, 20, steps(100, 104, 99)), 288), []);
  });

  test('does not raise what is usual: four hours of it are found whole', () => {
    assert.deepEqual(growths(part('long', 288, 10, steps(200, 225, 60)), 288), [[200, 225]]);
  });

  test('of fewer than 30 requests in ten minutes, or 100 in all, is none', () => {
    assert.deepEqual(growths(part('small', 288, 0, steps(100, 140, 29)), 288), []);
    assert.deepEqual(growths(part('short', 288, 0, steps(100, 103, 33)), 288), []);
    assert.deepEqual(growths(part('short', 288, 0, steps(100, 103, 34)), 288), [[100, 103]]);
  });

  test('is a rhythm where half of the other days have it at the same time', () => {
    const nightly = { ...steps(18, 20, 400), ...steps(18 + DAY_STEPS, 20 + DAY_STEPS, 380) };
    assert.deepEqual(growths(part('job', 288, 0, nightly), 288), []);
    const once = { ...steps(18, 20, 400), ...steps(60 + DAY_STEPS, 62 + DAY_STEPS, 380) };
    assert.equal(growths(part('job', 288, 0, once), 288).length, 2);
    const twoOfFive = { ...steps(18, 20, 400), ...steps(18 + DAY_STEPS, 20 + DAY_STEPS, 380) };
    assert.equal(growths(part('job', 5 * DAY_STEPS, 0, twoOfFive), 5 * DAY_STEPS).length, 2);
  });

  test('that lasts more than a quarter of the log is what the log is like', () => {
    assert.deepEqual(growths(part('release', 288, 0, steps(200, 280, 60)), 288), []);
  });

  test('is not looked for in three hours', () => {
    assert.deepEqual(growths(part('short log', 17, 0, steps(10, 12, 500)), 17), []);
    assert.deepEqual(growths(part('short log', 18, 0, steps(10, 12, 500)), 18), [[10, 12]]);
  });

  test('of two parts that touch is one', () => {
    const two = [...part('a', 288, 0, steps(100, 104, 60)), ...part('b', 288, 0, steps(104, 110, 60))];
    assert.deepEqual(growths(two, 288), [[100, 110]]);
    const apart = [...part('a', 288, 0, steps(100, 104, 60)), ...part('b', 288, 0, steps(105, 110, 60))];
    assert.equal(growths(apart, 288).length, 2);
  });

  test('that meets a candidate widens where it is looked at, and no two look at the same minute', () => {
    const total = seriesOf(new Float64Array(2880).fill(50));
    const at = (minute: number): number => START + minute * MINUTE;
    const risen = [
      { ...composedCandidate(total, { start: at(1020), end: at(1040) }), basis: 'volume' as const },
      { ...composedCandidate(total, { start: at(1070), end: at(1080) }), basis: 'volume' as const },
    ];
    const grown = [
      { start: at(1000), end: at(1060), excess: 500 },
      { start: at(2000), end: at(2030), excess: 500 },
    ];
    const all = withGrowths(risen, grown, (growth) => composedCandidate(total, growth));
    assert.deepEqual(
      all.map(({ basis, around }) => [
        basis,
        (around.from - START) / MINUTE,
        (around.until - START) / MINUTE,
      ]),
      [
        ['volume', 993, 1055],
        ['volume', 1055, 1087],
        ['composition', 1993, 2037],
      ],
    );
  });
});
