/** Floods that were put on top of made traffic, and what the detector says of them. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { baselineOf, RUNG_SENTENCES, rungOf } from '../../src/detection/baseline.ts';
import { type Candidate, candidatesOf, forcedCandidate } from '../../src/detection/candidates.ts';
import { MINUTE } from '../../src/detection/minute-series.ts';
import { added, minuteOf, quietCounts, START, seriesOf } from './made-series.ts';

const RUNGS = [
  { days: 2, rung: 'own-minutes' },
  { days: 10, rung: 'hour-of-day' },
  { days: 25, rung: 'seasonal' },
] as const;

const flat = (minutes: number, requests: number): number[] => new Array<number>(minutes).fill(requests);
const ramp = (minutes: number, step: number): number[] =>
  Array.from({ length: minutes }, (_, index) => (index + 1) * step);
const spanOf = ({ start, end }: Candidate): [number, number] => [minuteOf(start), minuteOf(end)];

/** Found once, and its edges lie within a minute of the true ones. */
function assertFound(found: readonly Candidate[], from: number, until: number): void {
  assert.equal(found.length, 1, JSON.stringify(found.map(spanOf)));
  const [start, end] = spanOf(found[0]!);
  assert.ok(
    Math.abs(start - from) <= 1 && Math.abs(end - until) <= 1,
    `${start} to ${end} for ${from} to ${until}`,
  );
}

