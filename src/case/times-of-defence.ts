import type { Analyst, Row } from '../catalogue/engine.ts';
import type { DefenceTime } from '../report/model.ts';
import type { Attack } from './observe.ts';
import { MINUTE, rfc3339, type Span, timeParameters, windowOf } from './span.ts';

/** A change of the defence that did not fail. Times in ms since 1970. */
export type DefenceChange = { time: number; operation: string; defence: string };

/** Requests that the defence let through in a minute, of all hosts of a log; `p95Us` in µs, null where none was timed. */
export type ServedMinute = { minute: number; requests: number; errors: number; p95Us: number | null };

const CHANGES = 'impact/defence-changes';
const STOPPED = 'detection/minutes';
const SERVED = 'impact/served-by-minute';

/** A minute of fewer served requests says nothing of their errors or times. */
const LEAST_SERVED = 20;
/** What is usual is known from so many minutes before the attack, and service is back after so many without a breach. */
const LEAST_MINUTES = 10;
/** After a window, its recovery is looked for so long. */
const LOOKED_AFTER = 6 * 60 * MINUTE;
/**
 * The usual range ends three robust deviations over the median of the minutes before, and never nearer than this to it:
 * one request of a hundred, and a quarter of the time.
 */
const DEVIATIONS = 3 * 1.4826;
const [LEAST_SHARE, LEAST_TIMES] = [0.01, 1.25];

/** How long the defence took to act on each attack, and service to be as usual again. */
export async function timesOfDefence(analyst: Analyst, attacks: readonly Attack[]): Promise<DefenceTime[]> {
  const times = await Promise.all(
    attacks.map(async (attack) => {
      const { window, view, examined, start, end } = attack;
      const next = Math.min(
        ...attacks.filter((other) => other.view === view && other.start >= end).map((other) => other.start),
        end + LOOKED_AFTER,
        view.whole.until,
      );
      const around = { from: Math.min(examined.before.from, start), until: Math.max(next, end) };
      const [changes, served] = await Promise.all([
        analyst.ask(CHANGES, timeParameters({ from: start, until: end })),
        analyst.ask(SERVED, windowOf(view, around)),
      ]);
      return [
        mitigationTime({
          ...{ window_id: window.id, start, changes: changes.flatMap(changeOf) },
          stopped: stoppedAt(attack),
          tellsActions: window.mitigated !== null,
        }),
        recoveryTime({
          window_id: window.id,
          attack: { from: start, until: end },
          served: served.map(servedOf),
        }),
      ];
    }),
  );
  return times.flat();
}

function changeOf(row: Row): DefenceChange[] {
  if (row.error_code !== null || /fail|denied|error/i.test(String(row.status ?? ''))) return [];
  return [
    {
      time: Date.parse(String(row.time)),
      operation: String(row.operation ?? row.resource_type ?? 'a change'),
      defence: String(row.defence),
    },
  ];
}

function servedOf(row: Row): ServedMinute {
  return {
    minute: Date.parse(String(row.minute)),
    requests: Number(row.requests),
    errors: Number(row.errors),
    p95Us: row.p95_us === null ? null : Number(row.p95_us),
  };
}

/** The first minute of an attack in which the defence stopped more than in any minute just before; null: none. */
function stoppedAt({ view, examined, start, end }: Attack): number | null {
  const minutes = view.stretches.flatMap(({ start: first, mitigated }) =>
    [...mitigated].map((count, index) => ({ minute: first + index * MINUTE, count })),
  );
  const usual = minutes
    .filter(({ minute }) => minute >= examined.before.from && minute + MINUTE <= start)
    .reduce((most, { count }) => Math.max(most, count), 0);
  return (
    minutes.find(({ minute, count }) => minute + MINUTE > start && minute < end && count > usual)?.minute ??
    null
  );
}

type Mitigation = {
  window_id: string;
  start: number;
  changes: readonly DefenceChange[];
  stopped: number | null;
  /** The log says what the defence did with the attack's requests. */
  tellsActions: boolean;
};

/** From the start of an attack to the first change of the defence or the first minute in which it stopped more than before. */
export function mitigationTime({
  window_id,
  start,
  changes,
  stopped,
  tellsActions,
}: Mitigation): DefenceTime {
  const base = { window_id, what: 'mitigate' as const };
  const [change] = [...changes].sort((a, b) => a.time - b.time);
  if (change && (stopped === null || change.time < stopped + MINUTE)) {
    const seconds = Math.max(0, Math.round((change.time - start) / 1000));
    return {
      ...base,
      ...{ answer: 'measured', basis: 'defence-change', at: rfc3339(change.time) },
      ...{ least_seconds: seconds, most_seconds: seconds, query: CHANGES },
      sentence: `${window_id}: the first change of the defence, ${change.operation} (${change.defence}), came ${lasting(seconds)} after the start. Whether it was meant for this attack, its log does not say.`,
    };
  }
  if (stopped !== null) {
    const least = Math.max(0, Math.round((stopped - start) / 1000));
    const most = Math.round((stopped + MINUTE - start) / 1000);
    return {
      ...base,
      ...{ answer: 'measured', basis: 'mitigated-request', at: rfc3339(stopped) },
      ...{ least_seconds: least, most_seconds: most, query: STOPPED },
      sentence: `${window_id}: the defence first stopped more requests than in any minute just before ${lasting(least)} to ${lasting(most)} after the start. No change of it came earlier in these logs.`,
    };
  }
  return cannotSay(base, {
    query: CHANGES,
    why: tellsActions
      ? 'these logs hold no change of the defence during the attack, and it stopped no more requests than before'
      : 'these logs hold no change of the defence during the attack, and do not say what it did with requests',
  });
}

