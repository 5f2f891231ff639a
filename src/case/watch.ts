import { type Catalogue, createAnalyst, type Engine, scannedBy } from '../catalogue/engine.ts';
import { type Candidate, candidatesOf } from '../detection/candidates.ts';
import { countBetween, type MinuteSeries, minuteSeries, outermostLogs } from '../detection/minute-series.ts';
import { readProfile } from '../ingest/profile.ts';
import { canonicalJson, sha256 } from '../lake/digest.ts';
import type { Store } from '../lake/store.ts';
import { visible } from '../report/hostile-text.ts';
import { minuteRow } from './examine.ts';
import { explainedByKnown } from './growth-of-known.ts';
import { hostsOfCase } from './hosts-of-case.ts';
import { caseFileOf } from './investigators-hand.ts';
import { dayParameters, MINUTE, rfc3339 } from './span.ts';

/** What people are told of a growth of traffic. It describes, from counts a minute alone; it names no actor. */
export type Alert = {
  /** Stays while the window grows. */
  id: string;
  state: 'opened' | 'grown' | 'closed';
  synthetic: boolean;
  source_id: string;
  vantage: string;
  host: string | null;
  /** RFC 3339 UTC; `end` is the last minute seen so far, exclusive. */
  start: string;
  end: string;
  peak_at: string;
  peak_per_minute: number;
  expected_per_minute: number;
  requests: number;
  mitigated: number;
  sentence: string;
};

export type WatchOptions = {
  store: Store;
  catalogue: Catalogue;
  /** The moment of the watch, ms since 1970. */
  at: number;
  historyDays: number;
  notify(alert: Alert): Promise<void>;
};

export type Watched = {
  alerts: Alert[];
  /** Logs that have been silent for longer than their rhythm. */
  silent: { sourceId: string; lastMinute: string }[];
  /** New growth that nobody is told of, since known sources of the case explain half of it and more. */
  known: { sourceId: string; start: string; names: string[] }[];
  bytesScanned: number;
};

type Watching = WatchOptions & { synthetic: boolean };

/** A window is over when its log has gone on for this long without it: silence of a log is a gap, not an end. */
const OVER_AFTER = 30 * MINUTE;
/** A window that ended longer ago is history to a watch that sees it for the first time. */
const NEWS_FOR = 24 * 60 * MINUTE;
const MERGE = 15 * MINUTE;
const DAY = 1440 * MINUTE;

/**
 * Looks at the minutes up to now: one alert a window, one update while it grows, one all-clear. Of a case in the lake it
 * knows the hosts, and the known sources, of whose growth nobody is told.
 */
export async function watchLake(engine: Engine, given: WatchOptions): Promise<Watched> {
  const { at, historyDays, store } = given;
  const profile = await readProfile(store);
  // No log has come yet.
  if (!profile) return { alerts: [], silent: [], known: [], bytesScanned: 0 };
  const options = { ...given, synthetic: profile.synthetic };
  const analyst = createAnalyst(given.catalogue, engine);
  const period = { from: at - historyDays * DAY, until: at };
  const failures: unknown[] = [];
  // A case file that is broken keeps back no alert, and the run fails after all were told.
  const caseFile = await caseFileOf(store).catch((error: unknown) => {
    failures.push(error);
    return null;
  });
  const rows = (await analyst.ask('detection/minutes', dayParameters(period))).map(minuteRow);
  const ofCase = hostsOfCase(rows, caseFile).rows;
  const series = minuteSeries(ofCase.filter(({ minute }) => minute < at));
  const told = await toldAlerts(store);
  const alerts: Alert[] = [];
  const known: Watched['known'] = [];
  const candidates: Candidate[] = [];
  for (const sourceId of [...outermostLogs(series)].sort()) {
    const log = series.filter((each) => each.sourceId === sourceId);
    const last = lastMinute(log);
    for (const candidate of candidatesOf(log)) {
      candidates.push(candidate);
      const alert = nextAlert({ candidate, log, last, told, options });
      if (!alert) continue;
      const names =
        alert.state === 'opened' ? await explainedByKnown(analyst, { candidate, log, caseFile }) : [];
      if (names.length === 0) alerts.push(alert);
      else known.push({ sourceId, start: alert.start, names });
    }
  }
  alerts.push(...goneWindows(told, { candidates, last: lastMinute(series) }));
  // One that can't be told must not keep back the others.
  for (const alert of [...told.unsent, ...alerts])
    await tell(alert, options).catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw new AggregateError(failures, failures.map(String).join('; '));
  return {
    alerts: [...told.unsent, ...alerts],
    silent: silentLogs(series, at),
    known,
    bytesScanned: scannedBy(analyst.runs()),
  };
}

type Told = {
  /** By id: the first word, and the states that were told since. */
  windows: Map<string, { opened: Alert; latest: Alert; states: Set<Alert['state']> }>;
  /** Written down, but perhaps never sent: the run ended in between. */
  unsent: Alert[];
};