describe('A flood', () => {
  for (const { days, rung } of RUNGS) {
    const from = (days - 1) * 1440 + 942;
    const quiet = quietCounts({ days, mean: 200, shape: 20, seed: days });

    test(`that steps up is found to the minute, after ${days} days of history`, () => {
      const found = candidatesOf([seriesOf(added(quiet, from, flat(25, 4000)))]);
      assertFound(found, from, from + 25);
      const [{ rung: used, peak, peakAt, expectedAtPeak, sourceId, vantage, hosts }] = found as [Candidate];
      assert.equal(used, rung);
      assert.ok(peak > 4000 && minuteOf(peakAt) >= from && minuteOf(peakAt) < from + 25);
      assert.ok(expectedAtPeak > 100 && expectedAtPeak < 450, `${expectedAtPeak} expected`);
      assert.deepEqual([sourceId, vantage, hosts], ['log', 'edge', [null]]);
    });

    test(`on the larger of two hosts is one of the log, after ${days} days of history`, () => {
      const small = quietCounts({ days, mean: 8, shape: 20, seed: days + 300 });
      const large = added(quiet, from, flat(25, 4000));
      const both = [
        seriesOf(large, { host: 'www.example.com', total: false }),
        seriesOf(small, { host: 'api.example.com', total: false }),
        seriesOf(Float64Array.from(large, (count, minute) => count + small[minute]!)),
      ];
      assert.deepEqual(
        candidatesOf(both).map(({ smallHost }) => smallHost),
        [null],
      );
    });

    test(`that ramps up is found from its first minutes, after ${days} days of history`, () => {
      const wave = [...ramp(20, 700), ...flat(20, 14_000), ...ramp(10, 1400).reverse()];
      assertFound(candidatesOf([seriesOf(added(quiet, from, wave))]), from, from + 50);
    });

    test(`that is small is found over a busy log, by its host or by what the defence stopped, after ${days} days`, () => {
      const busy = quietCounts({ days, mean: 6000, shape: 60, seed: days + 100 });
      const small = quietCounts({ days, mean: 8, shape: 20, seed: days + 200 });
      const host = added(small, from, flat(30, 900));
      const total = Float64Array.from(busy, (count, minute) => count + host[minute]!);
      const log = [
        seriesOf(busy, { host: 'www.example.com', total: false }),
        seriesOf(host, { host: 'api.example.com', total: false }),
        seriesOf(total),
      ];
      const found = candidatesOf(log);
      assertFound(found, from, from + 30);
      assert.deepEqual(found[0]!.hosts, ['api.example.com']);
      assert.equal(found[0]!.smallHost, 'api.example.com');
      const stopped = candidatesOf([
        seriesOf(total, { mitigated: added(new Float64Array(total.length), from, flat(30, 900)) }),
      ]);
      assertFound(stopped, from, from + 30);
      assert.deepEqual(candidatesOf([seriesOf(total)]), [], 'the total alone does not show it');
    });
  }

  test('at the first or last minutes of the log is found', () => {
    const quiet = quietCounts({ days: 2, mean: 200, shape: 20, seed: 5 });
    assertFound(candidatesOf([seriesOf(added(quiet, 0, flat(20, 5000)))]), 0, 20);
    assertFound(candidatesOf([seriesOf(added(quiet, 2860, flat(20, 5000)))]), 2860, 2880);
  });

  test('of one minute is one from 600 requests and ten times the usual on; of less it takes two of three', () => {
    const quiet = quietCounts({ days: 2, mean: 200, shape: 20, seed: 6 });
    assertFound(candidatesOf([seriesOf(added(quiet, 1500, [9000]))]), 1500, 1501);
    assert.deepEqual(candidatesOf([seriesOf(added(quiet, 1500, [500]))]), []);
    assert.equal(candidatesOf([seriesOf(added(quiet, 1500, [500, 0, 500]))]).length, 1);
    const idle = new Float64Array(2880);
    assert.deepEqual(candidatesOf([seriesOf(added(idle, 1500, [599]))]), []);
    assertFound(candidatesOf([seriesOf(added(idle, 1500, [600]))]), 1500, 1501);
  });

  test('of a minute or two that a clock starts, every hour or every day, is none', () => {
    const quiet = quietCounts({ days: 3, mean: 20, shape: 20, seed: 7 });
    const job = (every: number, size: number[]) => {
      let counts = quiet;
      for (let minute = 65; minute < quiet.length; minute += every) counts = added(counts, minute, size);
      return counts;
    };
    for (const every of [60, 90, 1440])
      for (const size of [[2000], [700, 700]])
        assert.deepEqual(candidatesOf([seriesOf(job(every, size))]), [], `${every} minutes`);
    const beside = added(job(60, [2000]), 1520, [9000, 9000]);
    assertFound(candidatesOf([seriesOf(beside)]), 1520, 1522);
    assertFound(candidatesOf([seriesOf(added(job(60, [2000]), 1520, flat(20, 2000)))]), 1520, 1540);
  });

  test('of two or three hours is found where no other day is there to hold it against', () => {
    const day = quietCounts({ days: 1, mean: 100, shape: 20, seed: 8 });
    for (const hours of [1, 2, 3]) {
      const decaying = Array.from(
        { length: hours * 60 },
        (_, minute) => 2500 - (minute * 1500) / (hours * 60),
      );
      assertFound(candidatesOf([seriesOf(added(day, 1020, decaying))]), 1020, 1020 + hours * 60);
    }
  });

  test('of the working hours of a single day is none', () => {
    const office = quietCounts({ days: 1, mean: 30, shape: 20, seed: 9 });
    // People come within half an hour, where a flood is there within a minute.
    for (let minute = 540; minute < 1050; minute += 1)
      office[minute]! *= Math.min(12, 1 + (minute - 540) * 0.37);
    assert.deepEqual(candidatesOf([seriesOf(office)]), []);
  });

  test('of five hours, or seven that go on at the end, in a log of a day is one', () => {
    for (const [from, until] of [
      [600, 900],
      [1020, 1440],
    ] as const) {
      const day = quietCounts({ days: 1, mean: 100, shape: Number.POSITIVE_INFINITY, seed: 4 });
      assertFound(candidatesOf([seriesOf(added(day, from, flat(until - from, 400)))]), from, until);
    }
  });

  test('of fewer than 60 requests a minute is none, however quiet the log', () => {
    const quiet = new Float64Array(2880);
    assert.deepEqual(candidatesOf([seriesOf(added(quiet, 1500, flat(30, 59)))]), []);
    assertFound(candidatesOf([seriesOf(added(quiet, 1500, flat(30, 60)))]), 1500, 1530);
  });

  test('of less than six tenths of the usual is none, however steady the log', () => {
    const steady = new Float64Array(2880).fill(6000);
    assert.deepEqual(candidatesOf([seriesOf(added(steady, 1500, flat(30, 3500)))]), []);
    assertFound(candidatesOf([seriesOf(added(steady, 1500, flat(30, 3700)))]), 1500, 1530);
  });

  for (const { apart, waves } of [
    { apart: 12, waves: 1 },
    { apart: 40, waves: 2 },
  ]) {
    test(`in two waves ${apart} minutes apart is ${waves === 1 ? 'one' : 'two'}`, () => {
      for (const { days } of RUNGS.filter((each) => each.days !== 10)) {
        // Poisson: in rougher traffic a chance high minute within ten of the end is taken for its tail.
        const quiet = quietCounts({ days, mean: 200, shape: Number.POSITIVE_INFINITY, seed: 40 + days });
        const from = (days - 1) * 1440 + 600;
        const wave = [...flat(20, 5000), ...flat(apart, 0), ...flat(20, 5000)];
        const found = candidatesOf([seriesOf(added(quiet, from, wave))]);
        assert.equal(found.length, waves);
        assert.deepEqual([spanOf(found[0]!)[0], spanOf(found.at(-1)!)[1]], [from, from + wave.length]);
      }
    });
  }

  test('on two hosts at once is one, with the host of most excess first', () => {
    const quiet = quietCounts({ days: 2, mean: 50, shape: 20, seed: 9 });
    const [a, b] = [added(quiet, 2000, flat(20, 1000)), added(quiet, 2005, flat(20, 3000))];
    const found = candidatesOf([
      seriesOf(a, { host: 'a.example.com', total: false }),
      seriesOf(b, { host: 'b.example.com', total: false }),
      seriesOf(Float64Array.from(a, (count, minute) => count + b[minute]!)),
    ]);
    assertFound(found, 2000, 2025);
    assert.deepEqual(found[0]!.hosts, [null, 'b.example.com', 'a.example.com']);
  });

  test('does not raise its own baseline, nor that of the day after', () => {
    const quiet = quietCounts({ days: 10, mean: 200, shape: Number.POSITIVE_INFINITY, seed: 11 });
    const counts = added(added(quiet, 8 * 1440 + 900, flat(120, 20_000)), 9 * 1440 + 900, flat(30, 2000));
    const found = candidatesOf([seriesOf(counts)]);
    assert.deepEqual(found.map(spanOf), [
      [8 * 1440 + 900, 8 * 1440 + 1020],
      [9 * 1440 + 900, 9 * 1440 + 930],
    ]);
  });

  test('is not looked for in a log without its total', () => {
    assert.deepEqual(candidatesOf([]), []);
    assert.equal(forcedCandidate([], { start: 0, end: 1 }), null);
  });
});

