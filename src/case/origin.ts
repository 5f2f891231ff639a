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

type Usual = { countries: Tally; networks: Tally; labels: Map<string, string> };

/** Requests over the logs of the attacks, outside their windows: all less what lies around each. */
async function usualRequests(analyst: Analyst, attacks: readonly Attack[]): Promise<Usual> {
  const usual: Usual = { countries: new Map(), networks: new Map(), labels: new Map() };
  const views = new Map(attacks.map(({ view }) => [view.sourceId, view]));
  for (const view of views.values()) {
    for (const row of await analyst.ask('origin/places', windowOf(view, view.whole))) {
      addPlace(usual, row, 1);
      if (row.as_org) usual.labels.set(String(row.asn), String(row.as_org));
    }
    for (const { around } of view.examined)
      for (const row of await analyst.ask('origin/places', windowOf(view, around))) addPlace(usual, row, -1);
  }
  return usual;
}

function addPlace({ countries, networks }: Usual, row: Row, sign: 1 | -1): void {
  add(countries, leading(row), sign * count(row.requests));
  add(networks, row.asn === null ? null : String(row.asn), sign * count(row.requests));
}

const leading = (row: Row): string | null => {
  const provider = row.provider_country === null ? null : String(row.provider_country);
  if (isCountry(provider)) return provider;
  return row.country === null ? null : String(row.country);
};

type Origin = {
  sources: readonly AttackingSource[];
  datasets: readonly Dataset[];
  period: Span;
};

/** Countries and autonomous systems of the attack requests. */
export async function originShares(
  analyst: Analyst,
  attacks: readonly Attack[],
  origin: Origin,
): Promise<{ countries: Share[]; networks: Share[] }> {
  if (origin.sources.length === 0) return { countries: [], networks: [] };
  const usual = await usualRequests(analyst, attacks);
  return { countries: countryShares(origin, usual), networks: networkShares(origin, usual) };
}

/** The provider's own word of the time leads; the data set's stands beside it. */
function countryShares({ sources, datasets, period }: Origin, { countries: usual }: Usual): Share[] {
  const attack: Tally = new Map();
  const addresses: Tally = new Map();
  const byDataset: Tally = new Map();
  for (const source of sources) {
    add(attack, source.country, source.attackRequests);
    add(addresses, source.country, 1);
    add(byDataset, source.datasetCountry, source.attackRequests);
  }
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

function networkShares({ sources, datasets, period }: Origin, { networks: usual, labels }: Usual): Share[] {
  const attack: Tally = new Map();
  const addresses: Tally = new Map();
  for (const source of sources) {
    const key = source.asn === null ? null : String(source.asn);
    add(attack, key, source.attackRequests);
    add(addresses, key, 1);
  }
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
