/** Minutes of traffic from a seed: people by day and night, and what is put on top of them. */
import type { MinuteSeries } from '../../src/detection/minute-series.ts';
import { MINUTE } from '../../src/detection/minute-series.ts';

export const START = Date.UTC(2019, 9, 14);

export type Chance = { uniform(): number; normal(): number; count(mean: number, shape: number): number };

export function chance(seed: number): Chance {
  let state = (seed * 2_654_435_761 + 1) >>> 0;
  // mulberry32
  const uniform = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  const poisson = (mean: number): number => {
    if (mean > 60) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal()));
    let count = -1;
    for (let product = 1, limit = Math.exp(-mean); product > limit; product *= uniform()) count += 1;
    return Math.max(count, 0);
  };
  /** Marsaglia and Tsang, for a shape of 1 or more. */
  const gamma = (shape: number): number => {
    const d = shape - 1 / 3;
    while (true) {
      const x = normal();
      const v = (1 + x / Math.sqrt(9 * d)) ** 3;
      if (v > 0 && Math.log(1 - uniform()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
    }
  };
  return {
    uniform,
    normal,
    /** Poisson where the shape is infinite; else with more variance: mean + mean²/shape. */
    count: (mean, shape) => poisson(Number.isFinite(shape) ? (mean * gamma(shape)) / shape : mean),
  };
}

export type Traffic = { days: number; mean: number; shape: number; seed: number };

/** Quiet traffic: a day's wave, less at the weekend. */
export function quietCounts({ days, mean, shape, seed }: Traffic): Float64Array {
  const made = chance(seed);
  return Float64Array.from({ length: days * 1440 }, (_, minute) => {
    const day = 1 + 0.6 * Math.sin((2 * Math.PI * (minute - 480)) / 1440);
    const weekend = Math.floor(minute / 1440) % 7 >= 5 ? 0.7 : 1;
    return made.count(mean * day * weekend, shape);
  });
}

export function seriesOf(
  requests: Float64Array,
  { mitigated = new Float64Array(requests.length), host = null as string | null, total = true } = {},
): MinuteSeries {
  return { sourceId: 'log', vantage: 'edge', host, total, start: START, requests, mitigated };
}

export function added(
  counts: Float64Array,
  from: number,
  wave: readonly number[],
): Float64Array<ArrayBuffer> {
  const sum = Float64Array.from(counts);
  for (const [index, requests] of wave.entries()) sum[from + index]! += requests;
  return sum;
}

export const minuteOf = (ms: number): number => (ms - START) / MINUTE;
