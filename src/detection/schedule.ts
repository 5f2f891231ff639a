import type { Candidate } from './candidates.ts';
import { concentrationOf } from './concentration.ts';
import { MINUTE } from './minute-series.ts';
import { type Burst, dailyOf } from './rhythm.ts';
import type { VerdictInput, VerdictTest } from './verdict.ts';

const DAY = 24 * 60 * MINUTE;
/** What a clock starts begins this close to its time of day. */
const LATE = 3 * MINUTE;
/** A job is of fewer machines than these, as an effective number. */
const MACHINES = 3;

/** On how many of the other days of a log, `of` in all, a like rise begins at the same minute. */
export type Schedule = { days: number; of: number };

/** Null: too few for a schedule. `whole`: the log, ms since 1970. */
export function scheduleOf(
  candidate: Candidate,
  { candidates, whole }: { candidates: readonly Candidate[]; whole: { from: number; until: number } },
): Schedule | null {
  const clock = { length: whole.until - whole.from, day: DAY, late: LATE };
  return dailyOf(burstOf(candidate), candidates.map(burstOf), clock);
}

const burstOf = ({ start, end, peak, expectedAtPeak }: Candidate): Burst => ({
  from: start,
  until: end,
  size: (end - start) * Math.max(peak - expectedAtPeak, 1),
});

/** What one machine sends at its time on most days is a job, or a flood by the clock: the log can't tell. None: no schedule. */
export function scheduleTests({ schedule, judged }: VerdictInput): VerdictTest[] {
  if (!schedule) return [];
  const { days, of } = schedule;
  const shares = judged.map(({ attackRequests }) => ({ requests_each: attackRequests, things: 1 }));
  const machines = concentrationOf(shares)?.effective_number ?? 0;
  const isJob = machines > 0 && machines < MACHINES;
  return [
    {
      id: 'schedule',
      result: isJob ? 'benign' : 'neither',
      observation: `a like rise begins at the same minute of ${days} of ${of} other days; what grew is of ${machines.toFixed(1)} addresses, as an effective number`,
    },
  ];
}
