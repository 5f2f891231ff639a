import type { BaselineSeries } from '../detection/baseline.ts';
import type { TargetMinute, Vector, VectorCounts } from '../detection/flow-series.ts';
import { type FloodTest, VECTOR_SHARE } from '../detection/flow-verdict.ts';
import { type Growth, swingOf } from '../detection/minute-growth.ts';
import type { AttackKind } from '../report/model.ts';
import type { VectorEvidence } from './flow-asking.ts';
import type { Span } from './span.ts';

/** What a vector is called as an attack, and why ATT&CK has it where it has. */
export const KINDS: Partial<Record<Vector, { kind: AttackKind; attack: string }>> = {
  'tcp-syn-only': { kind: 'syn-flood', attack: 'T1499.001' },
  'tcp-small-without-syn': { kind: 'ack-flood', attack: 'T1499.001' },
  // Without flags a SYN flood is told by what its target answers: `VectorEvidence.kind`.
  'tcp-small-unflagged': { kind: 'tcp-flood', attack: 'T1499.001' },
  'udp-from-reflection-port': { kind: 'udp-reflection', attack: 'T1498.002' },
  udp: { kind: 'udp-flood', attack: 'T1498.001' },
  fragment: { kind: 'fragment-flood', attack: 'T1498.001' },
  icmp: { kind: 'icmp-flood', attack: 'T1498.001' },
};

export const kindOf = ({ vector, evidence }: Pick<GrownVector, 'vector' | 'evidence'>): AttackKind =>
  evidence.kind ?? KINDS[vector]!.kind;

/** A vector that grew in a candidate, with what tells whether that is a flood. */
export type GrownVector = {
  vector: Vector;
  counts: VectorCounts;
  growth: Growth;
  flows: BaselineSeries;
  quiet: Uint8Array;
  tests: FloodTest[];
  evidence: VectorEvidence;
  isFlood: boolean;
};

/** What the loud minutes hold beyond the usual, of all vectors of the flood. */
export function countsOf(floods: readonly GrownVector[]) {
  const flows = new Map<number, number>();
  const packets = new Map<number, number>();
  const bytes = new Map<number, number>();
  let [requests, mitigated] = [0, 0];
  const add = (into: Map<number, number>, minute: number, value: number): void => {
    into.set(minute, (into.get(minute) ?? 0) + Math.max(0, value));
  };
  for (const { counts, growth, quiet, evidence, flows: usualFlows } of floods) {
    const { loud } = growth;
    const usual = (of: Float64Array): number => {
      const known = of.filter((_, minute) => quiet[minute] === 1);
      return known.reduce((sum, value) => sum + value, 0) / Math.max(1, known.length);
    };
    const [usualPackets, usualBytes] = [usual(counts.packets), usual(counts.bytes)];
    for (const minute of loud) {
      add(flows, minute, counts.flows[minute]! - usualFlows.expected[minute]!);
      add(packets, minute, counts.packets[minute]! - usualPackets);
      add(bytes, minute, counts.bytes[minute]! - usualBytes);
    }
    const beyond = loud.reduce(
      (sum, minute) => sum + counts.flows[minute]! - usualFlows.expected[minute]!,
      0,
    );
    // What nobody asked for is counted itself: few strong reflectors hardly show among usual answers.
    const own =
      evidence.counted > 0 ? evidence.counted : Math.max(0, Math.round(beyond - swingOf(loud, usualFlows)));
    const usuallyStopped = loud.length * usual(counts.mitigated);
    const stopped = loud.reduce((sum, minute) => sum + counts.mitigated[minute]!, 0) - usuallyStopped;
    requests += own;
    mitigated += Math.min(own, Math.max(0, Math.round(stopped - 2 * Math.sqrt(usuallyStopped))));
  }
  const sum = (of: Map<number, number>): number =>
    Math.round([...of.values()].reduce((all, each) => all + each, 0));
  return {
    flows: new Map([...flows].sort(([a], [b]) => a - b)),
    /** At least: less what the usual flows of the kind swing by. */
    requests,
    mitigated,
    volume: {
      packets: sum(packets),
      bytes: sum(bytes),
      peak_packets_per_minute: Math.round(Math.max(...packets.values())),
      peak_bytes_per_minute: Math.round(Math.max(...bytes.values())),
    },
  };
}

/** Vectors by name, where the kind does not say them; services whose answers were used. */
export function techniquesOf(floods: readonly GrownVector[], { kind }: { kind: AttackKind }): string[] {
  const names = floods.flatMap(({ vector, evidence }) => {
    if (vector === 'udp-from-reflection-port')
      return evidence.services.map(({ service }) => `${service}-reflection`);
    const own = kindOf({ vector, evidence });
    return own === kind ? [] : [vector === 'fragment' ? 'fragments' : own];
  });
  return [...new Set(names)].sort((a, b) => Number(a === 'fragments') - Number(b === 'fragments'));
}

const packetsOf = ({ growth, counts }: GrownVector): number =>
  growth.loud.reduce((sum, minute) => sum + counts.packets[minute]!, 0);

/** Those with most packets first, without answers of services that are a few of many ports drawn at random. */
export function vectorsOf(floods: readonly GrownVector[]): GrownVector[] {
  const plain = floods.find(({ vector }) => vector === 'udp');
  return floods
    .filter(
      (each) =>
        !plain ||
        each.vector !== 'udp-from-reflection-port' ||
        packetsOf(each) >= VECTOR_SHARE * packetsOf(plain),
    )
    .sort((a, b) => packetsOf(b) - packetsOf(a) || (a.vector < b.vector ? -1 : 1));
}

/** A target is named from a twentieth of the packets on, ten of them at most. */
const TARGET_SHARE = 0.05;
const TARGETS_NAMED = 10;

export function targetsOf(
  { evidence }: GrownVector,
  { span, targets }: { span: Span; targets: readonly TargetMinute[] },
): string[] {
  const sums = new Map<string, number>();
  const add = (target: string | null, packets: number): void => {
    if (target !== null) sums.set(target, (sums.get(target) ?? 0) + packets);
  };
  if (evidence.targets.length > 0) for (const { target, packets } of evidence.targets) add(target, packets);
  else
    for (const { minute, target, packets } of targets) {
      const inside = minute >= span.from && minute < span.until;
      const before = minute >= 2 * span.from - span.until && minute < span.from;
      if (inside || before) add(target, inside ? packets : -packets);
    }
  const all = [...sums.values()].reduce((sum, packets) => sum + Math.max(0, packets), 0);
  return [...sums]
    .filter(([, packets]) => packets > 0 && packets >= TARGET_SHARE * all)
    .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
    .slice(0, TARGETS_NAMED)
    .map(([target]) => target);
}
