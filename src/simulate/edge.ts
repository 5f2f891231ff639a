/** The edge answers a request: from the defence, from its cache, or from the origin behind the balancer. */
import type { Surroundings } from './defence.ts';
import type { Random } from './random.ts';
import type { Request, Resource } from './request.ts';
import { outageAt } from './retries.ts';
import type { Scenario } from './scenario.ts';

/** A request with its answer, as both logs tell it. */
export type Exchange = Request & {
  rayId: string;
  port: number;
  /** Milliseconds since 1970; the log's further digits are drawn when it is written. */
  end: number;
  status: number;
  bytesSent: number;
  bytesReceived: number;
  firstByteMs: number;
  cacheStatus: string;
  origin: OriginAnswer | null;
};

export type OriginAnswer = {
  /** Index of the balancer's node. */
  node: number;
  status: number;
  /** As the edge measures it, the way there and back included. */
  durationMs: number;
  /** What the target took; null where it closed the connection unanswered. */
  targetMs: number | null;
  /** When the balancer had the request and when it had answered, by its own clock. */
  receivedAt: number;
  answeredAt: number;
};

const slowClients = { mobile: 90, access: 45, education: 20, hosting: 10, anonymiser: 160, cdn: 10 };
const challengeBytes = 7_400;
const blockBytes = 1_900;

export function createEdge(
  scenario: Scenario,
  { defence, random }: { defence: Surroundings; random: Random },
): (request: Request) => Exchange {
  const { nodes } = scenario.origin.loadBalancer;
  const roundTrips = scenario.edge.roundTripToOriginMs;

  const askOrigin = (request: Request): OriginAnswer => {
    const { resource, client } = request;
    const node = random.below(nodes.length);
    const roundTrip = (roundTrips[client.network.country] ?? roundTrips['']!) + random.below(4);
    const slowdown = resource.kind === 'asset' ? 1 : defence.slowdown(request.at);
    const quiet = baseTime(resource, random);
    const targetMs = Math.round(quiet * (slowdown === 1 ? 1 : slowdown * random.between(0.8, 1.2)));
    const fragile = slowdown > 1 && resource.dynamic && resource.kind !== 'probe';
    const outage = outageAt(scenario, request.at);
    const failed = outage
      ? random.chance(outage.failureShare)
      : fragile && random.chance(scenario.defence.failureShare);
    const closed = failed && random.chance(0.25);
    const receivedAt = request.at + 2 + (roundTrip >> 1) + nodes[node]!.skewMs;
    return {
      node,
      status: failed ? (closed ? 502 : 503) : resource.status,
      durationMs: targetMs + roundTrip,
      targetMs: closed ? null : targetMs,
      receivedAt,
      answeredAt: receivedAt + targetMs + 1,
    };
  };

  return (request) => {
    const { resource, client } = request;
    const lead = {
      ...request,
      rayId: random.hex(16),
      port: 1024 + random.below(64_000),
      bytesReceived: 380 + request.query.length + request.path.length + random.below(700),
    };
    const { verdict } = request;
    if (verdict && verdict.status !== 200) {
      const firstByteMs = 1 + random.below(9);
      const bytesSent =
        (verdict.action === 'managedChallenge' ? challengeBytes : blockBytes) + random.below(120);
      const { status } = verdict;
      const end = request.at + firstByteMs + 1;
      return { ...lead, end, status, bytesSent, firstByteMs, cacheStatus: 'unknown', origin: null };
    }
    const hit = random.chance(resource.hitShare);
    const origin = hit ? null : askOrigin(request);
    const status = origin?.status ?? resource.status;
    const firstByteMs = origin ? origin.durationMs + 3 + random.below(6) : 2 + random.below(14);
    const body = status >= 500 ? 600 : resource.bytes;
    const bytesSent = Math.round(body * random.between(0.97, 1.03)) + 420;
    const transferMs =
      1 + Math.round((bytesSent / 10_000) * random.skewed(slowClients[client.network.type] / 10));
    const cacheStatus = hit ? 'hit' : resource.dynamic ? 'dynamic' : random.chance(0.8) ? 'miss' : 'expired';
    return {
      ...lead,
      end: request.at + firstByteMs + transferMs,
      status,
      bytesSent,
      firstByteMs,
      cacheStatus,
      origin,
    };
  };
}

/** Milliseconds the target takes in quiet. */
function baseTime(resource: Resource, random: Random): number {
  if (resource.kind === 'asset') return 4 + random.skewed(6);
  if (resource.kind === 'probe') return 3 + random.skewed(5);
  if (resource.kind === 'call') return 18 + random.skewed(22);
  return resource.dynamic ? 55 + random.skewed(45) : 30 + random.skewed(20);
}
