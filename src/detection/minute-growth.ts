import type { BaselineSeries } from './baseline.ts';
import type { Candidate } from './candidates.ts';
import { knownMinutes, MINUTE } from './minute-series.ts';

/** What one count of a log did in a candidate beyond what is usual. Indexes are minutes of the stretch, half-open. */
export type Growth = {
  from: number;
  until: number;
  /** Minutes that stand out, in order. */
  loud: number[];
  /** Sum over the loud minutes of what was counted beyond the expectation. */
  excess: number;
  /** Sum over the loud minutes of what was expected. */
  expected: number;
  peakAt: number;
  peak: number;
};

/** A minute stands out from this robust z on, as that which keeps a candidate open (standards, section 3.1), */
const LOUD_Z = 3;
/** and from this share of the growth's peak, as the edges of a window of requests. */
const EDGE_SHARE = 0.02;
/** Margin of a candidate in which its edges are looked for, and the distance to it from which minutes are usual. */
export const EDGE_MINUTES = 7;
const QUIET_FROM_MINUTES = 15;

/** Minutes of a stretch that are known and lie outside all candidates: what is usual is read from them. */
export function quietMinutes(
  { start, total }: { start: number; total: Float64Array },
  candidates: readonly Candidate[],
): Uint8Array {
  const quiet = knownMinutes(total);
  for (const candidate of candidates) {
    const from = (candidate.start - start) / MINUTE - QUIET_FROM_MINUTES;
    const until = (candidate.end - start) / MINUTE + QUIET_FROM_MINUTES;
    if (until > 0 && from < quiet.length) quiet.fill(0, Math.max(0, from), until);
  }
  return quiet;
}

/** Minutes on either side from which the level of the hour is read, looked for up to so far away. */
const NEAR_MINUTES = 30;
const NEAR_WITHIN = 180;

/**
 * The baseline with no less expected between two minutes than the quiet minutes around them have on average. Where a
 * rise is long, a short log's baseline falls back on the whole day, and a day has its rhythm.
 */
export function atLeastNearby(
  counts: Float64Array,
  {
    baseline,
    quiet,
    from,
    until,
  }: { baseline: BaselineSeries; quiet: Uint8Array; from: number; until: number },
): BaselineSeries {
  const near: number[] = [];
  for (const step of [-1, 1]) {
    let taken = 0;
    for (let away = 1; away <= NEAR_WITHIN && taken < NEAR_MINUTES; away += 1) {
      const minute = step < 0 ? from - away : until - 1 + away;
      if (quiet[minute] !== 1) continue;
      near.push(counts[minute]!);
      taken += 1;
    }
  }
  if (near.length < NEAR_MINUTES) return baseline;
  const level = near.reduce((sum, count) => sum + count, 0) / near.length;
  return {
    ...baseline,
    expected: baseline.expected.map((value, minute) =>
      minute >= from && minute < until ? Math.max(value, level) : value,
    ),
  };
}

/** How far what is usual swings over some minutes: two standard deviations of their sum. */
export function swingOf(loud: readonly number[], { scale }: BaselineSeries): number {
  return 2 * Math.sqrt(loud.reduce((sum, minute) => sum + scale[minute]! ** 2, 0));
}

/** Growth between two minutes; null where none stands out. */
export function growthOf(
  counts: Float64Array,
  { baseline, from, until }: { baseline: BaselineSeries; from: number; until: number },
): Growth | null {
  const { expected, scale } = baseline;
  const beyond = (minute: number): number => counts[minute]! - expected[minute]!;
  const minutes = Array.from({ length: Math.max(0, until - from) }, (_, index) => from + index);
  const peakAt = minutes.reduce((most, minute) => (beyond(minute) > beyond(most) ? minute : most), from);
  const peak = beyond(peakAt);
  const loud = minutes.filter(
    (minute) => beyond(minute) >= Math.max(LOUD_Z * scale[minute]!, EDGE_SHARE * peak, 1),
  );
  if (loud.length === 0) return null;
  return {
    from: loud[0]!,
    until: loud.at(-1)! + 1,
    loud,
    excess: loud.reduce((sum, minute) => sum + beyond(minute), 0),
    expected: loud.reduce((sum, minute) => sum + expected[minute]!, 0),
    peakAt,
    peak,
  };
}
