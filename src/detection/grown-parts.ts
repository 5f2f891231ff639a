/**
 * Where a part of the traffic grew and the log as a whole did not: a flood of half the usual requests, passwords tried
 * a few a minute. Each request template and each client is held against the rest of the log, ten minutes at a time.
 */
import type { Candidate } from './candidates.ts';
import { MINUTE } from './minute-series.ts';
import { withoutRhythm } from './rhythm.ts';

/** Requests of one template, or of one client, that began in ten minutes. `from` in ms since 1970. */
export type PartCount = { key: string; from: number; requests: number };

/** Half-open, ms since 1970. */
type Span = { start: number; end: number };
export type Growth = Span & { excess: number };

const STEP = 10 * MINUTE;
const STEPS_A_DAY = 144;

/** Ten minutes of a part stand out from this many requests, and from this multiple of what it usually has. */
const FLOOR_REQUESTS = 30;
const FLOOR_MULTIPLE = 5;
/** The whole growth of a part, in requests; less could be the visit of one tool. */
const FLOOR_EXCESS = 100;
/** A part that grew is followed over this many steps that do not stand out. */
const CLOSE_AFTER = 1;
/** A log of fewer steps has no usual composition. */
const FEWEST_STEPS = 18;
/** Growth that lasts a larger share of the log than this is what the log is like. */
const LARGEST_SHARE = 0.25;
/** What is there at the same time of so many of the other days, within so many steps, and a third as large, is a rhythm. */
const RHYTHM_SHARE = 0.5;
const RHYTHM_STEPS = 2;
const RHYTHM_SIZE = 1 / 3;
/** The first look at what is usual leaves out so many of the busiest steps: growth must not hide in its own mean. */
const TRIMMED_SHARE = 0.1;
const ROUNDS = 4;
/** More than these, and the smallest are not looked at. */
const MOST_GROWTHS = 24;

/**
 * Growths of parts, those that touch as one, in order of time. `whole`: from the first to the last minute of the log, of
 * which `known` says which are known (all without it): ten minutes of a gap are no ten minutes without requests.
 */
export function growthsOf(counts: readonly PartCount[], whole: Span, known?: Uint8Array): Growth[] {
  const first = Math.floor(whole.start / STEP);
  const steps = Math.ceil(whole.end / STEP) - first;
  const isKnown = knownSteps(whole, { first, steps, known });
  if (isKnown.filter((each) => each === 1).length < FEWEST_STEPS) return [];
  const found: Growth[] = [];
  for (const part of Map.groupBy(counts, ({ key }) => key).values()) {
    const series = new Float64Array(steps);
    for (const { from, requests } of part) {
      const step = from / STEP - first;
      if (step >= 0 && step < steps) series[step]! += requests;
    }
    for (const { from, until, excess } of growthsIn(series, isKnown))
      found.push({ start: (first + from) * STEP, end: (first + until) * STEP, excess });
  }
  found.sort((a, b) => a.start - b.start);
  return touching(found)
    .sort((a, b) => b.excess - a.excess)
    .slice(0, MOST_GROWTHS)
    .sort((a, b) => a.start - b.start);
}

/** Steps of which a minute is known. */
function knownSteps(
  { start }: Span,
  { first, steps, known }: { first: number; steps: number; known: Uint8Array | undefined },
): Uint8Array {
  const isKnown = new Uint8Array(steps).fill(known ? 0 : 1);
  for (const [minute, is] of known?.entries() ?? [])
    if (is === 1) isKnown[Math.floor((start + minute * MINUTE) / STEP) - first] = 1;
  return isKnown;
}

