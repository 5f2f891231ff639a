import type { Candidate } from '../detection/candidates.ts';
import { EDGE_MINUTES } from '../detection/minute-growth.ts';
import { MINUTE, type MinuteSeries } from '../detection/minute-series.ts';
import type { VerdictTest } from '../detection/verdict.ts';
import type { AttackKind, FlowVolume } from '../report/model.ts';
import type { Span } from './span.ts';

/** A machine whose answers a flood was made of: an address and a port, in one window. Times in ms since 1970. */
export type Reflector = {
  srcIp: string;
  service: string;
  asn: number | null;
  flows: number;
  firstSeen: number;
  lastSeen: number;
};

/** A machine that sent a flood under an address that came again and again. Times in ms since 1970. */
export type Sender = Omit<Reflector, 'service'> & { minutes: number };

/** What was found of a flood of flows or of DNS queries. Counts are at one vantage and "at least". */
export type FoundFlood = {
  kind: AttackKind;
  techniques: string[];
  attack: { id: string; because: string }[];
  hosts: string[];
  start: number;
  end: number;
  peakAt: number;
  /** Attack flows or queries in the peak minute, and how many of the kind are usual then. */
  peak: number;
  expectedAtPeak: number;
  /** Attack flows or queries, at least: what is beyond the usual, less what that swings by. */
  requests: number;
  /** Attack flows or queries by minute, ms since 1970. */
  byMinute: Map<number, number>;
  mitigated: number | null;
  volume: FlowVolume | null;
  /** Null: the sources can be forged, or asked for others. */
  reflectors: Reflector[] | null;
  /** Null: most came under addresses that came once, as forged ones do, or the log cannot say. */
  senders: Sender[] | null;
};

/** A candidate of a log of flows or DNS queries; `found` is null where the evidence does not make a flood of it. */
export type JudgedRise = {
  candidate: Candidate;
  tests: VerdictTest[];
  found: FoundFlood | null;
  queries: string[];
};

/** A log of flows or of DNS queries, examined. */
export type FloodLog = {
  surface: 'network' | 'dns';
  sourceId: string;
  vantage: string;
  /** The log as a whole, a series a stretch, in order of time. */
  stretches: MinuteSeries[];
  /** What was stopped, by minute; null: the log does not say. */
  mitigated: Map<number, number> | null;
  rises: JudgedRise[];
};

/** Where to look: what lies outside the focus is not judged; a span given by the analyst goes past the detector. */
export type FloodScope = { period: Span; forced: Span | null; focus: Span | null };

/** Candidates to judge, of all that were found. What the detector finds stays beside the analyst's window. */
export function candidatesToJudge(
  { found, given }: { found: readonly Candidate[]; given: Candidate | null },
  focus: Span | null,
): { all: Candidate[]; judged: Candidate[] } {
  const apart = found.filter((each) => !given || each.end <= given.start || each.start >= given.end);
  const all = [...(given ? [given] : []), ...apart].sort((a, b) => a.start - b.start);
  const judged = all.filter(({ start, end }) => !focus || (end > focus.from && start < focus.until));
  return { all, judged };
}

/** The stretch that holds a candidate, and the minutes of it in which edges are looked for: indexes, half-open. */
export function placeOf(
  candidate: Candidate,
  stretches: readonly MinuteSeries[],
): { stretch: MinuteSeries; from: number; until: number } {
  const stretch = stretches.find(
    ({ start, requests }) => candidate.start >= start && candidate.start < start + requests.length * MINUTE,
  )!;
  const margin = candidate.forced ? 0 : EDGE_MINUTES;
  return {
    stretch,
    from: Math.max(0, (candidate.start - stretch.start) / MINUTE - margin),
    until: Math.min(stretch.requests.length, (candidate.end - stretch.start) / MINUTE + margin),
  };
}
