import { canonicalJson, sha256 } from '../lake/digest.ts';
import type { Store } from '../lake/store.ts';
import { visible } from '../report/hostile-text.ts';
import type { AttackKind, FlowVolume, Surface } from '../report/model.ts';
import { MINUTE, rfc3339 } from './span.ts';

/** What people are told of a growth of traffic. It describes, from counts a minute and the marks of floods; it names no actor. */
export type Alert = {
  /** Stays while the window grows. */
  id: string;
  state: 'opened' | 'grown' | 'closed';
  synthetic: boolean;
  /** What grew: requests (`http`), flows (`network`) or DNS queries (`dns`). */
  surface: Surface;
  /** What a flood of flows or DNS queries is by its marks, and how large; null of requests, which only grew. */
  flood: { kind: AttackKind; volume: FlowVolume | null } | null;
  source_id: string;
  vantage: string;
  /** The host, address, network or zone that it went to, where it is one. */
  host: string | null;
  /** RFC 3339 UTC; `end` is the last minute seen so far, exclusive. */
  start: string;
  end: string;
  peak_at: string;
  peak_per_minute: number;
  expected_per_minute: number;
  /** All requests of the window; of a flood the attack's own flows or queries, at least. */
  requests: number;
  /** Null: the log does not say. */
  mitigated: number | null;
  /** What known sources of the case sent to the log meanwhile; null: it names none, or the growth is none of requests. */
  requests_of_known: number | null;
  sentence: string;
};

/** A growth as the logs have it now, whether it was told or not. Times in ms since 1970, half-open. */
export type Growth = {
  surface: Surface;
  /** The logs that saw it, the one that speaks for it first. */
  sourceIds: readonly string[];
  start: number;
  end: number;
  requests: number;
  /** Its log has gone on without it. */
  over: boolean;
};

/** What is to be told of a growth, under which id. */
export type Due = Pick<Alert, 'id' | 'state'>;

export type ToldWindow = { opened: Alert; latest: Alert; states: Set<Alert['state']> };

export type Told = {
  /** By id: the first word, the last one, and the states that were told. */
  windows: Map<string, ToldWindow>;
  /** Written down, but perhaps never sent: the run ended in between. */
  unsent: Alert[];
};

/** A window is over when its log has gone on for this long without it: silence of a log is a gap, not an end. */
const OVER_AFTER = 30 * MINUTE;
/** A window that ended longer ago is history to a watch that sees it for the first time. */
export const NEWS_FOR = 24 * 60 * MINUTE;
const MERGE = 15 * MINUTE;

/** `last`: the end of the last minute of which the log speaks. */
export const isOver = (end: number, last: number): boolean => last >= end + OVER_AFTER;

/** An alert that an earlier version wrote names no surface. */
const surfaceOf = ({ surface }: Partial<Pick<Alert, 'surface'>>): Surface => surface ?? 'http';

export async function toldAlerts(store: Store): Promise<Told> {
  const keys = new Set((await store.list('alerts/')).map(({ key }) => key));
  const told: Told = { windows: new Map(), unsent: [] };
  const order: Alert['state'][] = ['opened', 'grown', 'closed'];
  for (const state of order) {
    for (const key of [...keys].filter((each) => each.endsWith(`/${state}.json`)).sort()) {
      const alert = JSON.parse(Buffer.from((await store.read(key))!).toString('utf8')) as Alert;
      const window = told.windows.get(alert.id) ?? { opened: alert, latest: alert, states: new Set() };
      window.latest = alert;
      window.states.add(state);
      told.windows.set(alert.id, window);
      if (!keys.has(sentKey(alert))) told.unsent.push(alert);
    }
  }
  return told;
}

/** Windows of a surface that were told and whose end was not. */
export function openWindows(told: Told, surface: Surface): ToldWindow[] {
  return [...told.windows.values()].filter(
    ({ opened, states }) => !states.has('closed') && surfaceOf(opened) === surface,
  );
}

/** What of a growth was not told yet; null: nothing. */
export function dueOf(growth: Growth, { told, at }: { told: Told; at: number }): Due | null {
  const known = [...told.windows.values()].find((window) => isOf(window, growth));
  if (!known) {
    if (growth.end < at - NEWS_FOR) return null;
    const named = [growth.sourceIds[0], rfc3339(growth.start)];
    const key = growth.surface === 'http' ? named : [growth.surface, ...named];
    return { id: sha256(canonicalJson(key)).slice(0, 16), state: 'opened' };
  }
  const { opened, states } = known;
  const state = growth.over ? 'closed' : 'grown';
  if (states.has('closed') || states.has(state)) return null;
  return state === 'closed' || growth.requests > opened.requests ? { id: opened.id, state } : null;
}

/** A growth is of a window that was told where it touches it, in the same log. */
function isOf({ opened, latest }: ToldWindow, { surface, sourceIds, start, end }: Growth): boolean {
  const span = { from: Date.parse(opened.start), until: Date.parse(latest.end) };
  const sameLog =
    surfaceOf(opened) === surface && sourceIds.some((sourceId) => harmless(sourceId) === opened.source_id);
  return sameLog && start < span.until + MERGE && end > span.from - MERGE;
}

/** Windows that were told and are none any more: what is usual has moved, or another log speaks now. Nobody may wait for their end for ever. */
export function goneWindows(
  told: Told,
  { surface, growths, last }: { surface: Surface; growths: readonly Growth[]; last: number },
): Alert[] {
  return openWindows(told, surface)
    .filter(
      (window) =>
        !growths.some((growth) => isOf(window, growth)) && isOver(Date.parse(window.latest.end), last),
    )
    .map(({ latest }) => ({
      ...latest,
      state: 'closed' as const,
      sentence: `${latest.synthetic ? 'SYNTHETIC. ' : ''}What was told of ${latest.start} is no growth far over the usual any more, held against the logs as they are now; the report examines it.`,
    }));
}

const MOST_SHOWN = 80;

/** A name of the attacker's choice, for a mail: nothing that steers a reader, and no link. */
export function harmless(name: string): string {
  const shown = visible(name).slice(0, MOST_SHOWN);
  return /^[\w:./-]+$/.test(shown)
    ? shown.replaceAll('.', '[.]')
    : JSON.stringify(shown.replaceAll('.', '[.]'));
}

/** Written down before it is sent and marked after, so that a run cut short in between says it once more, and none says nothing. */
export async function tell(
  alert: Alert,
  { store, notify }: { store: Store; notify(alert: Alert): Promise<void> },
): Promise<void> {
  await store.create(`alerts/${alert.id}/${alert.state}.json`, Buffer.from(`${canonicalJson(alert)}\n`));
  await notify(alert);
  await store.create(sentKey(alert), Buffer.from('sent\n'));
}

function sentKey({ id, state }: Alert): string {
  return `alerts/${id}/${state}.sent`;
}
