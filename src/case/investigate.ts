import { assess } from '../attribution/assess.ts';
import type { Analyst } from '../catalogue/engine.ts';
import { settledBaseline } from '../detection/candidates.ts';
import { knownMinutes, type MinuteSeries } from '../detection/minute-series.ts';
import type { DatasetUse, ObservedWindow, Refusal, ReportModel, Series, Surge } from '../report/model.ts';
import { caseAccount, excludedLeads, excludedSentence } from './case-account.ts';
import { clustersOf, judgementAccounts, openClusters, rejectedClusters } from './clusters.ts';
import { coverageOf, ledgerOf } from './coverage.ts';
import { dataAccess } from './data-access.ts';
import { type Examined, examineLogs, type LogView } from './examine.ts';
import { gatherFacts } from './facts.ts';
import { impactOf } from './impact.ts';
import { type Attack, observeAttack, observeSurge } from './observe.ts';
import { countryShares, networkShares } from './origin.ts';
import { sectionQueries } from './section-queries.ts';
import { periodOf, type Snapshot } from './snapshot.ts';
import { type AttackingSource, attackingSources, sourcesCsv } from './sources.ts';
import { daysFrom, MINUTE, rfc3339, type Span } from './span.ts';
import { attackSentence, cannotSay, METHOD, quietFinding } from './words.ts';

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

