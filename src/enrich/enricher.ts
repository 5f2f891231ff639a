import type { Address } from './address.ts';
import { type Claim, type Source, sourceOf } from './client-address.ts';
import { countryNumber } from './country.ts';
import type { Dataset } from './dataset.ts';
import { findNetwork, NETWORK_TYPES, type NetworksFile } from './networks.ts';
import { knownProxies, type Proxies } from './proxies.ts';
import { isReserved } from './reserved.ts';

/** What an address look-up needs: data sets of countries and AS numbers, from the packages or the user's own. */
export type AddressBook = {
  country: { dataset: Dataset; basis: 'dataset' | 'mmdb'; find(address: Address): number };
  asn: {
    dataset: Dataset;
    find(address: Address): number;
    name(asn: number): string | null;
    names(): Iterable<[number, string]>;
  };
};

export type Enricher = {
  datasets: Dataset[];
  synthetic: boolean;
  /** The source of a record, from the address in its log, what the log says of that, and a forwarding header. */
  source(record: { logged: string; claim: Claim; forwarded: string }, day: number): Source;
  /** Facts of an address on a day (days since 1970-01-01), packed: see `unpackSql`. */
  facts(address: Address, day: number): number;
  /** Names of autonomous systems, ascending by number. */
  organisations(): { asn: number; organisation: string; dataset: string }[];
};

const BASES = ['dataset', 'mmdb', 'networks-file'] as const;

/** The user's networks come first, then the data sets. */
export function createEnricher(
  book: AddressBook,
  networks: NetworksFile | null,
  proxies: Proxies = knownProxies,
): Enricher {
  const trusted = (address: Address, day: number): boolean =>
    proxies.has(address) ||
    (networks !== null && findNetwork(networks.networks, address, day)?.type === 'cdn');
  const bookBasis = BASES.indexOf(book.country.basis) + 1;
  return {
    datasets: [
      ...(networks ? [networks.dataset] : []),
      book.country.dataset,
      book.asn.dataset,
      ...proxies.datasets,
    ],
    synthetic: networks?.dataset.synthetic ?? false,
    source: (record, day) => sourceOf(record, (address) => trusted(address, day)),
    facts(address, day) {
      const network = networks ? findNetwork(networks.networks, address, day) : null;
      const country = network ? countryNumber(network.country ?? '') : book.country.find(address);
      return packFacts({
        asn: network ? (network.asn ?? 0) : book.asn.find(address),
        country,
        type: network?.type ? NETWORK_TYPES.indexOf(network.type) + 1 : 0,
        basis: country === 0 ? 0 : network ? BASES.indexOf('networks-file') + 1 : bookBasis,
        reserved: isReserved(address),
      });
    },
    organisations() {
      const names = new Map<number, { organisation: string; dataset: string }>();
      for (const [asn, organisation] of book.asn.names())
        names.set(asn, { organisation, dataset: book.asn.dataset.name });
      for (const network of networks?.networks ?? []) {
        if (network.asn && network.asOrg)
          names.set(network.asn, { organisation: network.asOrg, dataset: networks!.dataset.name });
      }
      return [...names].sort(([a], [b]) => a - b).map(([asn, entry]) => ({ asn, ...entry }));
    },
  };
}

type Facts = { asn: number; country: number; type: number; basis: number; reserved: boolean };

// One DOUBLE carries all facts through a vectorised function: 32 bits AS number, 10 country, 4 type, 2 basis, 1 flag.
const COUNTRY = 2 ** 32;
const TYPE = 2 ** 42;
const BASIS = 2 ** 46;
const RESERVED = 2 ** 48;

export function packFacts(facts: Facts): number {
  return (
    facts.asn +
    facts.country * COUNTRY +
    facts.type * TYPE +
    facts.basis * BASIS +
    (facts.reserved ? RESERVED : 0)
  );
}

/** SQL expressions (DuckDB) over a BIGINT column that holds packed facts. */
export function unpackSql(packed: string): Record<keyof Facts, string> {
  const bits = (shift: number, width: number): string => `((${packed} >> ${shift}) & ${2 ** width - 1})`;
  const list = (names: readonly string[]): string => `[${names.map((name) => `'${name}'`).join(', ')}]`;
  const country = bits(32, 10);
  return {
    asn: `nullif(${bits(0, 32)}, 0)`,
    country: `case when ${country} > 0 then chr(cast(65 + (${country} - 1) // 26 as integer)) || chr(cast(65 + (${country} - 1) % 26 as integer)) end`,
    type: `${list(NETWORK_TYPES)}[${bits(42, 4)}]`,
    basis: `${list(BASES)}[${bits(46, 2)}]`,
    reserved: `(${bits(48, 1)} = 1)`,
  };
}
