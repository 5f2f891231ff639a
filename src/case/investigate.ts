import { assess } from '../attribution/assess.ts';
import type { Analyst } from '../catalogue/engine.ts';
import { countBetween, countKnown } from '../detection/minute-series.ts';
import type { DatasetUse, Refusal, ReportModel } from '../report/model.ts';
import { caseAccount, excludedLeads, excludedSentence } from './case-account.ts';
import { clustersOf, judgementAccounts, openClusters, rejectedClusters } from './clusters.ts';
import { clustersCsv } from './clusters-csv.ts';
import { coverageOf, ledgerOf } from './coverage.ts';
import { dataAccess } from './data-access.ts';
import { examineLogs } from './examine.ts';
import { gatherFacts } from './facts.ts';
import { floodFacts } from './flood-facts.ts';
import {
  FLOOD_METHOD,
  floodSectionQueries,
  noOriginOf,
  withFloodSources,
  withFloods,
} from './flood-words.ts';
import { floodsBelowHttp } from './floods-below-http.ts';
import { impactOf } from './impact.ts';
import { concentrations, originShares } from './origin.ts';
import { sectionQueries } from './section-queries.ts';
import { periodOf, type Snapshot } from './snapshot.ts';
import { attackingSources, sourcesCsv } from './sources.ts';
import { sourcesAnswer, whyNone } from './sources-answer.ts';
import { daysFrom, rfc3339, type Span } from './span.ts';
import { tellApart } from './tell-apart.ts';
import { timeline } from './timeline.ts';
import { attackSentence, besideUnread, cannotSay, METHOD, quietFinding } from './words.ts';

export type CaseOptions = {
  tool: { name: 'ascribe'; version: string };
  tlp: string;
  /** A window given by the analyst, past the detector. */
  forced: Span | null;
  /** The part of the snapshot that the report is about; the rest is what it is held against. Null: all of it. */
  focus: Span | null;
  /** Merkle root of the report that this one takes the place of. */
  supersedes: string | null;
  /** Files that could not be read at all, of which custody holds nothing. */
  unread: readonly Refusal[];
};

export type CaseResult = { model: ReportModel; sourcesCsv: string; clustersCsv: string };

export class EmptyWindowError extends Error {
  override name = 'EmptyWindowError';
}

/**
 * The investigation of a snapshot: what, when, how, from where, to what effect, and who.
 * The same snapshot, options and version give the same model. Throws EmptyWindowError where the analyst's
 * window holds no event.
 */
