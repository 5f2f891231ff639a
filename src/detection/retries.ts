import { percent } from './grading.ts';
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
