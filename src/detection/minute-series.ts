/** Requests a minute of one host in one log (host null: all hosts of the log), without holes: minutes are indexes. */
export type MinuteSeries = {
  sourceId: string;
  vantage: string;
  host: string | null;
  /** True for the sum over all hosts of the log. */
  total: boolean;
  /** First minute, ms since 1970. */
  start: number;
  requests: Float64Array;
  mitigated: Float64Array;
};

export type MinuteRow = {
  sourceId: string;
  vantage: string;
  host: string | null;
  /** ms since 1970 */
  minute: number;
  requests: number;
  mitigated: number;
};

export const MINUTE = 60_000;

/** Series of each host and of each log as a whole, over the whole time of the log. */
export function minuteSeries(rows: readonly MinuteRow[]): MinuteSeries[] {
  const spans = new Map<string, { first: number; last: number }>();
  for (const { sourceId, minute } of rows) {
    const span = spans.get(sourceId) ?? { first: minute, last: minute };
    span.first = Math.min(span.first, minute);
    span.last = Math.max(span.last, minute);
    spans.set(sourceId, span);
  }
  const series = new Map<string, MinuteSeries>();
  const seriesOf = (row: MinuteRow, total: boolean): MinuteSeries => {
    const key = JSON.stringify([row.sourceId, total ? null : row.host, total]);
    const known = series.get(key);
    if (known) return known;
    const { first, last } = spans.get(row.sourceId)!;
    const length = (last - first) / MINUTE + 1;
    const fresh = {
      sourceId: row.sourceId,
      vantage: row.vantage,
      host: total ? null : row.host,
      total,
      start: first,
      requests: new Float64Array(length),
      mitigated: new Float64Array(length),
    };
    series.set(key, fresh);
    return fresh;
  };
  for (const row of rows) {
    for (const total of [false, true]) {
      const into = seriesOf(row, total);
      const index = (row.minute - into.start) / MINUTE;
      into.requests[index]! += row.requests;
      into.mitigated[index]! += row.mitigated;
    }
  }
  return [...series.values()];
}

/** Outermost first: the log nearest to the client speaks for a host. */
const OUTERMOST = ['edge', 'firewall', 'balancer', 'origin'];

/** The logs that speak for their hosts: of each host the outermost log alone, so that nothing counts twice. */
export function outermostLogs(series: readonly MinuteSeries[]): Set<string> {
  const best = new Map<string, MinuteSeries>();
  const anonymous = new Set<string>();
  for (const each of series) {
    if (each.total) continue;
    if (each.host === null) {
      anonymous.add(each.sourceId);
      continue;
    }
    const other = best.get(each.host);
    if (!other || OUTERMOST.indexOf(each.vantage) < OUTERMOST.indexOf(other.vantage))
      best.set(each.host, each);
  }
  return new Set([...anonymous, ...[...best.values()].map((each) => each.sourceId)]);
}
