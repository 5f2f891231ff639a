import { MINUTE, type MinuteRow, type MinuteSeries, minuteSeries } from './minute-series.ts';

/** Classes of `detection/flow-vectors-by-minute`. */
export const VECTORS = [
  'tcp-syn-only',
  'tcp-small-without-syn',
  'tcp-small-unflagged',
  'udp-from-reflection-port',
  'udp',
  'fragment',
  'icmp',
  'tcp',
  'other',
] as const;
export type Vector = (typeof VECTORS)[number];

/** Classes whose packets come without a connection: few flows of them can be a flood, so that their packets count too. */
const CONNECTIONLESS: ReadonlySet<string> = new Set(['udp-from-reflection-port', 'udp', 'fragment', 'icmp']);

export const isConnectionless = (vector: Vector): boolean => CONNECTIONLESS.has(vector);

/**
 * Packets are looked at in hundreds, so that the finder's floor of 60 a minute is 100 packets a second: at full size
 * 1.2 Mbit/s, which hardly any link or server notices.
 */
const PACKETS_COUNTED = 100;

/** Flows a minute: the finder's own floor, and that of a window that an analyst gave, which is past the finder. */
const FLOOR = { found: 60, forced: 10 };

/** A vector can be a flood from the finder's floor on; what lies below it did not open the candidate in which it grew. */
export function isSizeable(
  { flows, packets }: Pick<VectorCounts, 'flows' | 'packets'>,
  { vector, forced, from, until }: { vector: Vector; forced: boolean; from: number; until: number },
): boolean {
  const floor = forced ? FLOOR.forced : FLOOR.found;
  const most = (counts: Float64Array): number =>
    counts.subarray(from, until).reduce((a, b) => Math.max(a, b), 0);
  return most(flows) >= floor || (isConnectionless(vector) && most(packets) >= floor * PACKETS_COUNTED);
}

export type VectorMinute = {
  /** ms since 1970 */
  minute: number;
  vector: Vector;
  flows: number;
  packets: number;
  bytes: number;
  actionKnown: number;
  mitigated: number;
  flagsKnown: number;
};

/** Flows to an address in a minute; null: all addresses that are not among the largest. */
export type TargetMinute = { minute: number; target: string | null; flows: number; packets: number };

/** One vector of a stretch of a log, by minute. */
export type VectorCounts = Record<'flows' | 'packets' | 'bytes' | 'mitigated', Float64Array>;

const VECTOR_NAME = 'vector:';

/** The vector whose series it is; null: the series is a target's. */
export const vectorOf = (host: string): Vector | null =>
  host.startsWith(VECTOR_NAME) ? (host.slice(VECTOR_NAME.length) as Vector) : null;

/**
 * The series of a log of flows, in which candidates are looked for: the log as a whole, each vector and each target.
 * The finder looks at two counts of a series: here flows, and packets of vectors without connections.
 */
export function flowSeries(
  { sourceId, vantage }: { sourceId: string; vantage: string },
  { vectors, targets }: { vectors: readonly VectorMinute[]; targets: readonly TargetMinute[] },
): MinuteSeries[] {
  const row = (rest: Pick<MinuteRow, 'host' | 'minute' | 'requests' | 'mitigated'>): MinuteRow => ({
    sourceId,
    vantage,
    ...rest,
  });
  const ofVectors = vectors.map(({ vector, minute, flows, packets }) =>
    row({
      host: VECTOR_NAME + vector,
      minute,
      requests: flows,
      mitigated: isConnectionless(vector) ? packets / PACKETS_COUNTED : 0,
    }),
  );
  const ofTargets = targets.map(({ target, minute, flows }) =>
    row({ host: target, minute, requests: flows, mitigated: 0 }),
  );
  return [
    ...minuteSeries(ofVectors),
    ...minuteSeries(ofTargets).filter((series) => !series.total && series.host !== null),
  ];
}

/** The counts of each vector in a stretch. */
export function vectorCounts(
  { start, requests }: MinuteSeries,
  rows: readonly VectorMinute[],
): Map<Vector, VectorCounts> {
  const counts = new Map<Vector, VectorCounts>();
  const empty = (): Float64Array => new Float64Array(requests.length);
  for (const row of rows) {
    const index = (row.minute - start) / MINUTE;
    if (index < 0 || index >= requests.length) continue;
    const into = counts.get(row.vector) ?? {
      flows: empty(),
      packets: empty(),
      bytes: empty(),
      mitigated: empty(),
    };
    counts.set(row.vector, into);
    into.flows[index]! += row.flows;
    into.packets[index]! += row.packets;
    into.bytes[index]! += row.bytes;
    into.mitigated[index]! += row.mitigated;
  }
  return counts;
}
