import type { Candidate } from './candidates.ts';
import { concentrationOf } from './concentration.ts';
import { MINUTE } from './minute-series.ts';
import type { JudgedSource } from './sources.ts';
import type { VerdictTest } from './verdict.ts';

const DAY = 24 * 60 * MINUTE;
/** What a clock starts begins this close to its time of day, and is no more than so many times as large, or as small. */
const LATE = 3 * MINUTE;
const LIKE = 3;
/** It comes on so many of the other days of the log, and on two at least. */
const SHARE_OF_DAYS = 0.5;
const FEWEST_DAYS = 2;
/** A job is of fewer machines than these, as an effective number. */
const MACHINES = 3;

/** On how many of the other days of a log, `of` in all, a like rise begins at the same minute. */
export type Schedule = { days: number; of: number };

/** Null: too few for a schedule. `whole`: the log, ms since 1970. */
export function scheduleOf(
  candidate: Candidate,
  { candidates, whole }: { candidates: readonly Candidate[]; whole: { from: number; until: number } },
): Schedule | null {
  const size = sizeOf(candidate);
  const isLike = (other: Candidate): boolean => {
    const apart = Math.abs(other.start - candidate.start);
    const beside = apart % DAY;
    return (
      apart >= DAY / 2 &&
      Math.min(beside, DAY - beside) <= LATE &&
      sizeOf(other) <= size * LIKE &&
      size <= sizeOf(other) * LIKE
    );
  };
  const days = candidates.filter(isLike).length;
  const of = Math.ceil((whole.until - whole.from) / DAY) - 1;
  return days >= Math.max(FEWEST_DAYS, of * SHARE_OF_DAYS) ? { days, of } : null;
}

const sizeOf = ({ start, end, peak, expectedAtPeak }: Candidate): number =>
  (end - start) * Math.max(peak - expectedAtPeak, 1);

/** What one machine sends at its time on most days is a job, or a flood by the clock: the log can't tell. */
export function scheduleTest({ days, of }: Schedule, judged: readonly JudgedSource[]): VerdictTest {
  const shares = judged.map(({ attackRequests }) => ({ requests_each: attackRequests, things: 1 }));
  const machines = concentrationOf(shares)?.effective_number ?? 0;
  const isJob = machines > 0 && machines < MACHINES;
  return {
    id: 'schedule',
    result: isJob ? 'benign' : 'neither',
    observation: `a like rise begins at the same minute of ${days} of ${of} other days; what grew is of ${machines.toFixed(1)} addresses, as an effective number`,
  };
}
