import type { Analyst } from '../catalogue/engine.ts';
import { RUNG_SENTENCES } from '../detection/baseline.ts';
import { settledBaseline } from '../detection/candidates.ts';
import { countBetween, knownMinutes } from '../detection/minute-series.ts';
import type { Baseline, ObservedWindow, ReportModel, Series, Surge, Vantage } from '../report/model.ts';
import { examineNames } from './dns-floods.ts';
import type { FloodLog, FloodScope, FoundFlood, JudgedRise } from './flood.ts';
import { type FloodOnce, floodsOnce, type LoggedFlood, otherLogs } from './floods-of-several-logs.ts';
import { examineFlows } from './flow-floods.ts';
import type { AttackingSource } from './sources.ts';
import { MINUTE, rfc3339 } from './span.ts';

/** A flood of flows or DNS queries, as the report has it and as it was found. */
export type FloodWindow = FloodOnce & { window: ObservedWindow };

export type FloodsBelowHttp = {
  floods: FloodWindow[];
  surges: Surge[];
  series: Series[];
  /** Machines that were misused, and those that sent plain UDP under one address: both stand in the list of sources as such. */
  sources: AttackingSource[];
  /** Candidates that were judged. */
  judged: number;
  /** A log has an event in the focus, or at all. */
  speaks: boolean;
  /** Minutes of the longest stretch. */
  minutes: number;
};

/** Logs of flows and of DNS queries, each examined by itself; windows and surges are numbered after those of requests. */
export async function floodsBelowHttp(
  analyst: Analyst,
  { after, ...scope }: FloodScope & { after: { windows: number; surges: number } },
): Promise<FloodsBelowHttp> {
  const logs = (await Promise.all([examineFlows(analyst, scope), examineNames(analyst, scope)])).flat();
  const rises = logs.flatMap((log) => log.rises.map((rise) => ({ log, rise })));
  rises.sort((a, b) => startOf(a.rise) - startOf(b.rise) || (a.log.sourceId < b.log.sourceId ? -1 : 1));
  const logged = rises.flatMap(({ log, rise }) => (rise.found ? [{ log, rise, found: rise.found }] : []));
  const windows = floodsOnce(logged).map(
    (each, index): FloodWindow => ({ ...each, window: windowOf(each, `W${after.windows + index + 1}`) }),
  );
  const stretches = logs.flatMap((log) => log.stretches);
  return {
    floods: windows,
    surges: rises
      .filter(({ rise }) => !rise.found)
      .map(({ log, rise }, index) => surgeOf(log, { rise, id: `S${after.surges + index + 1}` })),
    series: logs.map((log) => seriesOf(log, logged)),
    sources: listedOf(windows),
    judged: rises.length,
    speaks: countBetween(stretches, scope.focus ?? scope.period) > 0,
    minutes: Math.max(0, ...stretches.map(({ requests }) => requests.length)),
  };
}

const startOf = ({ found, candidate }: JudgedRise): number => found?.start ?? candidate.start;
const tenths = (value: number): number => Math.round(value * 10) / 10;

function windowOf({ log, rise, found, others }: FloodOnce, id: string): ObservedWindow {
  const { candidate } = rise;
  const attack = new Map(found.attack.map((each) => [each.id, each]));
  return {
    id,
    surface: log.surface,
    vantage: log.vantage as Vantage,
    source_id: log.sourceId,
    host: found.hosts[0] ?? null,
    hosts: found.hosts,
    start: rfc3339(found.start),
    peak_at: rfc3339(found.peakAt),
    end: rfc3339(found.end),
    forced: candidate.forced,
    kind: found.kind,
    techniques: found.techniques,
    attack: [...attack.keys()],
    attack_because: found.attack,
    requests: found.requests,
    requests_total: countBetween(log.stretches, { from: found.start, until: found.end }),
    peak_per_minute: Math.round(found.peak),
    ...(found.volume ? { volume: found.volume } : {}),
    sources: sourcesOf(found),
    mitigated: found.mitigated,
    reached_origin: null,
    baseline: baselineFor(rise, found.expectedAtPeak),
    duplicates: 0,
    ...(others.length > 0 ? { also_seen: otherLogs(others) } : {}),
    tests: rise.tests,
    queries: [...new Set([rise, ...others.map((each) => each.rise)].flatMap(({ queries }) => queries))],
  };
}

function sourcesOf({ reflectors, senders }: FoundFlood): number | null {
  const named = reflectors ?? senders;
  return named ? new Set(named.map(({ srcIp }) => srcIp)).size : null;
}

