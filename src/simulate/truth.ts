/** What is true of the simulated logs: the answers that a report is measured against. */
import { isDelivered, repeatedCount } from './delivery.ts';
import type { Exchange } from './edge.ts';
import type { Delivery, Outage, Scenario, WindowKind } from './scenario.ts';
import { sliceMs } from './slices.ts';
import type { FlowWave } from './surface-scenario.ts';

const HOUR_MS = 3_600_000;

export type Truth = {
  scenario: string;
  title: string;
  seed: number;
  synthetic: true;
  note: string;
  period: { from: string; until: string };
  windows: {
    /** `http` where not given. */
    surface?: 'network' | 'dns';
    from: string;
    until: string;
    kind: WindowKind | FlowWave['kind'] | 'dns-flood';
    techniques: string[];
    attack_requests: number;
    attackers_count: number;
  }[];
  surges: { from: string; until: string; kind: 'flash-crowd' | 'crawler' | 'retry-storm' }[];
  attackers: string[];
  /** How many attack requests each of them sent. */
  attackers_requests: number[];
  /** Machines of others whose answers a flood was made of, and how many flows came from each. */
  reflectors?: string[];
  reflectors_requests?: number[];
  /** Addresses that sent attack and legitimate requests. */
  shared: string[];
  attack_requests: number;
  legitimate_requests: number;
  /** Who was answered where only staff should be: nobody, staff alone, or somebody who is none. */
  data_access: 'none' | 'by-staff' | 'by-intruder';
  /** The intruders' addresses. */
  data_access_addresses?: string[];
  /** The answer that logs and case file bear; `cannot-say` where not given. */
  data_access_answer?: 'signs' | 'no-sign';
  /** `cannot-say` where no log that was kept has the clients' addresses; `listed` where not given. */
  sources_answer?: 'cannot-say';
  /** What never arrived of the edge's log, and how many of its requests arrived once more in other objects. */
  coverage?: { missing: { from: string; until: string }[]; repeated_requests: number };
};

export function tellTruth(
  scenario: Scenario,
  exchanges: readonly Exchange[],
  { seed }: { seed: number },
): Truth {
  // What no log that was kept saw is no part of what a report could say.
  const isSeen = seenBy(scenario);
  const attack = exchanges.filter((exchange) => exchange.wave !== null && isSeen(exchange));
  const sent = new Map<string, number>();
  for (const { client } of attack) sent.set(client.address, (sent.get(client.address) ?? 0) + 1);
  const attackers = [...sent.keys()].sort();
  const others = addressesOf(exchanges.filter((exchange) => exchange.wave === null));
  return {
    scenario: scenario.id,
    title: scenario.title,
    seed,
    synthetic: true,
    note: scenario.note,
    period: { from: rfc3339(scenario.period.from), until: rfc3339(scenario.period.until) },
    windows: scenario.attack.waves.map(({ techniques, kind = 'http-flood' }, index) => {
      const own = attack.filter((exchange) => exchange.wave === index);
      return {
        from: rfc3339(own.reduce((first, { at }) => Math.min(first, at), Number.POSITIVE_INFINITY)),
        until: rfc3339(own.reduce((last, { at }) => Math.max(last, at), 0) + 1),
        kind,
        techniques,
        attack_requests: own.length,
        attackers_count: addressesOf(own).size,
      };
    }),
    surges: [
      ...scenario.crowds.map((crowd) => ({ ...spanOf(crowd), kind: 'flash-crowd' as const })),
      ...scenario.services.flatMap(({ burst }) =>
        burst ? [{ ...spanOf(burst), kind: 'crawler' as const }] : [],
      ),
      ...(scenario.outages ?? []).map((outage) => ({
        ...stormOf(outage, exchanges),
        kind: 'retry-storm' as const,
      })),
    ],
    attackers,
    attackers_requests: attackers.map((address) => sent.get(address)!),
    shared: attackers.filter((address) => others.has(address)),
    attack_requests: attack.length,
    legitimate_requests: exchanges.filter(
      (exchange) => exchange.wave === null && exchange.errand !== 'intruder' && isSeen(exchange),
    ).length,
    ...accessOf(scenario, exchanges),
    ...(scenario.logs?.includes('edge') === false ? { sources_answer: 'cannot-say' as const } : {}),
    ...(scenario.delivery ? { coverage: coverageOf(scenario.delivery, exchanges) } : {}),
  };
}

function seenBy({ logs, delivery }: Scenario): (exchange: Exchange) => boolean {
  if (logs?.includes('edge') === false) return ({ origin }) => origin !== null;
  if (!delivery || logs?.includes('origin') !== false) return () => true;
  return ({ end }) => isDelivered(delivery, end - (end % sliceMs));
}

/** From the first request that was made again to the last; of the outage itself where there was none. */
function stormOf(outage: Outage, exchanges: readonly Exchange[]): { from: string; until: string } {
  const from = Date.parse(outage.from);
  const again = exchanges.filter(
    ({ again = 0, at }) => again > 0 && at >= from && at < Date.parse(outage.until) + HOUR_MS,
  );
  if (again.length === 0) return spanOf(outage);
  return { from: rfc3339(again[0]!.at), until: rfc3339(again.at(-1)!.at + 1) };
}

/** Logs that are complete and a case file that names the surfaces bear an answer; a member of staff has to be asked. */
function accessOf(
  { caseFile, delivery, logs }: Scenario,
  exchanges: readonly Exchange[],
): Pick<Truth, 'data_access' | 'data_access_addresses' | 'data_access_answer'> {
  const answered = exchanges.filter(({ errand, status }) => errand && status < 300);
  const intruders = addressesOf(answered.filter(({ errand }) => errand === 'intruder'));
  if (intruders.size > 0)
    return {
      data_access: 'by-intruder',
      data_access_addresses: [...intruders].sort(),
      data_access_answer: 'signs',
    };
  if (answered.length > 0) return { data_access: 'by-staff' };
  const isComplete = delivery === undefined && logs?.includes('edge') !== false;
  return {
    data_access: 'none',
    ...(caseFile && isComplete ? { data_access_answer: 'no-sign' as const } : {}),
  };
}

function coverageOf(delivery: Delivery, exchanges: readonly Exchange[]): NonNullable<Truth['coverage']> {
  const ends = exchanges.map(({ end }) => end);
  return { missing: delivery.missing.map(spanOf), repeated_requests: repeatedCount(delivery, ends) };
}

function addressesOf(exchanges: readonly Exchange[]): Set<string> {
  return new Set(exchanges.map((exchange) => exchange.client.address));
}

function spanOf({ from, until }: { from: string; until: string }): { from: string; until: string } {
  return { from: rfc3339(from), until: rfc3339(until) };
}

function rfc3339(time: string | number): string {
  return new Date(time).toISOString();
}
