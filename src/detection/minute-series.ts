/**
 * Requests a minute of one host in one log (host null: all hosts of the log), in one stretch of its time: minutes
 * are indexes. A silence of a day ends a stretch: two of them are never one series.
 */
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

/** A silence this long ends a stretch: one record with a wrong clock must not make years of zeros. */
const STRETCH_GAP = 1440 * MINUTE;

/** Series of each host and of each log as a whole, for each stretch of the log. */
export function minuteSeries(rows: readonly MinuteRow[]): MinuteSeries[] {
  const series: MinuteSeries[] = [];
  for (const log of Map.groupBy(rows, (row) => row.sourceId).values()) {
    for (const stretch of stretchesOf(log)) series.push(...seriesOfStretch(stretch));
  }
  return series;
}

function stretchesOf(log: readonly MinuteRow[]): MinuteRow[][] {
  const stretches: MinuteRow[][] = [];
  let last = Number.NEGATIVE_INFINITY;
  for (const row of [...log].sort((a, b) => a.minute - b.minute)) {
    if (row.minute - last > STRETCH_GAP) stretches.push([]);
    stretches.at(-1)!.push(row);
    last = row.minute;
  }
  return stretches;
}

function seriesOfStretch(rows: readonly MinuteRow[]): MinuteSeries[] {
  const start = rows[0]!.minute;
  const length = (rows.at(-1)!.minute - start) / MINUTE + 1;
  const series = new Map<string | null | true, MinuteSeries>();
  for (const row of rows) {
    for (const key of [row.host, true] as const) {
      let into = series.get(key);
      if (!into) {
        const host = key === true ? null : key;
        const counts = { requests: new Float64Array(length), mitigated: new Float64Array(length) };
        into = { sourceId: row.sourceId, vantage: row.vantage, host, total: key === true, start, ...counts };
        series.set(key, into);
      }
      const index = (row.minute - start) / MINUTE;
      into.requests[index]! += row.requests;
      into.mitigated[index]! += row.mitigated;
    }
  }
  return [...series.values()];
}

const LEAST_GAP = 60;
const MISSED_REQUESTS = 20;

/**
 * Which minutes of a log are known (1) and which lie in a gap (0): silence of an hour or more, in which even a
 * tenth of the mean rate would have brought twenty requests. Silence of a log is a gap, not an end.
 */
export function knownMinutes(total: Float64Array): Uint8Array {
  const silences: { from: number; until: number }[] = [];
  for (let minute = 0; minute < total.length; minute += 1) {
    if (total[minute] !== 0) continue;
    const from = minute;
    while (minute < total.length && total[minute] === 0) minute += 1;
    if (minute - from >= LEAST_GAP) silences.push({ from, until: minute });
  }
  const silent = silences.reduce((sum, { from, until }) => sum + until - from, 0);
  const mean = total.reduce((sum, count) => sum + count, 0) / Math.max(total.length - silent, 1);
  const known = new Uint8Array(total.length).fill(1);
  for (const { from, until } of silences)
    if (((until - from) * mean) / 10 >= MISSED_REQUESTS) known.fill(0, from, until);
  return known;
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
