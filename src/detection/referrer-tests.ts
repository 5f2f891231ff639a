import { hasNoReferrerUsually } from './app-traffic.ts';
import { graded, percent } from './grading.ts';
import type { Composition } from './signatures.ts';
import type { SourceRow } from './sources.ts';
import type { VerdictTest } from './verdict.ts';

/** A log without referrers (a load balancer's) has none in its usual traffic either. */
function hasReferrers({ cells }: Composition): boolean {
  return [...cells.values()].some((cell) => cell.signature.hasReferrer && cell.usual > 0);
}

export function referrerMixTest(rows: readonly SourceRow[], composition: Composition): VerdictTest {
  if (!hasReferrers(composition))
    return { id: 'sub-resources', result: 'not-computable', observation: 'the log has no referrers' };
  const sources = new Set(rows.map((row) => row.srcIp)).size;
  const following = new Set(rows.filter((row) => row.signature.hasReferrer).map((row) => row.srcIp)).size;
  const share = sources > 0 ? following / sources : 0;
  return {
    id: 'sub-resources',
    result: graded(share, { benignFrom: 0.5 }),
    observation: `${percent(share)} of the sources asked for parts of a page or followed a link`,
  };
}

export function referrerTest(
  rows: readonly SourceRow[],
  { composition, grown }: { composition: Composition; grown: boolean },
): VerdictTest {
  if (!hasReferrers(composition))
    return { id: 'referrer', result: 'not-computable', observation: 'the log has no referrers' };
  const sum = (counted: readonly SourceRow[]): number =>
    counted.reduce((total, { requests }) => total + requests, 0);
  const share = sum(rows.filter(({ signature }) => signature.hasReferrer)) / Math.max(sum(rows), 1);
  return {
    id: 'referrer',
    result:
      grown && hasNoReferrerUsually(composition)
        ? 'neither'
        : graded(share, { attackTo: 0.1, benignFrom: 0.4 }),
    observation: `${percent(share)} of the requests have a referrer`,
  };
}
