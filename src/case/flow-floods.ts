import type { Analyst } from '../catalogue/engine.ts';
import { type BaselineSeries, baselineOf } from '../detection/baseline.ts';
import { type Candidate, candidatesOf, forcedCandidate } from '../detection/candidates.ts';
import {
  flowSeries,
  isConnectionless,
  isSizeable,
  type TargetMinute,
  type Vector,
  type VectorMinute,
  vectorCounts,
} from '../detection/flow-series.ts';
import { carpetTest, type FloodTest, grownTest, isFlood, oneTargetTest } from '../detection/flow-verdict.ts';
import { atLeastNearby, type Growth, growthOf, quietMinutes } from '../detection/minute-growth.ts';
import type { MinuteSeries } from '../detection/minute-series.ts';
import {
  candidatesToJudge,
  type FloodLog,
  type FloodScope,
  type FoundFlood,
  type JudgedRise,
  placeOf,
} from './flood.ts';
import type { FlowLogName, VectorEvidence } from './flow-asking.ts';
import {
  evidenceOf,
  flowLogs,
  networksOf,
  reflectorsOf,
  targetMinutes,
  vectorMinutes,
} from './flow-questions.ts';
import { sendersOf } from './flow-senders.ts';
import {
  countsOf,
  type GrownVector,
  KINDS,
  kindOf,
  targetsOf,
  techniquesOf,
  vectorsOf,
} from './grown-vectors.ts';
import { MINUTE, type Span, spanBefore } from './span.ts';

export const FLOW_QUERIES = ['detection/flow-vectors-by-minute', 'detection/flows-by-minute'];

/** Examines each log of flows by itself: two that saw one flood are two vantages. */
export async function examineFlows(analyst: Analyst, scope: FloodScope): Promise<FloodLog[]> {
  const logs = await flowLogs(analyst, scope.period);
  return Promise.all(logs.map((log) => examineLog(analyst, { log, scope })));
}

type Measured = {
  log: FlowLogName;
  stretches: MinuteSeries[];
  rows: VectorMinute[];
  targets: TargetMinute[];
  candidates: readonly Candidate[];
  period: Span;
};

async function examineLog(
  analyst: Analyst,
  { log, scope }: { log: FlowLogName; scope: FloodScope },
): Promise<FloodLog> {
  const { period, forced, focus } = scope;
  const [rows, targets] = await Promise.all([
    vectorMinutes(analyst, { sourceId: log.sourceId, period }),
    targetMinutes(analyst, { sourceId: log.sourceId, period }),
  ]);
  const series = flowSeries(log, { vectors: rows, targets });
  const stretches = series.filter((each) => each.total).sort((a, b) => a.start - b.start);
  const given = forced ? forcedCandidate(series, { start: forced.from, end: forced.until }) : null;
  const { all, judged } = candidatesToJudge({ found: candidatesOf(series), given }, focus);
  const measured: Measured = { log, stretches, rows, targets, candidates: all, period };
  const known = rows.some(({ actionKnown }) => actionKnown > 0);
  return {
    surface: 'network',
    ...{ sourceId: log.sourceId, vantage: log.vantage, stretches },
    mitigated: known ? sumByMinute(rows) : null,
    rises: await Promise.all(judged.map((candidate) => judgeRise(analyst, { candidate, measured }))),
  };
}

function sumByMinute(rows: readonly VectorMinute[]): Map<number, number> {
  const sums = new Map<number, number>();
  for (const { minute, mitigated } of rows) sums.set(minute, (sums.get(minute) ?? 0) + mitigated);
  return sums;
}

async function judgeRise(
  analyst: Analyst,
  { candidate, measured }: { candidate: Candidate; measured: Measured },
): Promise<JudgedRise> {
  const place = placeOf(candidate, measured.stretches);
  const { stretch } = place;
  const quiet = quietMinutes({ start: stretch.start, total: stretch.requests }, measured.candidates);
  const grown: Omit<GrownVector, 'tests' | 'evidence' | 'isFlood'>[] = [];
  for (const [vector, counts] of vectorCounts(stretch, measured.rows)) {
    if (!KINDS[vector]) continue;
    const usual = (of: Float64Array): BaselineSeries =>
      atLeastNearby(of, { baseline: baselineOf(of, quiet), quiet, ...place });
    const flows = usual(counts.flows);
    const baseline = isConnectionless(vector) ? usual(counts.packets) : flows;
    const growth = growthOf(isConnectionless(vector) ? counts.packets : counts.flows, { baseline, ...place });
    if (growth && isSizeable(counts, { vector, forced: candidate.forced, ...growth }))
      grown.push({ vector, counts, growth, flows, quiet });
  }
  const spanOf = ({ from, until }: Growth): Span => ({
    from: stretch.start + from * MINUTE,
    until: stretch.start + until * MINUTE,
  });
  const spread = await spreadOf(analyst, { measured, spans: grown.map(({ growth }) => spanOf(growth)) });
  const vectors = await Promise.all(
    grown.map(async (each): Promise<GrownVector> => {
      const evidence = (await evidenceOf(analyst, {
        ...{
          vector: each.vector,
          log: measured.log,
          span: spanOf(each.growth),
          knownFrom: measured.period.from,
        },
      }))!;
      const unit = isConnectionless(each.vector) ? 'packets' : 'flows';
      const own = [grownTest(each.vector, { ...each.growth, unit }), ...evidence.tests];
      const tests = meantTests(each.vector, { own, evidence, spread });
      return { ...each, evidence, tests, isFlood: isFlood(tests) };
    }),
  );
  const floods = vectorsOf(vectors.filter((each) => each.isFlood));
  const queries = [...FLOW_QUERIES, ...vectors.map(({ evidence }) => evidence.query)];
  const tests = vectors.flatMap((each) =>
    each.tests.map(({ id, result, observation }) => ({ id: `${each.vector}: ${id}`, result, observation })),
  );
  if (spread) queries.push('technique/carpet-bombing');
  const found = floods.length > 0 ? await describe(analyst, { floods, stretch, measured, spread }) : null;
  if (found?.reflectors) queries.push('origin/reflectors');
  if (found?.senders) queries.push('origin/udp-senders');
  return { candidate, tests: noneGrew(tests, measured), found, queries };
}

