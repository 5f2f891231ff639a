import type { Candidate } from './candidates.ts';
import { percent } from './grading.ts';
import { MINUTE, type MinuteSeries } from './minute-series.ts';
import type { VerdictTest } from './verdict.ts';

/** What `detection/retries` counts in a window, and what came just before it. */
export type Retries = {
  /** Requests over what as long a time just before the window held. */
  growth: number;
  /** Of the growth, so many more were answered with a 5xx. */
  failedGrowth: number;
  /** Requests that a client made again after the same had failed, by clients that were there before the window. */
  againByKnown: number;
  /** Minutes by which the failures began after the traffic grew; negative: before it. Null: nothing failed. */
  failuresAfter: number | null;
};

/**
 * Half explains more than all else together: so much of the growth must have failed, and so much must be known clients
 * that ask again. A flood that a platform fails under meets the first; its sources meet the second only where they were
 * visitors before, and asked the same again.
 */
const STORM_SHARE = 0.5;
/** Clients retry because of failures: those begin first. A minute of the log is as fine as the order can be told. */
const LATEST_FAILURE = 0;
/** Failures begin with the first minute that has this share of their busiest: a few there are on any day. */
const ONSET_SHARE = 0.1;
/** No client goes on asking for longer than this, minutes: failures that began before it are not looked for. */
const LOOK_BACK = 10;

export function isRetryStorm({ growth, failedGrowth, againByKnown, failuresAfter }: Retries): boolean {
  return (
    growth > 0 &&
    failedGrowth >= growth * STORM_SHARE &&
    againByKnown >= growth * STORM_SHARE &&
    failuresAfter !== null &&
    failuresAfter <= LATEST_FAILURE
  );
}

/** Worth asking for the clients: enough of the growth failed. */
export function mayBeRetryStorm({ growth, failedGrowth }: Pick<Retries, 'growth' | 'failedGrowth'>): boolean {
  return growth > 0 && failedGrowth >= growth * STORM_SHARE;
}

/** Minutes from the beginning of a candidate to that of the failures; null: nothing failed. */
export function failuresAfter({ start, failed }: MinuteSeries, candidate: Candidate): number | null {
  if (!failed) return null;
  const first = Math.floor((candidate.start - start) / MINUTE);
  const from = Math.max(0, first - LOOK_BACK);
  const counts = failed.subarray(from, Math.ceil((candidate.end - start) / MINUTE));
  const most = counts.reduce((largest, count) => Math.max(largest, count), 0);
  if (most === 0) return null;
  return from + counts.findIndex((count) => count >= most * ONSET_SHARE) - first;
}

export function retriesTest(retries: Retries): VerdictTest {
  const { growth, failedGrowth, againByKnown, failuresAfter } = retries;
  const share = (part: number): string => percent(growth > 0 ? Math.min(1, part / growth) : 0);
  const order =
    failuresAfter === null
      ? 'no failure stands out'
      : failuresAfter > 0
        ? `the failures began ${failuresAfter} minutes after it`
        : 'the failures began no later than it';
  return {
    id: 'retries',
    result: isRetryStorm(retries) ? 'benign' : 'neither',
    observation: `${share(failedGrowth)} of the growth was answered with a 5xx, ${share(againByKnown)} is clients known from before that asked again for what had failed; ${order}`,
  };
}