export async function investigate(
  analyst: Analyst,
  { snapshot, ...options }: CaseOptions & { snapshot: Snapshot },
): Promise<CaseResult> {
  const events = periodOf(snapshot);
  const period = events ? { from: events.first, until: events.last + 1 } : { from: 0, until: 1 };
  const { hand } = snapshot;
  const { logs, series, hosts } = await examineLogs(analyst, {
    hand,
    period,
    forced: options.forced,
    focus: options.focus,
  });
  const { attacks, surges: httpSurges, seen } = tellApart(logs);
  const below = await floodsBelowHttp(analyst, {
    ...{ period, forced: options.forced, focus: options.focus },
    after: { windows: attacks.length, surges: httpSurges.length },
  });
  const surges = [...httpSurges, ...below.surges];
  const { forced } = options;
  const isOutside = forced && (forced.until <= period.from || forced.from >= period.until);
  if (forced && (isOutside || (below.judged === 0 && logs.every((log) => log.examined.length === 0))))
    throw emptyWindow(forced, events && period);

  const [sources, { coverage, reservedShare }] = await Promise.all([
    attackingSources(analyst, attacks),
    coverageOf(analyst, { snapshot, period }),
  ]);
  const origin = { sources, datasets: snapshot.profile.datasets, period };
  const { ledger, archives, refused } = ledgerOf(snapshot, options.unread);
  const [{ countries, networks }, impact, access] = await Promise.all([
    originShares(analyst, attacks, origin),
    impactOf(analyst, attacks),
    dataAccess(analyst, {
      period,
      about: options.focus ?? period,
      windows: attacks.map(({ start, end }) => ({ from: start, until: end })),
      ...{ sources, coverage, ledger, snapshot, caseFile: hand.caseFile },
    }),
  ]);
  const synthetic = isSynthetic(snapshot, reservedShare);
  const measured = { attacks, sources, surges, logs: coverage.logs, gaps: coverage.gaps, period, synthetic };
  const { facts, leads } = await gatherFacts(analyst, measured);

  const account = caseAccount(hand, { seen, hosts, surfaces: access.surfaces });
  const httpWindows = attacks.map(({ window }) => window);
  const windows = [...httpWindows, ...below.floods.map(({ window }) => window)];
  const listed = withFloodSources(sourcesAnswer({ windows: httpWindows, sources, logs: coverage.logs }), {
    ...{ below, httpWindows: httpWindows.length },
  });
  const allSources = [...sources, ...below.sources];
  const longest = Math.max(
    below.minutes,
    ...logs.flatMap((log) => log.stretches.map(({ requests }) => countKnown(requests))),
  );
  const found: Pick<ReportModel, 'finding' | 'sentence'> =
    windows.length > 0
      ? {
          finding: 'attack',
          sentence: `${withFloods(attacks.length > 0 ? attackSentence(attacks) : null, below.floods)}${besideUnread({ refused: refused.length, ledger })}`,
        }
      : quietFinding({
          events: below.speaks || countBetween(series, options.focus ?? period) > 0,
          setAside: snapshot.deferred.length,
          minutes: longest,
          surges,
          ledger,
          archives,
          refused: refused.length,
        });
  const model: ReportModel = {
    schema_version: '1.0.0',
    tool: options.tool,
    finding: found.finding,
    sentence: `${found.sentence}${excludedSentence(account)}`,
    synthetic,
    tlp: options.tlp,
    period: events ? { from: rfc3339(period.from), until: rfc3339(period.until) } : null,
    focus: options.focus && { from: rfc3339(options.focus.from), until: rfc3339(options.focus.until) },
    supersedes: options.supersedes,
    windows,
    surges,
    ...listed,
    sources_count: allSources.length,
    leads: [...leads, ...excludedLeads(account)],
    countries,
    countries_reason:
      countries.length > 0 ? null : (noOriginOf('country', windows) ?? whyNone(httpWindows, 'country')),
    networks,
    networks_reason:
      networks.length > 0 ? null : (noOriginOf('network', windows) ?? whyNone(httpWindows, 'network')),
    concentration: concentrations({ countries, networks }),
    clusters: attacks.flatMap(clustersOf),
    rejected_clusters: rejectedClusters(seen),
    open_clusters: openClusters(seen),
    judgements: judgementAccounts(hand.judgements),
    ...(account ? { case: account } : {}),
    impact,
    coverage,
    data_access: access.answer,
    assessment: assess({ ...facts, windows: [...facts.windows, ...below.floods.map(floodFacts)] }),
    cannot_say: cannotSay({
      ...{ windows, coverage, ledger, below },
      sources_reason: listed.sources_reason,
      data_access: access.answer,
    }),
    series: [...logs.map((log) => timeline(log, attacks)), ...below.series],
    ledger,
    ...(archives.length > 0 ? { archives } : {}),
    refused,
    snapshot: { merkle_root: snapshot.root, objects: snapshot.markers.length, profile: snapshot.profile.id },
    queries: queriesOf(analyst),
    section_queries: floodSectionQueries(sectionQueries(hand), { below, runs: analyst.runs() }),
    datasets: snapshot.profile.datasets.map(
      (dataset): DatasetUse => ({
        ...dataset,
        distance_days: events && dataset.date ? daysFrom(period, dataset.date) : null,
      }),
    ),
    method: below.series.length > 0 ? [...METHOD, ...FLOOD_METHOD] : METHOD,
  };
  return {
    model,
    sourcesCsv: sourcesCsv(allSources, { synthetic }),
    clustersCsv: clustersCsv({ attacks, seen }, { synthetic }),
  };
}

function emptyWindow(forced: Span, period: Span | null): EmptyWindowError {
  const held = period
    ? `the logs hold events from ${rfc3339(period.from)} to ${rfc3339(period.until)}`
    : 'the logs hold no event at all';
  return new EmptyWindowError(
    `no event lies between ${rfc3339(forced.from)} and ${rfc3339(forced.until)}: ${held}. Give --from and --until inside that time (UTC).`,
  );
}

/** Simulated, by the word of the networks file or because the traffic lives in space that no host has. */
function isSynthetic(snapshot: Snapshot, reserved: number): boolean {
  return snapshot.profile.synthetic || reserved > 0.5;
}

function queriesOf(analyst: Analyst): ReportModel['queries'] {
  return analyst.runs().map(({ query, parameters, rows }) => ({
    id: query.id,
    title: query.title,
    text: query.text,
    parameters,
    rows,
  }));
}