describe('A window that the analyst gives', () => {
  const quiet = quietCounts({ days: 2, mean: 200, shape: 20, seed: 12 });
  const log = [seriesOf(added(quiet, 1500, flat(10, 150)))];
  const at = (minute: number) => START + minute * MINUTE;

  test('is taken as it is, to whole minutes, and is not in its own baseline', () => {
    const forced = forcedCandidate(log, { start: at(1500) + 1, end: at(1509) + 1 })!;
    assert.deepEqual(spanOf(forced), [1500, 1510]);
    const hidden = new Uint8Array(quiet.length).fill(1).fill(0, 1500, 1510);
    assert.equal(forced.expectedAtPeak, baselineOf(quiet, hidden).expected[minuteOf(forced.peakAt)]);
  });

  test('is cut to the time of the log, and is none outside it', () => {
    assert.deepEqual(spanOf(forcedCandidate(log, { start: at(-50), end: at(5) })!), [0, 5]);
    assert.deepEqual(spanOf(forcedCandidate(log, { start: at(2870), end: at(9999) })!), [2870, 2880]);
    assert.equal(forcedCandidate(log, { start: at(2880), end: at(2890) }), null);
    assert.equal(forcedCandidate(log, { start: at(100), end: at(100) }), null);
  });
});

describe('The ladder of baselines', () => {
  test('has its rungs at 7 and 21 days, each with a sentence', () => {
    const day = 1440;
    assert.deepEqual([1, 7 * day - 1, 7 * day, 21 * day - 1, 21 * day].map(rungOf), [
      'own-minutes',
      'own-minutes',
      'hour-of-day',
      'hour-of-day',
      'seasonal',
    ]);
    for (const rung of ['own-minutes', 'hour-of-day', 'seasonal'] as const)
      assert.match(RUNG_SENTENCES[rung], /^Compared with/);
  });

  test('expects the median of the minutes around, and of all where too few are near', () => {
    const counts = Float64Array.from({ length: 300 }, (_, minute) => minute);
    const all = baselineOf(counts, new Uint8Array(300).fill(1));
    assert.equal(all.expected[150], 150);
    assert.equal(all.expected[0], 15);
    const few = baselineOf(
      counts,
      Uint8Array.from(counts, (_, minute) => (minute >= 250 ? 1 : 0)),
    );
    assert.equal(few.expected[100], 274.5);
    assert.ok(all.scale.every((scale) => scale >= 1));
  });

  test('expects what sorting gives', () => {
    const median = (values: number[]): number => {
      const sorted = values.sort((a, b) => a - b);
      const middle = sorted.length >> 1;
      return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
    };
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 9 }), { minLength: 31, maxLength: 120 }), (values) => {
        const counts = Float64Array.from(values);
        const { expected } = baselineOf(counts, new Uint8Array(values.length).fill(1));
        for (const [minute, each] of expected.entries())
          assert.equal(each, median(values.slice(Math.max(0, minute - 30), minute + 31)));
      }),
      { numRuns: 200 },
    );
  });

  test('has a scale of one where nothing ever was', () => {
    const { expected, scale } = baselineOf(new Float64Array(100), new Uint8Array(100).fill(0));
    assert.ok(expected.every((value) => value === 0) && scale.every((value) => value === 1));
  });
});
