import type { Analyst } from '../catalogue/engine.ts';
import { type Candidate, candidatesOf } from '../detection/candidates.ts';
import {
  countBetween,
  endOf,
  type MinuteRow,
  type MinuteSeries,
  minuteSeries,
  outermostLogs,
} from '../detection/minute-series.ts';
import { withoutRepeats } from './repeated-minutes.ts';
import { dayParameters, rfc3339, type Span } from './span.ts';
import { type Alert, type Due, type Growth, harmless, isOver } from './told-alerts.ts';

/** A rise of requests in one log, as the minutes show it. */
export type HttpGrowth = Growth & { candidate: Candidate; log: readonly MinuteSeries[] };

export type HttpMinutes = {
  series: readonly MinuteSeries[];
  growths: HttpGrowth[];
  /** How many rows of a log repeat a request id, of the logs and days that were asked; none: nobody asked. */
  repeats: ReadonlyMap<string, string>;
};

/** Where the logs that speak for their hosts depart from what is usual, in order of log and time. */
export function httpGrowths(rows: readonly MinuteRow[]): Pick<HttpMinutes, 'series' | 'growths'> {
  const series = minuteSeries(rows);
  const growths = [...outermostLogs(series)].sort().flatMap((sourceId) => {
    const log = series.filter((each) => each.sourceId === sourceId);
    const last = lastMinute(log);
    return candidatesOf(log).map(
      (candidate): HttpGrowth => ({
        surface: 'http',
        sourceIds: [sourceId],
        ...{ start: candidate.start, end: candidate.end, over: isOver(candidate.end, last) },
        requests: requestsOf(log, candidate, 'requests'),
        ...{ candidate, log },
      }),
    );
  });
  return { series, growths };
}

/**
 * The same with each request once. What a log holds twice is asked of the requests themselves, so only for the logs and
 * days of a growth of which people would be told (`isDue`): a quiet look reads minutes alone.
 */
export async function httpGrowthsOnce(
  analyst: Analyst,
  { rows, isDue }: { rows: readonly MinuteRow[]; isDue(growth: Growth): boolean },
): Promise<HttpMinutes> {
  const seen = httpGrowths(rows);
  const due = seen.growths.filter(isDue);
  if (due.length === 0) return { ...seen, repeats: new Map() };
  // With as long a time before: known sources are asked for there, too.
  const period: Span = {
    from: Math.min(...due.map(({ start, end }) => start - (end - start))),
    until: Math.max(...due.map(({ end }) => end)),
  };
  const asked = new Set(due.flatMap(({ sourceIds }) => sourceIds));
  const counted = await analyst.ask('integrity/repeated-requests', dayParameters(period));
  const repeats = new Map(
    counted
      .filter((row) => asked.has(String(row.source_id)))
      .map((row) => [String(row.source_id), String(row.repeats)]),
  );
  const once = await withoutRepeats(analyst, { rows, period, repeats });
  return { ...httpGrowths(once), repeats };
}

/** The end of the last minute of a log, or of several; 0 of none. */
export function lastMinute(log: readonly MinuteSeries[]): number {
  return log.reduce((last, each) => Math.max(last, endOf(each)), 0);
}

/** Requests of the log as a whole in a span. */
export function requestsOf(
  log: readonly MinuteSeries[],
  { start, end }: { start: number; end: number },
  of: 'requests' | 'mitigated',
): number {
  const whole = log.filter(({ total }) => total);
  return countBetween(whole, { from: start, until: end, of });
}

/** `ofKnown`: what known sources sent to the log meanwhile; null: the case names none. */
export function httpAlert(
  { candidate, log, requests, over }: HttpGrowth,
  { due, ofKnown, synthetic }: { due: Due; ofKnown: number | null; synthetic: boolean },
): Alert {
  const span = { from: candidate.start, until: candidate.end };
  const mitigated = requestsOf(log, candidate, 'mitigated');
  // Null among them stands for the log as a whole.
  const hosts = candidate.hosts.filter((each) => each !== null);
  const host = hosts.length === 1 ? hosts[0]! : null;
  const times = Math.round(candidate.peak / Math.max(candidate.expectedAtPeak, 1));
  const number = (value: number): string => Math.round(value).toLocaleString('en-GB');
  const when = `from ${rfc3339(span.from)} ${over ? 'until' : 'and still at'} ${rfc3339(span.until)}`;
  const known =
    ofKnown === null || ofKnown === 0
      ? ''
      : `; known sources of the case sent ${number(ofKnown)} to the log meanwhile`;
  return {
    ...due,
    synthetic,
    ...{ surface: 'http', flood: null },
    source_id: harmless(candidate.sourceId),
    vantage: candidate.vantage,
    host: host === null ? null : harmless(host),
    start: rfc3339(span.from),
    end: rfc3339(span.until),
    peak_at: rfc3339(candidate.peakAt),
    peak_per_minute: Math.round(candidate.peak),
    expected_per_minute: Math.round(candidate.expectedAtPeak),
    requests,
    mitigated,
    requests_of_known: ofKnown,
    sentence:
      `${synthetic ? 'SYNTHETIC. ' : ''}Traffic${host === null ? '' : ` to ${harmless(host)}`} grew far over what is usual ${when}: ` +
      `${number(requests)} requests, at the peak ${number(candidate.peak)} a minute, ${times} times what was to be expected; ` +
      `the defence stopped ${number(mitigated)}${known}. Whether it is an attack, the report examines.`,
  };
}
