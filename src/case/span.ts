import type { Row } from '../catalogue/engine.ts';
import { MINUTE } from '../detection/minute-series.ts';

/** A stretch of time, ms since 1970, half-open. */
export type Span = { from: number; until: number };

export { MINUTE };

const DAY = 86_400_000;

/** `2019-11-11 15:42:00.000`, as the queries take it. */
export function sqlTime(ms: number): string {
  return new Date(ms).toISOString().slice(0, 23).replace('T', ' ');
}

export function sqlDay(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

export function rfc3339(ms: number): string {
  return new Date(ms).toISOString();
}

/** Parameters of the queries that read a window: the days that hold it, its start and its end. */
export function timeParameters({ from, until }: Span): Record<string, string> {
  return { ...dayParameters({ from, until }), from_time: sqlTime(from), until_time: sqlTime(until) };
}

export function dayParameters({ from, until }: Span): Record<string, string> {
  return { from_day: sqlDay(from), until_day: sqlDay(Math.max(from, until - 1)) };
}

/** Days from the middle of a span to a date, either way. */
export function daysFrom({ from, until }: Span, date: string): number {
  return Math.round(Math.abs((from + until) / 2 - Date.parse(`${date}T12:00:00Z`)) / DAY);
}

export function minutesIn({ from, until }: Span): number {
  return (until - from) / MINUTE;
}

/** As long a time just before. */
export const spanBefore = ({ from, until }: Span): Span => ({ from: from - (until - from), until: from });

/** Parameters of a query that counts a request id once in a window of a log; `repeats`: how many rows of the log repeat one. */
export function windowOf(
  { sourceId, repeats }: { sourceId: string; repeats: string },
  span: Span,
): Record<string, string> {
  return { ...timeParameters(span), source_id: sourceId, repeats };
}

/** Windows that one question names at most: a parameter of Athena has no more than 1,024 characters. */
const MOST_WINDOWS = 20;

/** A window in a parameter that names several. */
export const windowText = ({ from, until }: Span): string => `${sqlTime(from)}/${sqlTime(until)}`;

/** A window and those that are asked for together with it, of all that may be asked for. */
export function askedTogether(around: Span, windows: readonly Span[]): string {
  const texts = [...new Set(windows.map(windowText))];
  const place = texts.indexOf(windowText(around));
  const first = place - (place % MOST_WINDOWS);
  return texts.slice(first, first + MOST_WINDOWS).join(',');
}

/** Whether a row is of a window, of several that were asked for together. */
export function isOfWindow(row: Row, { from, until }: Span): boolean {
  return row.from_time === rfc3339(from) && row.until_time === rfc3339(until);
}
