/** What is true of the simulated logs: the answers that a report is measured against. */
import type { Exchange } from './edge.ts';
import type { Scenario, WindowKind } from './scenario.ts';
import type { FlowWave } from './surface-scenario.ts';

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
  surges: { from: string; until: string; kind: 'flash-crowd' | 'crawler' }[];
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
  data_access: 'none';
};

export function tellTruth(
  scenario: Scenario,
  exchanges: readonly Exchange[],
  { seed }: { seed: number },
): Truth {
  const attack = exchanges.filter((exchange) => exchange.wave !== null);
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
    ],
    attackers,
    attackers_requests: attackers.map((address) => sent.get(address)!),
    shared: attackers.filter((address) => others.has(address)),
    attack_requests: attack.length,
    legitimate_requests: exchanges.length - attack.length,
    data_access: 'none',
  };
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
