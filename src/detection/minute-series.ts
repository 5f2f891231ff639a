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
  /** Answered with a 5xx. */
  failed?: Float64Array;
  /** Most of the requests come through a proxy that hides the client. */
  behindProxy?: boolean;
};

export type MinuteRow = {
  sourceId: string;
  vantage: string;
  host: string | null;
  /** ms since 1970 */
  minute: number;
  requests: number;
  mitigated: number;
  /** Requests whose client address is not known. */
  withoutSource?: number;
  /** Answered with a 5xx. */
  failed?: number;
};

export const MINUTE = 60_000;

/** The end of its last minute, ms since 1970. */
export function endOf({ start, requests }: MinuteSeries): number {
  return start + requests.length * MINUTE;
}

/** What series hold between two times, ms since 1970: whole minutes, so that those of both ends count in full. */
export function countBetween(
  series: readonly Pick<MinuteSeries, 'start' | 'requests' | 'mitigated' | 'failed'>[],
  { from, until, of = 'requests' }: { from: number; until: number; of?: 'requests' | 'mitigated' | 'failed' },
): number {
  let sum = 0;
  for (const { start, [of]: counts } of series) {
    if (!counts) continue;
    const first = Math.max(0, Math.floor((from - start) / MINUTE));
    const last = Math.min(counts.length, Math.ceil((until - start) / MINUTE));
    for (let minute = first; minute < last; minute += 1) sum += counts[minute]!;
  }
  return sum;
}

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
  const hidden = rows.reduce((sum, row) => sum + (row.withoutSource ?? 0), 0);
  const behindProxy = hidden * 2 > rows.reduce((sum, row) => sum + row.requests, 0);
  const series = new Map<string | null | true, MinuteSeries>();
  const watched = largestHosts(rows);
  for (const row of rows) {
    for (const key of [row.host, true] as const) {
      if (key !== true && !watched.has(key)) continue;
      let into = series.get(key);
      if (!into) {
        const host = key === true ? null : key;
        const counts = {
          requests: new Float64Array(length),
          mitigated: new Float64Array(length),
          failed: new Float64Array(length),
        };
        into = {
          sourceId: row.sourceId,
          vantage: row.vantage,
          host,
          total: key === true,
          start,
          ...counts,
          behindProxy,
        };
        series.set(key, into);
      }
      const index = (row.minute - start) / MINUTE;
      into.requests[index]! += row.requests;
      into.mitigated[index]! += row.mitigated;
      into.failed![index]! += row.failed ?? 0;
    }
  }
  return [...series.values()];
}

/** More hosts than these, and the small ones have no series of their own: random names are no hosts to watch. */
const MOST_HOSTS = 500;

/** The hosts with most requests: a flood of random names must not take a series each. */
function largestHosts(rows: readonly MinuteRow[]): Set<string | null> {
  const requests = new Map<string | null, number>();
  for (const row of rows) requests.set(row.host, (requests.get(row.host) ?? 0) + row.requests);
  const sorted = [...requests].sort(([, a], [, b]) => b - a);
  return new Set(sorted.slice(0, MOST_HOSTS).map(([host]) => host));
}

const LEAST_GAP = 60;
const MISSED_REQUESTS = 20;
/** Hours with a request in most of their minutes; a log with fewer of them is idle by nature, and its silence no gap. */
const BUSY_HOURS = 6;

/** Minutes by their indexes, half-open. */
type Stretch = { from: number; until: number };

/** Where the log has no request for so long that it can be a gap. */
function silencesOf(total: Float64Array): Stretch[] {
  const silences: Stretch[] = [];
  for (let minute = 0; minute < total.length; minute += 1) {
    if (total[minute] !== 0) continue;
    const from = minute;
    while (minute < total.length && total[minute] === 0) minute += 1;
    if (minute - from >= LEAST_GAP) silences.push({ from, until: minute });
  }
  return silences;
}

/** A log in parts, as of an hour a day that somebody cut out: each speaks so long, in so many of its minutes. */
const LEAST_PART = 30;
const DENSE = 0.9;