export type CaseResult = { model: ReportModel; sourcesCsv: string };

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
  if (options.forced && logs.every((log) => log.examined.length === 0))
    throw emptyWindow(options.forced, events && period);
  const { attacks, surges, seen } = tellApart(logs);

  const [sources, { coverage, reservedShare }] = await Promise.all([
    attackingSources(analyst, attacks),
    coverageOf(analyst, { snapshot, period }),
  ]);
  const origin = { attacks, sources, datasets: snapshot.profile.datasets, period };
  const { ledger, refused } = ledgerOf(snapshot, options.unread);
  const [countries, networks, impact, access] = await Promise.all([
    sources.length > 0 ? countryShares(analyst, origin) : [],
    sources.length > 0 ? networkShares(analyst, origin) : [],
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
  const windows = attacks.map(({ window }) => window);
  const listed = sourcesAnswer({ windows, sources, logs: coverage.logs });
  const longest = Math.max(
    0,
    ...logs.flatMap((log) => log.stretches.map((stretch) => stretch.requests.length)),
  );
  const found: Pick<ReportModel, 'finding' | 'sentence'> =
    attacks.length > 0
      ? { finding: 'attack', sentence: attackSentence(attacks) }
      : quietFinding({
          events: series.some((each) => speaksIn(each, options.focus)),
          setAside: snapshot.deferred.length,
          minutes: longest,
          surges,
          ledger,
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
    sources_count: sources.length,
    leads: [...leads, ...excludedLeads(account)],
    countries,
    countries_reason: countries.length > 0 ? null : whyNone(windows, 'country'),
    networks,
    networks_reason: networks.length > 0 ? null : whyNone(windows, 'network'),
    clusters: attacks.flatMap(clustersOf),
    rejected_clusters: rejectedClusters(seen),
    open_clusters: openClusters(seen),
    judgements: judgementAccounts(hand.judgements),
    ...(account ? { case: account } : {}),
    impact,
    coverage,
    data_access: access.answer,
    assessment: assess(facts),
    cannot_say: cannotSay({
      windows,
      coverage,
      sources_reason: listed.sources_reason,
      data_access: access.answer,
    }),
    series: logs.map((log) => timeline(log, attacks)),
    ledger,
    refused,
    snapshot: { merkle_root: snapshot.root, objects: snapshot.markers.length, profile: snapshot.profile.id },
    queries: queriesOf(analyst),
    section_queries: sectionQueries(hand),
    datasets: snapshot.profile.datasets.map(
      (dataset): DatasetUse => ({
        ...dataset,
        distance_days: events && dataset.date ? daysFrom(period, dataset.date) : null,
      }),
    ),
    method: METHOD,
  };
  return { model, sourcesCsv: sourcesCsv(sources, { synthetic }) };
}

function emptyWindow(forced: Span, period: Span | null): EmptyWindowError {
  const held = period
    ? `the logs hold events from ${rfc3339(period.from)} to ${rfc3339(period.until)}`
    : 'the logs hold no event at all';
  return new EmptyWindowError(
    `no event lies between ${rfc3339(forced.from)} and ${rfc3339(forced.until)}: ${held}. Give --from and --until inside that time (UTC).`,
  );
}

/** A window or surge, and what was measured of it. */
type Seen = { id: string; examined: Examined };

/** Candidates with positive evidence of an attack are windows; the others are surges. */
function tellApart(logs: readonly LogView[]): { attacks: Attack[]; surges: Surge[]; seen: Seen[] } {
  const all = logs.flatMap((view) => view.examined.map((examined) => ({ view, examined })));
  all.sort(
    (a, b) =>
      a.examined.candidate.start - b.examined.candidate.start || (a.view.sourceId < b.view.sourceId ? -1 : 1),
  );
  const isAttack = (examined: Examined): boolean =>
    examined.verdict.kind === 'attack' ||
    (examined.candidate.forced && examined.composition.attackKeys.size > 0) ||
    // By an analyst's word, whatever the tests say.
    examined.hand.accepted.length > 0;
  const attacks = all
    .filter(({ examined }) => isAttack(examined))
    .map(({ view, examined }, index) => observeAttack(view, { examined, id: `W${index + 1}` }));
  const others = all.filter(({ examined }) => !isAttack(examined));
  const surges = others.map(({ view, examined }, index) =>
    observeSurge(view, { examined, id: `S${index + 1}` }),
  );
  const seen = [
    ...attacks.map(({ window, examined }) => ({ id: window.id, examined })),
    ...others.map(({ examined }, index) => ({ id: surges[index]!.id, examined })),
  ];
  return { attacks, surges, seen };
}

/** The log has a request in the span, or at all. */
function speaksIn({ start, requests }: MinuteSeries, span: Span | null): boolean {
  return requests.some((count, index) => {
    const minute = start + index * MINUTE;
    return count > 0 && (!span || (minute >= span.from && minute < span.until));
  });
}

type Sourced = {
  windows: readonly ObservedWindow[];
  sources: readonly AttackingSource[];
  logs: ReportModel['coverage']['logs'];
};

function sourcesAnswer({
  windows,
  sources,
  logs,
}: Sourced): Pick<ReportModel, 'sources_answer' | 'sources_reason' | 'sources'> {
  const hidden = windows.filter((window) => window.sources === null);
  const blind = logs.length > 0 && logs.every((log) => log.client_address === 'behind-proxy');
  if (blind || (windows.length > 0 && hidden.length === windows.length)) {
    const log = hidden[0]?.source_id ?? logs[0]!.source_id;
    return {
      sources_answer: 'cannot-say',
      sources_reason: `The client's address is not in ${log}: it sees only the proxy in front of it.`,
      sources: null,
    };
  }
  const reason =
    hidden.length > 0
      ? `Windows ${hidden.map((window) => window.id).join(', ')} come from logs that see only the proxy in front of them.`
      : null;
  return {
    sources_answer: 'listed',
    sources_reason: reason,
    sources: sources.length > 0 ? 'sources.csv' : null,
  };
}

function whyNone(windows: readonly ObservedWindow[], what: string): string {
  if (windows.length === 0) return `No attack was observed, so there is no ${what} to name.`;
  if (windows.every((window) => window.sources === null))
    return `No ${what} is named: the log sees only the proxy in front of it, not the client.`;
  return `No ${what} is known for the attacking addresses: neither the log nor a data set says it.`;
}

/** Simulated, by the word of the networks file or because the traffic lives in space that no host has. */
function isSynthetic(snapshot: Snapshot, reserved: number): boolean {
  return snapshot.profile.synthetic || reserved > 0.5;
}

function timeline(log: LogView, attacks: readonly Attack[]): Series {
  const byMinute = new Map<number, number>();
  for (const attack of attacks) {
    if (attack.view !== log) continue;
    for (const [minute, requests] of attack.byMinute)
      byMinute.set(minute, (byMinute.get(minute) ?? 0) + requests);
  }
  const mitigates = log.stretches.some((stretch) => stretch.mitigated.some((count) => count > 0));
  return {
    source_id: log.sourceId,
    vantage: log.vantage as Series['vantage'],
    bucket_seconds: 60,
    points: log.stretches.flatMap((stretch) => stretchPoints(stretch, { byMinute, mitigates })),
  };
}

/** Points of the minutes that are known: a gap has none. */
function stretchPoints(
  { start, requests, mitigated }: MinuteSeries,
  { byMinute, mitigates }: { byMinute: Map<number, number>; mitigates: boolean },
): Series['points'] {
  const { expected } = settledBaseline(requests);
  const points: Series['points'] = [];
  for (const [index, known] of knownMinutes(requests).entries()) {
    if (known === 0) continue;
    const minute = start + index * MINUTE;
    points.push({
      at: rfc3339(minute),
      requests: requests[index]!,
      mitigated: mitigates ? mitigated[index]! : null,
      expected: Math.round(expected[index]! * 10) / 10,
      attack: Math.round(byMinute.get(minute) ?? 0),
    });
  }
  return points;
}

function queriesOf(analyst: Analyst): ReportModel['queries'] {
  return analyst.runs().map(({ query, parameters, result }) => ({
    id: query.id,
    title: query.title,
    text: query.text,
    parameters,
    rows: result.rows.length,
  }));
}
