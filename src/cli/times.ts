import { CommandError } from './command-error.ts';

/** A time given by a person, as ms since 1970: RFC 3339, or a date with or without a time, which are UTC. */
export function parseTime(text: string, option: string): number {
  const match = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(Z|[+-]\d{2}:?\d{2})?)?$/i.exec(
    text.trim(),
  );
  const ms = match ? Date.parse(`${match[1]}T${match[2] ?? '00:00'}${match[3] ?? 'Z'}`) : Number.NaN;
  if (Number.isNaN(ms) || !isOfCalendar(match![1]!))
    throw new CommandError(
      `${option} "${text}" is no time: write it as 2019-11-12T13:20:00Z or 2019-11-12 13:20 (UTC).`,
      2,
    );
  return ms;
}

/** A day that the calendar has: JavaScript takes 31 February for March. */
function isOfCalendar(day: string): boolean {
  return new Date(`${day}T00:00Z`).toISOString().startsWith(day);
}

/** Both ends of a window, or none. */
export function parseSpan({
  from,
  until,
}: {
  from?: string | undefined;
  until?: string | undefined;
}): { from: number; until: number } | null {
  if (from === undefined && until === undefined) return null;
  if (from === undefined || until === undefined)
    throw new CommandError('a window has two ends: give both --from and --until.', 2);
  const span = { from: parseTime(from, '--from'), until: parseTime(until, '--until') };
  if (span.from >= span.until) throw new CommandError(`--from ${from} is not before --until ${until}.`, 2);
  return span;
}