function baselineFor({ candidate }: JudgedRise, expected: number): Baseline {
  return {
    rung: candidate.rung,
    sentence: RUNG_SENTENCES[candidate.rung],
    expected_per_minute: tenths(expected),
  };
}

function surgeOf(log: FloodLog, { rise, id }: { rise: JudgedRise; id: string }): Surge {
  const { candidate, tests, queries } = rise;
  const hosts = candidate.hosts.filter((host) => host !== null && !host.startsWith('vector:'));
  const given = candidate.forced ? 'The window was given by the analyst, past the detector. ' : '';
  const what = log.surface === 'network' ? 'Flows or packets' : 'Queries';
  return {
    id,
    surface: log.surface,
    vantage: log.vantage as Vantage,
    source_id: log.sourceId,
    host: hosts[0] ?? null,
    start: rfc3339(candidate.start),
    peak_at: rfc3339(candidate.peakAt),
    end: rfc3339(candidate.end),
    kind: 'unexplained',
    requests: countBetween(log.stretches, { from: candidate.start, until: candidate.end }),
    peak_per_minute: candidate.peak,
    baseline: baselineFor(rise, candidate.expectedAtPeak),
    sentence: `${given}${what} grew; what they look like decides neither for a flood nor for use.`,
    tests,
    queries: [...new Set(queries)],
  };
}

function seriesOf(log: FloodLog, floods: readonly LoggedFlood[]): Series {
  const attack = new Map<number, number>();
  for (const { found, log: of } of floods) {
    if (of !== log) continue;
    for (const [minute, count] of found.byMinute) attack.set(minute, (attack.get(minute) ?? 0) + count);
  }
  return {
    source_id: log.sourceId,
    vantage: log.vantage as Vantage,
    bucket_seconds: 60,
    points: log.stretches.flatMap(({ start, requests }) => {
      const { expected } = settledBaseline(requests);
      const known = knownMinutes(requests);
      return [...requests.entries()]
        .filter(([index]) => known[index] === 1)
        .map(([index, count]) => {
          const minute = start + index * MINUTE;
          return {
            at: rfc3339(minute),
            requests: count,
            mitigated: log.mitigated ? (log.mitigated.get(minute) ?? 0) : null,
            expected: tenths(expected[index]!),
            attack: Math.round(attack.get(minute) ?? 0),
          };
        });
    }),
  };
}

/** No country: where a machine stands that was misused, or an address that UDP named, says nothing of who sent it. */
function listedOf(floods: readonly FloodWindow[]): AttackingSource[] {
  const sources = new Map<string, { source: AttackingSource; services: Set<string> }>();
  for (const { window, found } of floods) {
    const reflectors = (found.reflectors ?? []).map((each) => ({ ...each, role: 'reflector' as const }));
    const senders = (found.senders ?? []).map((each) => ({ ...each, role: 'unverified' as const }));
    for (const each of [...reflectors, ...senders]) {
      const key = `${each.role} ${each.srcIp}`;
      const known = sources.get(key) ?? { source: freshSource(each), services: new Set<string>() };
      sources.set(key, known);
      const { source } = known;
      source.firstSeen = Math.min(source.firstSeen, each.firstSeen);
      source.lastSeen = Math.max(source.lastSeen, each.lastSeen);
      source.attackRequests += each.flows;
      if ('service' in each) known.services.add(each.service);
      if (!source.windowIds.includes(window.id)) source.windowIds.push(window.id);
    }
  }
  return [...sources.values()]
    .map(({ services, source }) => ({
      ...source,
      basis:
        source.role === 'reflector'
          ? `answered from the port of ${[...services].sort().join(' and ')} what nobody had asked for; a machine that was misused, not the attacker`
          : 'sent UDP again and again, minute after minute; an address of UDP can be forged, and nothing here verifies it',
    }))
    .sort((a, b) => b.attackRequests - a.attackRequests || (a.srcIp < b.srcIp ? -1 : 1));
}

function freshSource({ srcIp, role, asn }: Pick<AttackingSource, 'srcIp' | 'role' | 'asn'>): AttackingSource {
  return {
    ...{ srcIp, role, basis: '', country: null, countryBasis: null, datasetCountry: null },
    ...{ asn, asnLogged: false, networkType: null, windowIds: [] },
    ...{ attackRequests: 0, otherRequests: 0, usualRequests: 0 },
    ...{ firstSeen: Number.POSITIVE_INFINITY, lastSeen: Number.NEGATIVE_INFINITY },
  };
}

export type SourcesAnswer = Pick<ReportModel, 'sources_answer' | 'sources_reason' | 'sources'>;
