import type { MinuteRow } from '../detection/minute-series.ts';
import type { CaseAccount } from '../report/model.ts';
import type { CaseFile } from './case-file.ts';

/**
 * The minutes of the hosts that the case is about, and what was left aside. A log that names no host at all is kept:
 * it may be of any.
 */
export function hostsOfCase(
  rows: readonly MinuteRow[],
  caseFile: Pick<CaseFile, 'hosts'> | null,
): { rows: MinuteRow[]; account: CaseAccount['hosts'] } {
  const named = caseFile?.hosts ?? [];
  if (named.length === 0) return { rows: [...rows], account: null };
  const naming = new Set(rows.filter(({ host }) => host !== null).map(({ sourceId }) => sourceId));
  const isOfCase = ({ sourceId, host }: MinuteRow): boolean =>
    !naming.has(sourceId) || (host !== null && named.includes(host.toLowerCase()));
  const aside = Map.groupBy(
    rows.filter((row) => !isOfCase(row)),
    ({ sourceId }) => sourceId,
  );
  // Of each log apart: no figure adds two.
  const counts = [...aside].map(([sourceId, of]) => ({
    sourceId,
    requests: of.reduce((sum, { requests }) => sum + requests, 0),
  }));
  counts.sort((a, b) => b.requests - a.requests || (a.sourceId < b.sourceId ? -1 : 1));
  const seen = new Set(rows.flatMap(({ host }) => (host === null ? [] : [host.toLowerCase()])));
  const notSeen = named.filter((host) => !seen.has(host));
  const most = counts[0]?.requests ?? 0;
  const left = counts
    .map(({ sourceId, requests }) => `${requests.toLocaleString('en-GB')} in ${sourceId}`)
    .join(', ');
  return {
    rows: rows.filter(isOfCase),
    account: {
      named: [...named],
      not_seen: notSeen,
      requests_aside: most,
      sentence: [
        `The case is about ${named.join(', ')}.`,
        left === ''
          ? 'No request for another host was seen.'
          : `Requests for other hosts, or for one that is not named, are left aside and not judged: ${left}.`,
        ...(notSeen.length > 0
          ? [`No log names ${notSeen.join(', ')}: is it written as the logs have it?`]
          : []),
      ].join(' '),
    },
  };
}
