/** What is true of the simulated logs: the answers that a report is measured against. */
import type { Exchange } from './edge.ts';
import type { Scenario } from './scenario.ts';

export type Truth = {
  scenario: string;
  title: string;
  seed: number;
  synthetic: true;
  note: string;
  period: { from: string; until: string };
  windows: {
    from: string;
    until: string;
    kind: 'http-flood';
    techniques: string[];
    attack_requests: number;
    attackers_count: number;
  }[];
  surges: { from: string; until: string; kind: 'flash-crowd' }[];
  attackers: string[];
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
  const attackers = addressesOf(attack);
  const others = addressesOf(exchanges.filter((exchange) => exchange.wave === null));
  return {
    scenario: scenario.id,
    title: scenario.title,
    seed,
    synthetic: true,
    note: scenario.note,
    period: { from: rfc3339(scenario.period.from), until: rfc3339(scenario.period.until) },
    windows: scenario.attack.waves.map(({ techniques }, index) => {
      const own = attack.filter((exchange) => exchange.wave === index);
      return {
        from: rfc3339(own.reduce((first, { at }) => Math.min(first, at), Number.POSITIVE_INFINITY)),
        until: rfc3339(own.reduce((last, { at }) => Math.max(last, at), 0) + 1),
        kind: 'http-flood',
        techniques,
        attack_requests: own.length,
        attackers_count: addressesOf(own).size,
      };
    }),
    surges: scenario.crowds.map(({ from, until }) => ({
      from: rfc3339(from),
      until: rfc3339(until),
      kind: 'flash-crowd',
    })),
    attackers: [...attackers].sort(),
    shared: [...attackers].filter((address) => others.has(address)).sort(),
    attack_requests: attack.length,
    legitimate_requests: exchanges.length - attack.length,
    data_access: 'none',
  };
}

function addressesOf(exchanges: readonly Exchange[]): Set<string> {
  return new Set(exchanges.map((exchange) => exchange.client.address));
}

function rfc3339(time: string | number): string {
  return new Date(time).toISOString();
}