/** From the start of an attack to the first minute from which errors and times of served requests stay as usual. */
export function recoveryTime({
  window_id,
  attack,
  served,
}: {
  window_id: string;
  attack: Span;
  served: readonly ServedMinute[];
}): DefenceTime {
  const base = { window_id, what: 'recover' as const };
  const told = served.filter(({ requests }) => requests >= LEAST_SERVED);
  const before = told.filter(({ minute }) => minute + MINUTE <= attack.from);
  const since = told.filter(({ minute }) => minute + MINUTE > attack.from);
  if (before.length < LEAST_MINUTES || since.length === 0)
    return cannotSay(base, {
      query: SERVED,
      why: `fewer than ${LEAST_MINUTES} minutes just before the attack have ${LEAST_SERVED} served requests, so that nothing says what is usual`,
    });
  const isBreach = breachOf(before);
  const last = since.findLastIndex(isBreach);
  if (!since.some((each) => each.minute < attack.until && isBreach(each)))
    return {
      ...base,
      ...{ answer: 'not-affected', basis: 'errors-and-times', at: null },
      ...{ least_seconds: null, most_seconds: null, query: SERVED },
      sentence: `${window_id}: in no minute of the attack did the errors or times of served requests leave their usual range, so there is nothing to recover from.`,
    };
  const at = recovered(since, { isBreach, until: attack.until });
  if (at === null)
    return cannotSay(base, {
      query: SERVED,
      why: `after the last breach at ${rfc3339(since[last]!.minute)} fewer than ${LEAST_MINUTES} minutes with enough requests follow before the next attack or the end of what was looked at`,
    });
  const seconds = Math.max(0, Math.round((at - attack.from) / 1000));
  return {
    ...base,
    ...{ answer: 'measured', basis: 'errors-and-times', at: rfc3339(at) },
    ...{ least_seconds: seconds, most_seconds: seconds + 60, query: SERVED },
    sentence: `${window_id}: from ${rfc3339(at)}, ${lasting(seconds)} after the start, errors and times of served requests stayed in their usual range for ${LEAST_MINUTES} minutes and more.`,
  };
}

/** The first minute after a breach that so many others follow without one; null: there is none. */
function recovered(
  since: readonly ServedMinute[],
  { isBreach, until }: { isBreach(minute: ServedMinute): boolean; until: number },
): number | null {
  // A lull within the attack is no end of its effect.
  const last = since.findLastIndex((each) => each.minute < until && isBreach(each));
  let from = last + 1;
  for (let index = from; index < since.length; index += 1) {
    if (isBreach(since[index]!)) from = index + 1;
    else if (index - from + 1 >= LEAST_MINUTES) return since[from]!.minute;
  }
  return null;
}

function breachOf(before: readonly ServedMinute[]): (minute: ServedMinute) => boolean {
  const shares = before.map(({ errors, requests }) => errors / requests);
  const times = before.flatMap(({ p95Us }) => (p95Us === null ? [] : [p95Us]));
  const share = middle(shares);
  const mostShare = Math.max(share + DEVIATIONS * deviation(shares), share + LEAST_SHARE);
  const time = middle(times);
  const mostTime =
    times.length < LEAST_MINUTES
      ? Number.POSITIVE_INFINITY
      : Math.max(time + DEVIATIONS * deviation(times), time * LEAST_TIMES);
  return ({ errors, requests, p95Us }) => errors / requests > mostShare || (p95Us ?? 0) > mostTime;
}

function middle(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
}

function deviation(values: readonly number[]): number {
  const centre = middle(values);
  return middle(values.map((value) => Math.abs(value - centre)));
}

function cannotSay(
  base: Pick<DefenceTime, 'window_id' | 'what'>,
  { query, why }: { query: string; why: string },
): DefenceTime {
  const what = base.what === 'mitigate' ? 'how soon the defence acted' : 'when service was as usual again';
  return {
    ...base,
    ...{ answer: 'cannot-say', basis: null, at: null, least_seconds: null, most_seconds: null, query },
    sentence: `${base.window_id}: these logs cannot say ${what}: ${why}.`,
  };
}

/** A length of time in whole minutes and seconds, or hours and minutes. */
function lasting(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600)
    return seconds % 60 === 0 ? `${seconds / 60} min` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
