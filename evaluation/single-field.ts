/** How well one field alone would tell the attackers: a scenario in which it does proves nothing of the method. */
import type { Exchange } from '../src/simulate/edge.ts';
import type { Scenario } from '../src/simulate/scenario.ts';
import { traffic } from '../src/simulate/traffic.ts';

type Case = { value: string; positive: boolean };

/** The best F1 that a rule "the value is in a set" reaches on the very data it is made from. */
export function bestF1(cases: Iterable<Case>): number {
  const values = new Map<string, { positive: number; negative: number }>();
  let positives = 0;
  for (const { value, positive } of cases) {
    const count = values.get(value) ?? { positive: 0, negative: 0 };
    count[positive ? 'positive' : 'negative'] += 1;
    if (positive) positives += 1;
    values.set(value, count);
  }
  const purest = [...values.values()].sort(
    (a, b) => b.positive / (b.positive + b.negative) - a.positive / (a.positive + a.negative),
  );
  let best = 0;
  let caught = 0;
  let wrong = 0;
  for (const { positive, negative } of purest) {
    caught += positive;
    wrong += negative;
    best = Math.max(best, (2 * caught) / (caught + wrong + positives));
  }
  return best;
}

export function mostFrequent(values: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].reduce((most, entry) => (entry[1] > most[1] ? entry : most))[0];
}

const FIELDS: Record<string, (exchange: Exchange) => string> = {
  prefix: ({ client }) => prefixOf(client.address),
  agent: ({ tool }) => tool.userAgent,
  path: ({ path }) => path,
  ja4: ({ tool }) => tool.ja4,
  country: ({ client }) => client.network.country,
  asn: ({ client }) => String(client.network.asn),
  'network type': ({ client }) => client.network.type,
};

export function prefixOf(address: string): string {
  return address.includes(':')
    ? address.split(':').slice(0, 3).join(':')
    : address.split('.').slice(0, 3).join('.');
}

export type FieldF1 = { field: string; addresses: number; requests: number };

/** F1 of each field, by address and by request. */
export function singleFields(scenario: Scenario, seed: number): FieldF1[] {
  const { exchanges } = traffic(scenario, { seed });
  const byAddress = [...Map.groupBy(exchanges, ({ client }) => client.address).values()];
  return Object.entries(FIELDS).map(([field, read]) => ({
    field,
    addresses: bestF1(
      byAddress.map((own) => ({
        value: mostFrequent(own.map(read)),
        positive: own.some(({ wave }) => wave !== null),
      })),
    ),
    requests: bestF1(
      exchanges.map((exchange) => ({ value: read(exchange), positive: exchange.wave !== null })),
    ),
  }));
}
