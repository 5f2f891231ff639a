import type { Analyst } from '../catalogue/engine.ts';
import { type BaselineSeries, baselineOf } from '../detection/baseline.ts';
import { type Candidate, candidatesOf, forcedCandidate } from '../detection/candidates.ts';
import { nameTests, type ZoneNames } from '../detection/dns-verdict.ts';
import { isFlood } from '../detection/flow-verdict.ts';
import { atLeastNearby, type Growth, growthOf, quietMinutes, swingOf } from '../detection/minute-growth.ts';
import { type MinuteRow, type MinuteSeries, minuteSeries } from '../detection/minute-series.ts';
import {
  candidatesToJudge,
  type FloodLog,
  type FloodScope,
  type FoundFlood,
  type JudgedRise,
  placeOf,
} from './flood.ts';
import { num, str, time } from './signature-rows.ts';
import { dayParameters, MINUTE, type Span, timeParameters } from './span.ts';

const QUERIES = ['detection/dns-queries-by-minute', 'technique/random-subdomains'];

/** Examines each log of DNS queries by itself. */
export async function examineNames(analyst: Analyst, scope: FloodScope): Promise<FloodLog[]> {
  const rows = await analyst.ask('integrity/dns-logs', dayParameters(scope.period));
  const logs = new Set(rows.map((row) => String(row.source_id)));
  return Promise.all([...logs].sort().map((sourceId) => examineLog(analyst, { sourceId, scope })));
}

async function examineLog(
  analyst: Analyst,
  { sourceId, scope }: { sourceId: string; scope: FloodScope },
): Promise<FloodLog> {
  const { period, forced, focus } = scope;
  const rows = await analyst.ask('detection/dns-queries-by-minute', {
    ...timeParameters(period),
    source_id: sourceId,
  });
  // The finder looks at two counts of a series: here queries, and names that do not exist.
  const series = minuteSeries(
    rows.map(
      (row): MinuteRow => ({
        ...{ sourceId, vantage: 'dns', host: str(row.zone), minute: time(row.minute) },
        ...{ requests: num(row.queries), mitigated: num(row.not_existing) },
      }),
    ),
  );
  const stretches = series.filter((each) => each.total).sort((a, b) => a.start - b.start);
  const given = forced ? forcedCandidate(series, { start: forced.from, end: forced.until }) : null;
  const { all, judged } = candidatesToJudge({ found: candidatesOf(series), given }, focus);
  const log = { sourceId, series, stretches, candidates: all, period };
  return {
    surface: 'dns',
    ...{ sourceId, vantage: 'dns', stretches, mitigated: null },
    rises: await Promise.all(judged.map((candidate) => judgeRise(analyst, { candidate, log }))),
  };
}

type Measured = {
  sourceId: string;
  series: readonly MinuteSeries[];
  stretches: MinuteSeries[];
  candidates: readonly Candidate[];
  period: Span;
};

type GrownZone = { zone: string; requests: Float64Array; growth: Growth; baseline: BaselineSeries };

async function judgeRise(
  analyst: Analyst,
  { candidate, log }: { candidate: Candidate; log: Measured },
): Promise<JudgedRise> {
  const { stretch, from, until } = placeOf(candidate, log.stretches);
  const quiet = quietMinutes({ start: stretch.start, total: stretch.requests }, log.candidates);
  const grown: GrownZone[] = [];
  for (const { host, start, total, requests } of log.series) {
    if (total || host === null || start !== stretch.start) continue;
    const baseline = atLeastNearby(requests, { baseline: baselineOf(requests, quiet), quiet, from, until });
    const growth = growthOf(requests, { baseline, from, until });
    if (growth) grown.push({ zone: host, requests, growth, baseline });
  }
  grown.sort((a, b) => b.growth.excess - a.growth.excess || (a.zone < b.zone ? -1 : 1));
  const [first] = grown;
  if (!first) return { candidate, tests: [], found: null, queries: QUERIES };
  const span = {
    from: stretch.start + first.growth.from * MINUTE,
    until: stretch.start + first.growth.until * MINUTE,
  };
  const names = await namesOf(analyst, { log, span, zone: first.zone });
  const tests = nameTests(names);
  return {
    candidate,
    tests: tests.map(({ id, result, observation }) => ({ id, result, observation })),
    found: isFlood(tests) && names ? describe(first, { stretch, span, names }) : null,
    queries: QUERIES,
  };
}

async function namesOf(
  analyst: Analyst,
  { log, span, zone }: { log: Measured; span: Span; zone: string },
): Promise<ZoneNames | null> {
  const rows = await analyst.ask('technique/random-subdomains', {
    known_day: dayParameters(log.period).from_day!,
    ...timeParameters(span),
    source_id: log.sourceId,
  });
  const row = rows.find((each) => each.zone === zone);
  if (!row) return null;
  return {
    zone,
    queries: num(row.queries),
    names: num(row.names),
    askedOnce: num(row.names_asked_once),
    queriesNeverBefore: num(row.queries_never_before),
    codeKnown: num(row.code_known),
    notExisting: num(row.not_existing),
  };
}

function describe(
  { zone, requests, growth, baseline }: GrownZone,
  { stretch, span, names }: { stretch: MinuteSeries; span: Span; names: ZoneNames },
): FoundFlood {
  const at = (index: number): number => stretch.start + index * MINUTE;
  const count = (value: number): string => value.toLocaleString('en-GB');
  return {
    kind: 'dns-flood',
    techniques: ['random-subdomains'],
    attack: [
      {
        id: 'T1499.002',
        because: `${count(names.queriesNeverBefore)} of ${count(names.queries)} queries of the window ask ${zone} for names that were never asked before; ${names.codeKnown > 0 ? `${count(names.notExisting)} of ${count(names.codeKnown)} answers say that the name does not exist` : 'the log has no answers'}.`,
      },
    ],
    hosts: [zone],
    ...{ start: span.from, end: span.until, peakAt: at(growth.peakAt), peak: growth.peak },
    requests: Math.max(0, Math.round(growth.excess - swingOf(growth.loud, baseline))),
    expectedAtPeak: baseline.expected[growth.peakAt]!,
    byMinute: new Map(
      growth.loud.map((minute) => [at(minute), requests[minute]! - baseline.expected[minute]!]),
    ),
    ...{ mitigated: null, volume: null, reflectors: null, senders: null },
  };
}