/** What a minute of the quietest part brings, of a log whose parts have silences between them and none within; else 0. */
function rateOfParts(total: Float64Array, silences: readonly Stretch[]): number {
  const end = total.findLastIndex((count) => count !== 0) + 1;
  const ends = [...silences.map(({ from }) => from).filter((from) => from < end), end];
  const rates: number[] = [];
  for (const [index, until] of ends.entries()) {
    const part = total.subarray(index === 0 ? 0 : silences[index - 1]!.until, until);
    const speaking = part.filter((count) => count > 0).length;
    if (part.length < LEAST_PART || speaking < part.length * DENSE) return 0;
    rates.push(part.reduce((sum, count) => sum + count, 0) / part.length);
  }
  return rates.length < 2 ? 0 : Math.min(...rates);
}

/** Requests a minute that a quiet hour of the log brings; 0: the log is idle by nature. */
function quietRate(total: Float64Array, silences: readonly Stretch[]): number {
  const rates: number[] = [];
  for (let from = 0; from + 60 <= total.length; from += 60) {
    const hour = total.subarray(from, from + 60);
    if (hour.filter((count) => count > 0).length > 30)
      rates.push(hour.reduce((sum, count) => sum + count, 0) / 60);
  }
  if (rates.length < BUSY_HOURS) return rateOfParts(total, silences);
  rates.sort((a, b) => a - b);
  return rates[Math.floor(rates.length / 10)]!;
}

/**
 * Which minutes of a log are known (1) and which lie in a gap (0): silence of an hour or more in which even its
 * quiet hours would have brought twenty requests. Silence of a log is a gap, not an end.
 */
export function knownMinutes(total: Float64Array): Uint8Array {
  const known = new Uint8Array(total.length).fill(1);
  const silences = silencesOf(total);
  const rate = quietRate(total, silences);
  for (const { from, until } of silences)
    if ((until - from) * rate >= MISSED_REQUESTS) known.fill(0, from, until);
  return known;
}

export function countKnown(total: Float64Array): number {
  return knownMinutes(total).reduce((sum, known) => sum + known, 0);
}

/** Outermost first: the log nearest to the client speaks for a host. */
const OUTERMOST = ['edge', 'firewall', 'balancer', 'origin'];

/**
 * The logs that speak for their hosts: those that are the outermost for most of their requests, so that nothing
 * counts at two vantages. Requests without a host are a log's own, unless it lies behind a proxy whose log is there. An
 * outer log speaks in its time alone: where it covers less than half of an inner one's, that speaks too.
 */
export function outermostLogs(series: readonly MinuteSeries[]): Set<string> {
  const depth = ({ vantage }: MinuteSeries): number => OUTERMOST.indexOf(vantage);
  // Of a log as a whole under null; requests without a host are looked up by nobody.
  const ofHost = Map.groupBy(series, ({ host, total }) => (total ? null : (host ?? '')));
  const isCovered = (each: MinuteSeries): boolean => {
    const outer = (ofHost.get(each.host) ?? []).filter((other) => depth(other) < depth(each));
    const logs = [...Map.groupBy(outer, ({ sourceId }) => sourceId).values()];
    const most = Math.max(
      0,
      ...logs.map((log) => log.reduce((sum, other) => sum + sharedTime(each, other), 0)),
    );
    return most * 2 >= endOf(each) - each.start;
  };
  const own = new Map<string, { own: number; all: number }>();
  for (const each of series) {
    if (each.total) continue;
    const requests = each.requests.reduce((sum, count) => sum + count, 0);
    const tally = own.get(each.sourceId) ?? { own: 0, all: 0 };
    own.set(each.sourceId, tally);
    tally.all += requests;
    if ((each.host === null && !each.behindProxy) || !isCovered(each)) tally.own += requests;
  }
  return new Set([...own].filter(([, tally]) => tally.own * 2 > tally.all).map(([sourceId]) => sourceId));
}

function sharedTime(a: MinuteSeries, b: MinuteSeries): number {
  return Math.max(0, Math.min(endOf(a), endOf(b)) - Math.max(a.start, b.start));
}
