import type { Marker } from '../lake/marker.ts';
import { KEPT_LOGS, type KeptLog } from './kept-logs.ts';
import type { Span } from './span.ts';

const HOUR = 3_600_000;

/** How much of the incident's time the lake has of a log; null: no lake was asked, or the log is none that Ascribe reads. */
export type Held = 'whole' | 'part' | 'none' | null;

export type ChecklistEntry = {
  id: string;
  log: string;
  from: string;
  kept: string;
  /** Last moment by default, RFC 3339 UTC; null: no default is known, or no time was given. */
  expires: string | null;
  in_lake: Held;
  /** First and last event in the lake, RFC 3339 UTC. */
  held_from: string | null;
  held_until: string | null;
  action: string;
  source: string | null;
};

export type Checklist = {
  /** The incident's time, RFC 3339 UTC; null: none was given, and there is no lake. */
  period: { from: string; until: string } | null;
  /** From when retention is counted. */
  since: string | null;
  entries: ChecklistEntry[];
};

/** At either end of the period this much may lack: logs come in objects of some minutes. */
const TOLERANCE = HOUR;

/**
 * The logs to preserve, those first that are gone first. Retention counts from `since`, ms since 1970, or else from
 * the period's end. Markers: null without a lake.
 */
export function checklist({
  markers,
  period,
  since,
}: {
  markers: readonly Marker[] | null;
  period: Span | null;
  since: number | null;
}): Checklist {
  const from = since ?? period?.until ?? null;
  const entries = KEPT_LOGS.map((kept): ChecklistEntry => {
    const { id, log, from: whom, kept: words, action, source } = kept;
    const expires =
      from === null || kept.hours === null ? null : new Date(from + kept.hours * HOUR).toISOString();
    return {
      id,
      log,
      from: whom,
      kept: words,
      expires,
      ...heldOf(kept, { markers, period }),
      action,
      source,
    };
  });
  return {
    period: period && {
      from: new Date(period.from).toISOString(),
      until: new Date(period.until).toISOString(),
    },
    since: from === null ? null : new Date(from).toISOString(),
    entries,
  };
}

function heldOf(
  { formats }: KeptLog,
  { markers, period }: { markers: readonly Marker[] | null; period: Span | null },
): Pick<ChecklistEntry, 'in_lake' | 'held_from' | 'held_until'> {
  const nothing = { held_from: null, held_until: null };
  if (markers === null || formats.length === 0) return { in_lake: null, ...nothing };
  const held = markers.flatMap(({ format, first_event, last_event }) =>
    formats.includes(format) && first_event && last_event
      ? [{ first: Date.parse(first_event), last: Date.parse(last_event) }]
      : [],
  );
  if (held.length === 0) return { in_lake: 'none', ...nothing };
  const first = held.reduce((least, each) => Math.min(least, each.first), Number.POSITIVE_INFINITY);
  const last = held.reduce((most, each) => Math.max(most, each.last), Number.NEGATIVE_INFINITY);
  const bounds = { held_from: new Date(first).toISOString(), held_until: new Date(last).toISOString() };
  if (period && (last < period.from || first >= period.until)) return { in_lake: 'none', ...bounds };
  const whole = !period || (first <= period.from + TOLERANCE && last >= period.until - TOLERANCE);
  return { in_lake: whole ? 'whole' : 'part', ...bounds };
}