function noneGrew(tests: JudgedRise['tests'], { rows }: Measured): JudgedRise['tests'] {
  const blind = rows.some(({ flows, flagsKnown }) => flagsKnown < flows);
  return blind
    ? [
        ...tests,
        {
          ...{ id: 'tcp-flags', result: 'not-computable' },
          observation:
            'the log has no TCP flags: it cannot tell a SYN flood, an ACK flood and visitors apart',
        },
      ]
    : tests;
}

type Spread = ReturnType<typeof carpetTest>;

/** Over which addresses the growth spread: asked once for all vectors, from the first of them to the last. */
async function spreadOf(
  analyst: Analyst,
  { measured, spans }: { measured: Measured; spans: readonly Span[] },
): Promise<Spread | null> {
  if (spans.length === 0) return null;
  const during = {
    from: Math.min(...spans.map(({ from }) => from)),
    until: Math.max(...spans.map(({ until }) => until)),
  };
  const { sourceId } = measured.log;
  const [now, then] = await Promise.all([
    networksOf(analyst, { sourceId, span: during }),
    networksOf(analyst, { sourceId, span: spanBefore(during) }),
  ]);
  return carpetTest(now, then);
}

/** One service, one address or one network must be meant; what is spread over a network need not be at one service. */
function meantTests(
  vector: Vector,
  { own, evidence, spread }: { own: FloodTest[]; evidence: VectorEvidence; spread: Spread | null },
): FloodTest[] {
  const isCarpet = spread?.result === 'attack';
  const elsewhere = own.filter(({ id }) => !(isCarpet && id === 'one-service'));
  if (isCarpet) return [...elsewhere, spread];
  const hasService = own.some(({ id }) => id === 'one-service');
  // Reflection is told by what nobody asked for, wherever it went.
  return hasService || vector === 'udp-from-reflection-port'
    ? own
    : [...own, oneTargetTest(evidence.targets)];
}

async function describe(
  analyst: Analyst,
  {
    floods,
    stretch,
    measured,
    spread,
  }: { floods: readonly GrownVector[]; stretch: MinuteSeries; measured: Measured; spread: Spread | null },
): Promise<FoundFlood> {
  const at = (index: number): number => stretch.start + index * MINUTE;
  const [from, until] = [
    Math.min(...floods.map(({ growth }) => growth.from)),
    Math.max(...floods.map(({ growth }) => growth.until)),
  ];
  const span = { from: at(from), until: at(until) };
  const counted = countsOf(floods);
  const peakIndex = [...counted.flows].reduce((most, each) => (each[1] > most[1] ? each : most))[0];
  const reflection = floods.find(({ vector }) => vector === 'udp-from-reflection-port');
  const isCarpet = spread?.result === 'attack' && spread.network !== null;
  // Large answers come in fragments: these are the reflection's.
  const first = reflection ?? floods[0]!;
  const fragments = floods.find(({ vector }) => reflection && vector === 'fragment')?.evidence.because;
  const own = floods.filter(({ vector }) => !(reflection && vector === 'fragment'));
  const attack = own.map(({ vector, evidence }) => ({
    id: KINDS[vector]!.attack,
    because:
      vector === 'udp-from-reflection-port' && fragments
        ? `${evidence.because} With them ${fragments.charAt(0).toLowerCase()}${fragments.slice(1)}`
        : evidence.because,
  }));
  const kind = isCarpet ? 'carpet-bombing' : kindOf(first);
  const plain = floods.length === 1 && kind === 'udp-flood';
  return {
    kind,
    techniques: techniquesOf(floods, { kind }),
    attack: isCarpet
      ? [
          { id: 'T1498.001', because: `${spread.observation}.` },
          ...attack.filter(({ id }) => id !== 'T1498.001'),
        ]
      : attack,
    hosts: isCarpet ? [spread.network!] : targetsOf(first, { span, targets: measured.targets }),
    ...{ start: span.from, end: span.until, peakAt: at(peakIndex), peak: counted.flows.get(peakIndex)! },
    expectedAtPeak: floods.reduce((sum, each) => sum + each.flows.expected[peakIndex]!, 0),
    requests: counted.requests,
    byMinute: new Map([...counted.flows].map(([index, flows]) => [at(index), flows])),
    mitigated: measured.rows.some(({ actionKnown }) => actionKnown > 0) ? counted.mitigated : null,
    volume: counted.volume,
    reflectors:
      reflection &&
      floods.every(({ vector }) => vector === 'udp-from-reflection-port' || vector === 'fragment')
        ? await reflectorsOf(analyst, {
            ...{ log: measured.log, span, knownFrom: measured.period.from },
            services: reflection.evidence.services,
          })
        : null,
    senders: plain ? await sendersOf(analyst, { log: measured.log, span, flows: counted.requests }) : null,
  };
}
