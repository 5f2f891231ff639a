import { type BaselineSeries, baselineOf, hoursAround, type Rung } from './baseline.ts';
import { knownMinutes, MINUTE, type MinuteSeries } from './minute-series.ts';
import { withoutRhythm } from './rhythm.ts';
import { longSteps } from './steps.ts';

/** A rise of minutes that departs from the baseline: not yet an attack. Times in ms since 1970, half-open. */
export type Candidate = {
  sourceId: string;
  vantage: string;
  start: number;
  end: number;
  peakAt: number;
  peak: number;
  expectedAtPeak: number;
  rung: Rung;
  /** Given by the analyst, past the detector. */
  forced: boolean;
  /** What departed: how many requests there were, or what they were of. */
  basis: 'volume' | 'composition';
  /** Where the attack's requests are looked for: the candidate, growth that meets it, and a margin. */
  around: { from: number; until: number };
  /** Hosts that departed, those with most excess first. */
  hosts: (string | null)[];
  /** The one host that departed, beside others that are larger: what they were asked for would hide it. */
  smallHost: string | null;
};

/** Hysteresis of the standards, section 3.1. Minutes and robust z. */
const OPEN_Z = 6;
const CLOSE_Z = 3;
const CLOSE_AFTER = 10;
const MERGE_GAP = 15;

/** A minute counts as high from this many requests, and from this multiple of what is expected: a crowd adds less than the usual again. */
const FLOOR_REQUESTS = 60;
const FLOOR_MULTIPLE = 1.6;

/** One minute alone opens from ten requests a second on, and from this multiple: a burst may be over within it. */
const LONE_REQUESTS = 600;
const LONE_MULTIPLE = 10;
/** Against the hours around a minute only what is well above them counts: a morning is steep, too. */
const HOURS_MULTIPLE = 3;

/** A job that a clock starts is over in so many minutes, and begins this close to its time of day. */
const JOB_MINUTES = 5;
const JOB_LATE = 2;
const DAY_MINUTES = 1440;

const ROUNDS = 4;

type Rise = { from: number; until: number };

/** Opens, closes and merges rises of high minutes. Indexes, half-open. */
function rises(counts: Float64Array, { expected, scale }: BaselineSeries, multiple = FLOOR_MULTIPLE): Rise[] {
  const z = counts.map((count, minute) => (count - expected[minute]!) / scale[minute]!);
  const high = (minute: number): boolean =>
    minute >= 0 &&
    z[minute]! >= OPEN_Z &&
    counts[minute]! >= Math.max(FLOOR_REQUESTS, multiple * expected[minute]!);
  const opens = (minute: number): boolean =>
    high(minute) &&
    (high(minute - 1) ||
      high(minute - 2) ||
      counts[minute]! >= Math.max(LONE_REQUESTS, LONE_MULTIPLE * expected[minute]!));
  const found: Rise[] = [];
  let minute = 0;
  while (minute < counts.length) {
    if (!opens(minute)) {
      minute += 1;
      continue;
    }
    let from = minute;
    if (high(minute - 2)) from = minute - 2;
    else if (high(minute - 1)) from = minute - 1;
    while (from > 0 && z[from - 1]! >= CLOSE_Z) from -= 1;
    let last = minute;
    for (let next = minute + 1; next < counts.length && next - last <= CLOSE_AFTER; next += 1)
      if (z[next]! >= CLOSE_Z) last = next;
    found.push({ from, until: last + 1 });
    minute = last + 1;
  }
  return merge(withoutJobs(found, counts));
}

