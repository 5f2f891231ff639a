import type { Analyst, Row } from '../catalogue/engine.ts';
import { concentrationOf } from '../detection/concentration.ts';
import type { Dataset } from '../enrich/dataset.ts';
import type { Concentration, Share } from '../report/model.ts';
import type { Attack } from './observe.ts';
import { type AttackingSource, isCountry } from './sources.ts';
import { daysFrom, type Span, windowOf } from './span.ts';

const count = (value: Row[string] | undefined): number => Number(value ?? 0);

export type Tally = Map<string, number>;

function add(tally: Tally, key: string | null, requests: number): void {
  if (key !== null) tally.set(key, (tally.get(key) ?? 0) + requests);
}

const total = (tally: Tally): number => [...tally.values()].reduce((sum, requests) => sum + requests, 0);

/** Requests by key over the logs of the attacks, outside their windows: all less what lies around each. */
async function usualTally(
  analyst: Analyst,
  {
    attacks,
    query,
    keyOf,
  }: { attacks: readonly Attack[]; query: string; keyOf: (row: Row) => string | null },
): Promise<{ usual: Tally; labels: Map<string, string> }> {
  const usual: Tally = new Map();
  const labels = new Map<string, string>();
  const views = new Map(attacks.map(({ view }) => [view.sourceId, view]));
  for (const view of views.values()) {
    for (const row of await analyst.ask(query, windowOf(view, view.whole))) {
      const key = keyOf(row);
      add(usual, key, count(row.requests));
      if (key !== null && row.as_org) labels.set(key, String(row.as_org));
    }
    for (const { around } of view.examined) {
      for (const row of await analyst.ask(query, windowOf(view, around)))
        add(usual, keyOf(row), -count(row.requests));
    }
  }
  return { usual, labels };
}

const leading = (row: Row): string | null => {
  const provider = row.provider_country === null ? null : String(row.provider_country);
  if (isCountry(provider)) return provider;
  return row.country === null ? null : String(row.country);
};

type Origin = {
  attacks: readonly Attack[];
  sources: readonly AttackingSource[];
  datasets: readonly Dataset[];
  period: Span;
};

/** Countries of the attack requests. The provider's own word of the time leads; the data set's stands beside it. */
export async function countryShares(
  analyst: Analyst,
  { attacks, sources, datasets, period }: Origin,
): Promise<Share[]> {
  const attack: Tally = new Map();
  const addresses: Tally = new Map();
  const byDataset: Tally = new Map();
  for (const source of sources) {
    add(attack, source.country, source.attackRequests);
    add(addresses, source.country, 1);
    add(byDataset, source.datasetCountry, source.attackRequests);
  }
  const { usual } = await usualTally(analyst, { attacks, query: 'origin/countries', keyOf: leading });
  const provider = sources.some((source) => source.countryBasis === 'provider');
  const dataset = datasets.find(({ id }) => id === 'networks') ?? datasets.find(({ id }) => id === 'country');
  const names = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'code' });
  return shares({ attack, addresses, usual }).map((share) => ({
    ...share,
    label: names.of(share.key) ?? share.key,
    basis: provider ? 'provider' : dataset?.id === 'networks' ? 'networks-file' : 'dataset',
    dataset_numerator: provider ? (byDataset.get(share.key) ?? 0) : null,
    dataset: provider ? "the provider's own log" : (dataset?.name ?? 'none'),
    distance_days: provider || !dataset?.date ? null : daysFrom(period, dataset.date),
  }));
}

/** Autonomous systems of the attack requests. */
export async function networkShares(
  analyst: Analyst,
  { attacks, sources, datasets, period }: Origin,
): Promise<Share[]> {
  const attack: Tally = new Map();
  const addresses: Tally = new Map();
  for (const source of sources) {
    const key = source.asn === null ? null : String(source.asn);
    add(attack, key, source.attackRequests);
    add(addresses, key, 1);
  }
  const keyOf = (row: Row): string | null => (row.asn === null ? null : String(row.asn));
  const { usual, labels } = await usualTally(analyst, { attacks, query: 'origin/networks', keyOf });
  const provider = sources.some((source) => source.asnLogged);
  const dataset = datasets.find(({ id }) => id === 'networks') ?? datasets.find(({ id }) => id === 'asn');
  return shares({ attack, addresses, usual }).map((share) => ({
    ...share,
    label: labels.get(share.key) ?? `AS${share.key}`,
    basis: provider ? 'provider' : dataset?.id === 'networks' ? 'networks-file' : 'dataset',
    dataset_numerator: null,
    dataset: provider ? "the provider's own log" : (dataset?.name ?? 'none'),
    distance_days: provider || !dataset?.date ? null : daysFrom(period, dataset.date),
  }));
}

function shares({ attack, addresses, usual }: { attack: Tally; addresses: Tally; usual: Tally }) {
  const denominator = total(attack);
  const usualDenominator = total(usual);
  return [...attack]
    .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
    .map(([key, numerator]) => ({
      key,
      numerator,
      denominator,
      sources: addresses.get(key) ?? 0,
      usual_numerator: usual.get(key) ?? 0,
      usual_denominator: usualDenominator,
    }));
}

/** How unevenly the attack requests fall on countries and on networks; of what is not known there is none. */
export function concentrations({
  countries,
  networks,
}: {
  countries: readonly Share[];
  networks: readonly Share[];
}): Concentration[] {
  const rounded = (value: number): number => Math.round(value * 10_000) / 10_000;
  const of = (what: Concentration['of'], known: readonly Share[]): Concentration[] => {
    const measured = concentrationOf(known.map(({ numerator }) => ({ requests_each: numerator, things: 1 })));
    if (!measured) return [];
    const { things, requests, hhi, effective_number, gini, entropy_bits } = measured;
    return [
      {
        of: what,
        things,
        requests,
        hhi: rounded(hhi),
        effective_number: rounded(effective_number),
        gini: rounded(gini),
        entropy_bits: rounded(entropy_bits),
        most_entropy_bits: rounded(Math.log2(things)),
      },
    ];
  };
  return [...of('country', countries), ...of('network', networks)];
}
