import type { SourceRow } from '../detection/sources.ts';
import type { Examined } from './examine.ts';
import { MINUTE, minutesIn, type Span } from './span.ts';

/** A minute is loud with at least this many of the attack's requests, and this share of its peak. */
const LOUD_REQUESTS = 5;
const LOUD_SHARE = 0.02;
/** And this multiple of what visitors ask of the same, but no more than half of its peak. */
const LOUD_MULTIPLE = 3;
const LOUD_MOST = 0.5;
/** Before its first loud minute an attack is followed back over so many minutes in which no source began. */
const PAUSE_MINUTES = 2;

export type Edges = {
  start: number;
  end: number;
  /** Where it grew from little: not yet there at its beginning, loud at its end. Null: it was loud at once. */
  onset: Span | null;
  peakAt: number;
  peak: number;
};

/** From when until when an attack went on, ms since 1970: of the candidate where no minute is loud, or the analyst said so. */
export function edgesOf(
  { candidate, around, composition }: Examined,
  { byMinute, attackRows }: { byMinute: ReadonlyMap<number, number>; attackRows: readonly SourceRow[] },
): Edges {
  let peakAt = candidate.peakAt;
  let peak = 0;
  for (const [minute, requests] of byMinute) if (requests > peak) [peakAt, peak] = [minute, requests];
  const usual = usualOf(composition) / minutesIn(around);
  const floor = Math.max(
    Math.min(LOUD_REQUESTS, peak),
    peak * LOUD_SHARE,
    Math.min(usual * LOUD_MULTIPLE, peak * LOUD_MOST),
  );
  const loud = [...byMinute]
    .filter(([, requests]) => requests >= floor && requests > 0)
    .map(([minute]) => minute);
  if (loud.length === 0 || candidate.forced)
    return { start: candidate.start, end: candidate.end, onset: null, peakAt, peak: Math.round(peak) };
  const first = followedBack(loud[0]!, attackRows);
  const last = loud.at(-1)! + MINUTE;
  // To the millisecond where the rows say so, inside the minutes.
  const start = attackRows.reduce(
    (least, row) => (row.firstSeen >= first && row.firstSeen < least ? row.firstSeen : least),
    last,
  );
  const end = attackRows.reduce(
    (most, row) => (row.lastSeen < last && row.lastSeen > most ? row.lastSeen : most),
    Number.NEGATIVE_INFINITY,
  );
  return {
    start: start < first + MINUTE ? start : first,
    end: end >= last - MINUTE ? end + 1 : last,
    onset: first < loud[0]! ? { from: first, until: loud[0]! + MINUTE } : null,
    peakAt,
    peak: Math.round(peak),
  };
}

/** Requests with the attack's signatures that visitors would have sent in the window. */
function usualOf({ cells, attackKeys }: Examined['composition']): number {
  let sum = 0;
  for (const key of attackKeys) sum += cells.get(key)!.expected;
  return sum;
}

/** Minutes before are those of sources that began: of a signature's requests a minute some are always a visitor's. */
function followedBack(loud: number, attackRows: readonly SourceRow[]): number {
  const beginnings = new Set(attackRows.map(({ firstSeen }) => Math.floor(firstSeen / MINUTE) * MINUTE));
  let first = loud;
  for (let minute = loud; first - minute <= PAUSE_MINUTES * MINUTE; minute -= MINUTE)
    if (beginnings.has(minute)) first = minute;
  return first;
}