/** Without the short ones that a clock starts: those whose large minutes lie together. */
function withoutJobs(found: readonly Rise[], counts: Float64Array): Rise[] {
  const long: Rise[] = [];
  const bursts: (Rise & { size: number })[] = [];
  for (const rise of found) {
    const inside = counts.subarray(rise.from, rise.until);
    const large = inside.reduce((most, count) => Math.max(most, count), 0) / 3;
    const from = inside.findIndex((count) => count >= large);
    const until = inside.findLastIndex((count) => count >= large) + 1;
    if (until - from > JOB_MINUTES) long.push(rise);
    else bursts.push({ ...rise, size: inside.subarray(from, until).reduce((sum, count) => sum + count, 0) });
  }
  const left = withoutRhythm(bursts, { length: counts.length, day: DAY_MINUTES, late: JOB_LATE });
  return [...long, ...left].sort((one, other) => one.from - other.from);
}

function merge(found: readonly Rise[]): Rise[] {
  const merged: Rise[] = [];
  for (const rise of found) {
    const previous = merged.at(-1);
    if (previous && rise.from - previous.until <= MERGE_GAP)
      previous.until = Math.max(previous.until, rise.until);
    else merged.push({ ...rise });
  }
  return merged;
}

/** Finds rises, leaves them out of the baseline, and looks again until nothing changes. */
function settle(counts: Float64Array, known: Uint8Array): { rises: Rise[]; baseline: BaselineSeries } {
  const quiet = known.slice();
  let baseline = baselineOf(counts, quiet);
  const hours = hoursAround(counts, quiet);
  // A rise of hours hides in the minutes around it, where no other day shows them.
  let found = merge(
    [
      ...rises(counts, baseline),
      ...(hours ? [...rises(counts, hours, HOURS_MULTIPLE), ...longSteps(counts, known)] : []),
    ].sort((a, b) => a.from - b.from),
  );
  for (let round = 1; round < ROUNDS && found.length > 0; round += 1) {
    quiet.set(known);
    for (const { from, until } of found) quiet.fill(0, Math.max(0, from - MERGE_GAP), until + MERGE_GAP);
    baseline = baselineOf(counts, quiet);
    const next = rises(counts, baseline);
    const same =
      next.length === found.length &&
      next.every((each, index) => each.from === found[index]!.from && each.until === found[index]!.until);
    found = next;
    if (same) break;
  }
  return { rises: found, baseline };
}

/** The baseline of a log, with its own candidate minutes and its gaps left out. */
export function settledBaseline(total: Float64Array): BaselineSeries {
  return settle(total, knownMinutes(total)).baseline;
}

/**
 * Candidate windows of one log: where one of its hosts, the log as a whole, or what the defence stopped departs
 * from the baseline. Overlapping ones are one candidate.
 */
export function candidatesOf(log: readonly MinuteSeries[]): Candidate[] {
  return [...Map.groupBy(log, (series) => series.start).values()]
    .flatMap(candidatesOfStretch)
    .sort((a, b) => a.start - b.start);
}

/** The same in one stretch of the log. */
function candidatesOfStretch(log: readonly MinuteSeries[]): Candidate[] {
  const marks: Mark[] = [];
  const total = log.find((series) => series.total);
  if (!total) return [];
  const known = knownMinutes(total.requests);
  for (const series of log) {
    for (const counts of [series.requests, series.mitigated]) {
      if (counts.every((count) => count < FLOOR_REQUESTS)) continue;
      const { rises: found, baseline } = settle(counts, known);
      for (const rise of found)
        marks.push({
          rise,
          host: series.total ? null : series.host,
          isTotal: series.total,
          ...volumeOf(counts, { baseline, rise }),
        });
    }
  }
  if (marks.length === 0) return [];
  marks.sort((a, b) => a.rise.from - b.rise.from);
  const { baseline } = settle(total.requests, known);
  return merge(marks.map((mark) => mark.rise)).map((rise) => {
    const inside = marks.filter((mark) => mark.rise.from < rise.until && mark.rise.until > rise.from);
    const hosts = new Map<string | null, number>();
    for (const { host, excess } of inside) hosts.set(host, Math.max(hosts.get(host) ?? 0, excess));
    return candidate(total, {
      rise,
      baseline,
      hosts: [...hosts].sort(([, a], [, b]) => b - a).map(([host]) => host),
      smallHost: smallHostOf(inside, volumeOf(total.requests, { baseline, rise })),
    });
  });
}

