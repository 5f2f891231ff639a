import { type BaselineSeries, baselineOf, type Rung } from './baseline.ts';
import { MINUTE, type MinuteSeries } from './minute-series.ts';

/** A stretch of minutes that departs from the baseline: not yet an attack. Times in ms since 1970, half-open. */
export type Candidate = {
  sourceId: string;
  vantage: string;
  start: number;
  end: number;
  peakAt: number;
  peak: number;
  expectedAtPeak: number;
  rung: Rung;
  /** Hosts that departed, those with most excess first. */
  hosts: (string | null)[];
};

/** Hysteresis of the standards, section 3.1. Minutes and robust z. */
const OPEN_Z = 6;
const CLOSE_Z = 3;
const CLOSE_AFTER = 10;
const MERGE_GAP = 15;

/** A minute counts as high from this many requests, and from this multiple of what is expected. */
const FLOOR_REQUESTS = 60;
const FLOOR_MULTIPLE = 2;

const ROUNDS = 4;

type Stretch = { from: number; until: number };

/** Opens, closes and merges stretches of high minutes. Indexes, half-open. */
function stretches(counts: Float64Array, { expected, scale }: BaselineSeries): Stretch[] {
  const z = counts.map((count, minute) => (count - expected[minute]!) / scale[minute]!);
  const high = (minute: number): boolean =>
    minute >= 0 &&
    z[minute]! >= OPEN_Z &&
    counts[minute]! >= Math.max(FLOOR_REQUESTS, FLOOR_MULTIPLE * expected[minute]!);
  const found: Stretch[] = [];
  let minute = 0;
  while (minute < counts.length) {
    if (!(high(minute) && (high(minute - 1) || high(minute - 2)))) {
      minute += 1;
      continue;
    }
    let from = high(minute - 2) ? minute - 2 : minute - 1;
    while (from > 0 && z[from - 1]! >= CLOSE_Z) from -= 1;
    let last = minute;
    for (let next = minute + 1; next < counts.length && next - last <= CLOSE_AFTER; next += 1)
      if (z[next]! >= CLOSE_Z) last = next;
    found.push({ from, until: last + 1 });
    minute = last + 1;
  }
  return merge(found);
}

function merge(found: readonly Stretch[]): Stretch[] {
  const merged: Stretch[] = [];
  for (const stretch of found) {
    const previous = merged.at(-1);
    if (previous && stretch.from - previous.until <= MERGE_GAP)
      previous.until = Math.max(previous.until, stretch.until);
    else merged.push({ ...stretch });
  }
  return merged;
}

/** Finds stretches, leaves them out of the baseline, and looks again until nothing changes. */
function settle(counts: Float64Array): { stretches: Stretch[]; baseline: BaselineSeries } {
  const quiet = new Uint8Array(counts.length).fill(1);
  let baseline = baselineOf(counts, quiet);
  let found = stretches(counts, baseline);
  for (let round = 1; round < ROUNDS && found.length > 0; round += 1) {
    quiet.fill(1);
    for (const { from, until } of found) quiet.fill(0, Math.max(0, from - MERGE_GAP), until + MERGE_GAP);
    baseline = baselineOf(counts, quiet);
    const next = stretches(counts, baseline);
    const same =
      next.length === found.length &&
      next.every((each, index) => each.from === found[index]!.from && each.until === found[index]!.until);
    found = next;
    if (same) break;
  }
  return { stretches: found, baseline };
}

/** The baseline of a series, with its own candidate minutes left out. */
export function settledBaseline(counts: Float64Array): BaselineSeries {
  return settle(counts).baseline;
}

/**
 * Candidate windows of one log: where one of its hosts, the log as a whole, or what the defence stopped departs
 * from the baseline. Overlapping ones are one candidate.
 */
export function candidatesOf(log: readonly MinuteSeries[]): Candidate[] {
  const marks: { stretch: Stretch; host: string | null; excess: number }[] = [];
  const total = log.find((series) => series.total);
  if (!total) return [];
  for (const series of log) {
    for (const counts of [series.requests, series.mitigated]) {
      if (counts.every((count) => count < FLOOR_REQUESTS)) continue;
      const { stretches: found, baseline } = settle(counts);
      for (const stretch of found)
        marks.push({
          stretch,
          host: series.total ? null : series.host,
          excess: excessOf(counts, { baseline, stretch }),
        });
    }
  }
  marks.sort((a, b) => a.stretch.from - b.stretch.from);
  const baseline = settledBaseline(total.requests);
  return merge(marks.map((mark) => mark.stretch)).map((stretch) => {
    const inside = marks.filter(
      (mark) => mark.stretch.from < stretch.until && mark.stretch.until > stretch.from,
    );
    const hosts = new Map<string | null, number>();
    for (const { host, excess } of inside) hosts.set(host, Math.max(hosts.get(host) ?? 0, excess));
    return candidate(total, {
      stretch,
      baseline,
      hosts: [...hosts].sort(([, a], [, b]) => b - a).map(([host]) => host),
    });
  });
}

function excessOf(
  counts: Float64Array,
  { baseline, stretch }: { baseline: BaselineSeries; stretch: Stretch },
): number {
  let excess = 0;
  for (let minute = stretch.from; minute < stretch.until; minute += 1)
    excess += counts[minute]! - baseline.expected[minute]!;
  return excess;
}

function candidate(
  total: MinuteSeries,
  { stretch, baseline, hosts }: { stretch: Stretch; baseline: BaselineSeries; hosts: (string | null)[] },
): Candidate {
  let peak = stretch.from;
  for (let minute = stretch.from; minute < stretch.until; minute += 1)
    if (total.requests[minute]! > total.requests[peak]!) peak = minute;
  return {
    sourceId: total.sourceId,
    vantage: total.vantage,
    start: total.start + stretch.from * MINUTE,
    end: total.start + stretch.until * MINUTE,
    peakAt: total.start + peak * MINUTE,
    peak: total.requests[peak]!,
    expectedAtPeak: baseline.expected[peak]!,
    rung: baseline.rung,
    hosts,
  };
}

/** A window that the analyst gave, past the detector. */
export function forcedCandidate(
  log: readonly MinuteSeries[],
  { start, end }: { start: number; end: number },
): Candidate | null {
  const total = log.find((series) => series.total);
  if (!total) return null;
  const from = Math.max(0, Math.floor((start - total.start) / MINUTE));
  const until = Math.min(total.requests.length, Math.ceil((end - total.start) / MINUTE));
  if (from >= until) return null;
  const quiet = new Uint8Array(total.requests.length).fill(1);
  quiet.fill(0, from, until);
  return candidate(total, {
    stretch: { from, until },
    baseline: baselineOf(total.requests, quiet),
    hosts: [],
  });
}
