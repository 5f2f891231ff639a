import { type Analyst, type Catalogue, createAnalyst, type Engine, scannedBy } from '../catalogue/engine.ts';
import type { MinuteSeries } from '../detection/minute-series.ts';
import { assertReadable, readProfile } from '../ingest/profile.ts';
import type { Store } from '../lake/store.ts';
import type { CaseFile } from './case-file.ts';
import { minuteRow } from './examine.ts';
import { FLOOD_SURFACES, type FloodSurface, floodAlert, floodGrowths } from './flood-growths.ts';
import { knownInGrowth } from './growth-of-known.ts';
import { hostsOfCase } from './hosts-of-case.ts';
import { httpAlert, httpGrowthsOnce, lastMinute } from './http-growths.ts';
import { caseFileOf } from './investigators-hand.ts';
import { dayParameters, MINUTE, rfc3339 } from './span.ts';
import { type Alert, dueOf, goneWindows, openWindows, type Told, tell, toldAlerts } from './told-alerts.ts';

export type { Alert } from './told-alerts.ts';

export type WatchOptions = {
  store: Store;
  catalogue: Catalogue;
  /** The moment of the watch, ms since 1970. */
  at: number;
  historyDays: number;
  /** Days of flows and DNS queries that are read; 0: none are. */
  floodDays: number;
  notify(alert: Alert): Promise<void>;
};

export type Watched = {
  alerts: Alert[];
  /** Logs of requests that have been silent for longer than their rhythm. */
  silent: { sourceId: string; lastMinute: string }[];
  /** New growth that nobody is told of, since known sources of the case explain half of it and more. */
  known: { sourceId: string; start: string; names: string[] }[];
  bytesScanned: number;
};

type Watching = Pick<WatchOptions, 'at' | 'historyDays' | 'floodDays'> & {
  analyst: Analyst;
  told: Told;
  synthetic: boolean;
  caseFile: CaseFile | null;
};

const DAY = 1440 * MINUTE;

/**
 * Looks at the requests a minute up to now, then at flows and DNS queries: one alert a window, one update while it grows,
 * one all-clear. Of a case in the lake it knows the hosts, and the known sources, of whose growth nobody is told. Throws
 * an AggregateError where a part of the look failed, after all others were told; ProfileError where the rows are of another
 * version, after what an earlier look had to tell.
 */
export async function watchLake(engine: Engine, options: WatchOptions): Promise<Watched> {
  const { store } = options;
  const profile = await readProfile(store);
  // No log has come yet.
  if (!profile) return { alerts: [], silent: [], known: [], bytesScanned: 0 };
  const analyst = createAnalyst(options.catalogue, engine);
  const failures: unknown[] = [];
  const fail = (error: unknown): null => {
    failures.push(error);
    return null;
  };
  // A case file that is broken keeps back no alert, and the run fails after all were told.
  const caseFile = await caseFileOf(store).catch(fail);
  const told = await toldAlerts(store);
  const watching = { ...options, analyst, told, synthetic: profile.synthetic, caseFile };
  const alerts: Alert[] = [];
  // One that can't be told must not keep back the others.
  const tellAll = async (all: readonly Alert[]): Promise<void> => {
    for (const alert of all) await tell(alert, options).catch(fail);
    alerts.push(...all);
  };
  await tellAll(told.unsent);
  assertReadable(store, profile);
  const http = await watchRequests(watching).catch(fail);
  await tellAll(http?.alerts ?? []);
  if (options.floodDays > 0)
    for (const surface of FLOOD_SURFACES)
      await tellAll((await watchFloods(watching, surface).catch(fail)) ?? []);
  if (failures.length > 0 || !http) throw new AggregateError(failures, failures.map(String).join('; '));
  const { silent, known } = http;
  return { alerts, silent, known, bytesScanned: scannedBy(analyst.runs()) };
}

async function watchRequests({
  analyst,
  told,
  synthetic,
  caseFile,
  at,
  historyDays,
}: Watching): Promise<Omit<Watched, 'bytesScanned'>> {
  const rows = (
    await analyst.ask('detection/minutes', dayParameters({ from: at - historyDays * DAY, until: at }))
  ).map(minuteRow);
  const ofCase = hostsOfCase(rows, caseFile).rows.filter(({ minute }) => minute < at);
  const { series, growths, repeats } = await httpGrowthsOnce(analyst, {
    rows: ofCase,
    isDue: (growth) => dueOf(growth, { told, at }) !== null,
  });
  const alerts: Alert[] = [];
  const known: Watched['known'] = [];
  for (const growth of growths) {
    const due = dueOf(growth, { told, at });
    if (!due) continue;
    const { candidate, log } = growth;
    const { sourceId } = candidate;
    const ours = await knownInGrowth(analyst, {
      ...{ candidate, log, caseFile, repeats: repeats.get(sourceId) ?? '0' },
    });
    if (due.state === 'opened' && ours && ours.explainedBy.length > 0)
      known.push({ sourceId, start: rfc3339(growth.start), names: ours.explainedBy });
    else alerts.push(httpAlert(growth, { due, synthetic, ofKnown: ours?.requests ?? null }));
  }
  alerts.push(...goneWindows(told, { surface: 'http', growths, last: lastMinute(series) }));
  return { alerts, known, silent: silentLogs(series, at) };
}

async function watchFloods(
  { analyst, told, synthetic, at, floodDays, historyDays }: Watching,
  surface: FloodSurface,
): Promise<Alert[]> {
  const open = openWindows(told, surface);
  const { growths, last } = await floodGrowths(analyst, {
    ...{ surface, at, days: floodDays, mostDays: historyDays, open },
  });
  const alerts = growths.flatMap((growth) => {
    const due = dueOf(growth, { told, at });
    return due ? [floodAlert(growth, { due, synthetic })] : [];
  });
  return [...alerts, ...goneWindows(told, { surface, growths, last })];
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