function growthsIn(
  series: Float64Array,
  isKnown: Uint8Array,
): { from: number; until: number; excess: number }[] {
  const speaking = series.filter((_, step) => isKnown[step] === 1).sort();
  const largest = speaking[Math.floor(speaking.length * (1 - TRIMMED_SHARE))]!;
  const meanOf = (isAsked: (step: number) => boolean): number =>
    mean(series, (step) => isKnown[step] === 1 && isAsked(step));
  let expected = meanOf((step) => series[step]! <= largest);
  let high = (step: number): boolean => standsOut(series[step]!, expected);
  for (let round = 1; round < ROUNDS; round += 1) {
    const outside = meanOf((step) => !high(step));
    if (outside === expected) break;
    expected = outside;
    high = (step) => standsOut(series[step]!, outside);
  }
  const growths: { from: number; until: number; excess: number }[] = [];
  for (let step = 0; step < series.length; step += 1) {
    if (!high(step) || isRhythm(series, step)) continue;
    const open = growths.at(-1);
    const excess = series[step]! - expected;
    if (open && step - open.until <= CLOSE_AFTER) {
      open.until = step + 1;
      open.excess += excess;
    } else growths.push({ from: step, until: step + 1, excess });
  }
  const bursts = growths
    .filter(
      ({ from, until, excess }) => excess >= FLOOR_EXCESS && until - from <= speaking.length * LARGEST_SHARE,
    )
    .map((growth) => ({ ...growth, size: growth.excess }));
  return withoutRhythm(bursts, { length: series.length, day: STEPS_A_DAY, late: RHYTHM_STEPS });
}

const standsOut = (requests: number, expected: number): boolean =>
  requests >= Math.max(FLOOR_REQUESTS, FLOOR_MULTIPLE * expected);

/** Over the steps that are asked for; 0 of none. */
function mean(series: Float64Array, isAsked: (step: number) => boolean): number {
  let sum = 0;
  let steps = 0;
  for (const [step, requests] of series.entries()) {
    if (!isAsked(step)) continue;
    sum += requests;
    steps += 1;
  }
  return steps === 0 ? 0 : sum / steps;
}

function isRhythm(series: Float64Array, step: number): boolean {
  let days = 0;
  let like = 0;
  for (let other = step % STEPS_A_DAY; other < series.length; other += STEPS_A_DAY) {
    if (other === step) continue;
    days += 1;
    const near = series.subarray(Math.max(0, other - RHYTHM_STEPS), other + RHYTHM_STEPS + 1);
    if (near.some((requests) => requests >= series[step]! * RHYTHM_SIZE)) like += 1;
  }
  return days > 0 && like >= days * RHYTHM_SHARE;
}

/** In order of time; those that overlap or touch are one. */
function touching(sorted: readonly Growth[]): Growth[] {
  const joined: Growth[] = [];
  for (const growth of sorted) {
    const last = joined.at(-1);
    if (last && growth.start <= last.end) {
      last.end = Math.max(last.end, growth.end);
      last.excess = Math.max(last.excess, growth.excess);
    } else joined.push({ ...growth });
  }
  return joined;
}

/** Growth this close to a candidate is a part of it. */
const MEETS = 15 * MINUTE;
/** Attack requests are looked for this far around what departed. */
const MARGIN = 7 * MINUTE;

/**
 * Growth that meets a candidate of the volume tells how far around it the attack's requests are to be looked for; the
 * rest are candidates of their own, as `candidateOf` makes them. No two look at the same minute.
 */
export function withGrowths(
  candidates: readonly Candidate[],
  growths: readonly Growth[],
  candidateOf: (growth: Growth) => Candidate,
): Candidate[] {
  const meets = (growth: Growth, { start, end }: Candidate): boolean =>
    growth.start <= end + MEETS && growth.end >= start - MEETS;
  const alone = growths.filter((growth) => !candidates.some((candidate) => meets(growth, candidate)));
  const all = [...candidates, ...alone.map(candidateOf)].sort((a, b) => a.start - b.start);
  return all.map((candidate, index) => {
    if (candidate.forced) return candidate;
    const own = growths.filter((growth) => meets(growth, candidate));
    const before = all[index - 1];
    const after = all[index + 1];
    return {
      ...candidate,
      around: {
        from: Math.max(
          before ? middle(before.end, candidate.start) : Number.NEGATIVE_INFINITY,
          Math.min(candidate.start, ...own.map(({ start }) => start)) - MARGIN,
        ),
        until: Math.min(
          after ? middle(candidate.end, after.start) : Number.POSITIVE_INFINITY,
          Math.max(candidate.end, ...own.map(({ end }) => end)) + MARGIN,
        ),
      },
    };
  });
}

/** The whole minute between two times. */
function middle(one: number, other: number): number {
  return Math.floor((one + other) / 2 / MINUTE) * MINUTE;
}