async function toldAlerts(store: Store): Promise<Told> {
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

type Looking = {
  candidate: Candidate;
  log: readonly MinuteSeries[];
  last: number;
  told: Told;
  options: Watching;
};

/** What is to be told of a candidate that was not told yet. */
function nextAlert({ candidate, log, last, told, options }: Looking): Alert | null {
  const known = [...told.windows.values()].find((window) => isOf(window, candidate));
  const over = last >= candidate.end + OVER_AFTER;
  if (!known) {
    if (candidate.end < options.at - NEWS_FOR) return null;
    const id = sha256(canonicalJson([candidate.sourceId, rfc3339(candidate.start)])).slice(0, 16);
    return alertOf({ id, state: 'opened', candidate, log, over, options });
  }
  const { opened, states } = known;
  if (states.has('closed')) return null;
  const state = over ? 'closed' : 'grown';
  if (states.has(state)) return null;
  const alert = alertOf({ id: opened.id, state, candidate, log, over, options });
  return state === 'closed' || alert.requests > opened.requests ? alert : null;
}

type ToldWindow = Told['windows'] extends Map<string, infer Window> ? Window : never;

/** A candidate is of a window that was told where it touches it, in the same log. */
function isOf({ opened, latest }: ToldWindow, candidate: Candidate): boolean {
  const span = { from: Date.parse(opened.start), until: Date.parse(latest.end) };
  const sameLog = opened.source_id === harmless(candidate.sourceId);
  return sameLog && candidate.start < span.until + MERGE && candidate.end > span.from - MERGE;
}

/** Windows that were told and are none any more: what is usual has moved, or another log speaks now. Nobody may wait for their end for ever. */
function goneWindows(
  told: Told,
  { candidates, last }: { candidates: readonly Candidate[]; last: number },
): Alert[] {
  return [...told.windows.values()]
    .filter(
      (window) =>
        !window.states.has('closed') &&
        !candidates.some((candidate) => isOf(window, candidate)) &&
        last >= Date.parse(window.latest.end) + OVER_AFTER,
    )
    .map(({ latest }) => ({
      ...latest,
      state: 'closed' as const,
      sentence: `${latest.synthetic ? 'SYNTHETIC. ' : ''}What was told of ${latest.start} is no growth far over the usual any more, held against the logs as they are now; the report examines it.`,
    }));
}

type Made = {
  id: string;
  state: Alert['state'];
  candidate: Candidate;
  log: readonly MinuteSeries[];
  over: boolean;
  options: Watching;
};

function alertOf({ id, state, candidate, log, over, options }: Made): Alert {
  const span = { from: candidate.start, until: candidate.end };
  const whole = log.filter(({ total }) => total);
  const requests = countBetween(whole, span);
  const mitigated = countBetween(whole, { ...span, of: 'mitigated' });
  // Null among them stands for the log as a whole.
  const hosts = candidate.hosts.filter((each) => each !== null);
  const host = hosts.length === 1 ? hosts[0]! : null;
  const times = Math.round(candidate.peak / Math.max(candidate.expectedAtPeak, 1));
  const number = (value: number): string => Math.round(value).toLocaleString('en-GB');
  const when = `from ${rfc3339(span.from)} ${over ? 'until' : 'and still at'} ${rfc3339(span.until)}`;
  return {
    id,
    state,
    synthetic: options.synthetic,
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
    sentence:
      `${options.synthetic ? 'SYNTHETIC. ' : ''}Traffic${host === null ? '' : ` to ${harmless(host)}`} grew far over what is usual ${when}: ` +
      `${number(requests)} requests, at the peak ${number(candidate.peak)} a minute, ${times} times what was to be expected; ` +
      `the defence stopped ${number(mitigated)}. Whether it is an attack, the report examines.`,
  };
}

const MOST_SHOWN = 80;

/** A name of the attacker's choice, for a mail: nothing that steers a reader, and no link. */
function harmless(name: string): string {
  const shown = visible(name).slice(0, MOST_SHOWN);
  return /^[\w:./-]+$/.test(shown)
    ? shown.replaceAll('.', '[.]')
    : JSON.stringify(shown.replaceAll('.', '[.]'));
}

/** Written down before it is sent and marked after, so that a run cut short in between says it once more, and none says nothing. */
async function tell(alert: Alert, { store, notify }: WatchOptions): Promise<void> {
  await store.create(`alerts/${alert.id}/${alert.state}.json`, Buffer.from(`${canonicalJson(alert)}\n`));
  await notify(alert);
  await store.create(sentKey(alert), Buffer.from('sent\n'));
}

function sentKey({ id, state }: Alert): string {
  return `alerts/${id}/${state}.sent`;
}

function lastMinute(log: readonly MinuteSeries[]): number {
  return log.reduce((last, { start, requests }) => Math.max(last, start + requests.length * MINUTE), 0);
}

/** Silent for more than twice the longest silence that it had, and more than an hour, since logs come late. */
function silentLogs(series: readonly MinuteSeries[], at: number): Watched['silent'] {
  return [...Map.groupBy(series, ({ sourceId }) => sourceId)].flatMap(([sourceId, log]) => {
    const last = lastMinute(log);
    const stretches = log.filter(({ total }) => total).sort((a, b) => a.start - b.start);
    const between = stretches.slice(1).map((next, index) => next.start - lastMinute([stretches[index]!]));
    const rhythm = Math.max(...stretches.map(longestSilence), ...between, 30 * MINUTE);
    return at - last > 2 * rhythm ? [{ sourceId, lastMinute: rfc3339(last - MINUTE) }] : [];
  });
}

function longestSilence({ requests }: MinuteSeries): number {
  let [longest, now] = [0, 0];
  for (const count of requests) {
    now = count === 0 ? now + 1 : 0;
    longest = Math.max(longest, now);
  }
  return longest * MINUTE;
}