type Volume = { expected: number; excess: number };
/** A rise of one host, or of the log as a whole. */
type Mark = Volume & { rise: Rise; host: string | null; isTotal: boolean };

function volumeOf(
  counts: Float64Array,
  { baseline, rise }: { baseline: BaselineSeries; rise: Rise },
): Volume {
  let [expected, excess] = [0, 0];
  for (let minute = rise.from; minute < rise.until; minute += 1) {
    expected += baseline.expected[minute]!;
    excess += counts[minute]! - baseline.expected[minute]!;
  }
  return { expected, excess };
}

/** A host with so much of the growth and so little of what is usual is looked at by itself. */
const MOST_OF_GROWTH = 0.8;
const LITTLE_OF_USUAL = 0.3;

function smallHostOf(marks: readonly Mark[], total: Volume): string | null {
  const ofHosts = marks.filter(({ isTotal }) => !isTotal);
  const [first] = ofHosts;
  if (!first || ofHosts.some(({ host }) => host !== first.host)) return null;
  const [expected, excess] = [
    Math.max(...ofHosts.map((mark) => mark.expected)),
    Math.max(...ofHosts.map((mark) => mark.excess)),
  ];
  // Of a log that did not depart itself, what it has more or less is chance.
  const isAll = !marks.some(({ isTotal }) => isTotal) || excess >= MOST_OF_GROWTH * total.excess;
  return isAll && expected <= LITTLE_OF_USUAL * total.expected ? first.host : null;
}

function candidate(
  total: MinuteSeries,
  {
    rise,
    baseline,
    hosts,
    smallHost,
  }: { rise: Rise; baseline: BaselineSeries } & Pick<Candidate, 'hosts' | 'smallHost'>,
): Candidate {
  let peak = rise.from;
  for (let minute = rise.from; minute < rise.until; minute += 1)
    if (total.requests[minute]! > total.requests[peak]!) peak = minute;
  const [start, end] = [total.start + rise.from * MINUTE, total.start + rise.until * MINUTE];
  return {
    sourceId: total.sourceId,
    vantage: total.vantage,
    start,
    end,
    peakAt: total.start + peak * MINUTE,
    peak: total.requests[peak]!,
    expectedAtPeak: baseline.expected[peak]!,
    rung: baseline.rung,
    forced: false,
    basis: 'volume',
    around: { from: start, until: end },
    hosts,
    smallHost,
  };
}

/** Minutes in which parts of the traffic grew, and the log as a whole did not depart from its baseline. */
export function composedCandidate(
  total: MinuteSeries,
  { start, end }: { start: number; end: number },
): Candidate {
  const from = Math.max(0, Math.floor((start - total.start) / MINUTE));
  const until = Math.min(total.requests.length, Math.ceil((end - total.start) / MINUTE));
  const baseline = settledBaseline(total.requests);
  return {
    ...candidate(total, { rise: { from, until }, baseline, hosts: [], smallHost: null }),
    basis: 'composition',
  };
}

/** A window that the analyst gave, past the detector. */
export function forcedCandidate(
  log: readonly MinuteSeries[],
  { start, end }: { start: number; end: number },
): Candidate | null {
  for (const total of log.filter((series) => series.total)) {
    const from = Math.max(0, Math.floor((start - total.start) / MINUTE));
    const until = Math.min(total.requests.length, Math.ceil((end - total.start) / MINUTE));
    if (from >= until) continue;
    const quiet = knownMinutes(total.requests);
    quiet.fill(0, from, until);
    const given = candidate(total, {
      rise: { from, until },
      baseline: baselineOf(total.requests, quiet),
      hosts: [],
      smallHost: null,
    });
    return { ...given, forced: true };
  }
  return null;
}
