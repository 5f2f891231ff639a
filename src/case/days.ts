import type { Days } from './snapshot.ts';
import { type Span, sqlDay } from './span.ts';

const DAY = 86_400_000;

export class DayError extends Error {
  override name = 'DayError';
}

/** Offset of a time zone from UTC at a moment, ms. Throws DayError for a zone that nobody knows. */
function offsetAt(timeZone: string, at: number): number {
  let parts: Intl.DateTimeFormatPart[];
  try {
    parts = new Intl.DateTimeFormat('en-GB', { timeZone, timeZoneName: 'longOffset' }).formatToParts(at);
  } catch {
    throw new DayError(`"${timeZone}" is no time zone: give one such as Europe/London.`);
  }
  const name = parts.find(({ type }) => type === 'timeZoneName')?.value ?? 'GMT';
  const [, sign, hours = '0', minutes = '0'] = /GMT(?:([+-])(\d{2}):(\d{2}))?/.exec(name) ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
}

/** The moment that a day begins in a time zone, ms since 1970. */
export function startOfDay(day: string, timeZone: string): number {
  const utc = Date.parse(`${day}T00:00:00Z`);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day) || Number.isNaN(utc))
    throw new DayError(`"${day}" is no day: write it as 2019-11-12.`);
  const guess = utc - offsetAt(timeZone, utc);
  // Where the clocks change between the guess and the day, the offset there is the day's.
  return utc - offsetAt(timeZone, guess);
}

/** The day before the one that a moment lies in, in a time zone. */
export function yesterday(at: number, timeZone: string): string {
  return sqlDay(at + offsetAt(timeZone, at) - DAY);
}

export type ReportedDays = {
  /** First and last day that the report is about. */
  day: string;
  lastDay: string;
  /** Days before them that they are held against. */
  history: number;
  timeZone: string;
};

/** The event days that a report reads, in UTC, and the part of them that it is about. Throws DayError. */
export function reportedSpan({ day, lastDay, history, timeZone }: ReportedDays): { days: Days; focus: Span } {
  const focus = {
    from: startOfDay(day, timeZone),
    until: startOfDay(sqlDay(Date.parse(`${lastDay}T00:00:00Z`) + DAY), timeZone),
  };
  if (focus.from >= focus.until) throw new DayError(`${day} is after ${lastDay}.`);
  return { days: { from: sqlDay(focus.from - history * DAY), until: sqlDay(focus.until - 1) }, focus };
}
