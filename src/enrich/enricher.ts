import { type Address, formatAddress, parseAddress } from './address.ts';
import {
  type Claim,
  SOURCE_BASES,
  type Source,
  type SourceBasis,
  type Speakers,
  sourceOf,
} from './client-address.ts';
import { countryCode, countryNumber } from './country.ts';
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
    names(): Iterable<[number, string]>;
  };
};

export type Logged = { logged: string; claim: Claim; forwarded: string };

export type Organisation = { asn: number; organisation: string; dataset: string };

export type Enricher = {
  datasets: Dataset[];
  synthetic: boolean;
  /** Whether the quoted field after an agent is X-Forwarded-For. */
  nginxMain: boolean;
  /** The source of a record, from the address in its log, what the log says of that, and a forwarding header. */
  source(record: Logged, day: number): Source;
  /** Facts of the source of a record on a day (days since 1970-01-01), packed: see `unpackSql`. */
  facts(record: Logged, day: number): number;
  /** The same for an IPv4 address, as a number, with no header. */
  facts4(value: number, claim: Claim, day: number): number;
  /** Names of autonomous systems, one a number: those of the user's networks before those of the data set. */
  organisations(): Iterable<Organisation>;
};

const BASES = ['dataset', 'mmdb', 'networks-file'] as const;

/** The user's networks come first, then the data sets. */
export function createEnricher(
  book: AddressBook,
  networks: NetworksFile | null,
  proxies: Proxies = knownProxies,
): Enricher {
  const proxiesOn = (day: number): Speakers => ({
    has: (address) =>
      proxies.has(address) ||
      (networks !== null && findNetwork(networks.networks, address, day)?.type === 'cdn'),
    isTrusted: proxies.isTrusted,
  });
  const bookBasis = BASES.indexOf(book.country.basis) + 1;

  function factsOf(
    { address, basis }: Source,
    { logged, day, isAsLogged }: { logged: Address | null; day: number; isAsLogged: boolean },
  ): number {
    const seen = address ?? logged;
    const network = networks && address ? findNetwork(networks.networks, address, day) : null;
    const inBook =
      address && !network
        ? { country: book.country.find(address), asn: book.asn.find(address) }
        : { country: 0, asn: 0 };
    const country = network ? countryNumber(network.country ?? '') : inBook.country;
    return packFacts({
      asn: network ? (network.asn ?? 0) : inBook.asn,
      country,
      type: network?.type ? NETWORK_TYPES.indexOf(network.type) + 1 : 0,
      countryBasis: country === 0 ? 0 : network ? BASES.indexOf('networks-file') + 1 : bookBasis,
      reserved: seen !== null && isReserved(seen),
      basis: SOURCE_BASES.indexOf(basis) + 1,
      isAsLogged: address !== null && isAsLogged,
    });
  }

  return {
    datasets: [
      ...(networks ? [networks.dataset] : []),
      book.country.dataset,
      book.asn.dataset,
      ...proxies.datasets,
    ],
    synthetic: networks?.dataset.synthetic ?? false,
    nginxMain: proxies.nginxMain,
    source: ({ logged, ...record }, day) =>
      sourceOf({ address: parseAddress(logged), ...record }, proxiesOn(day)),
    facts({ logged: text, ...record }, day) {
      const logged = parseAddress(text);
      const found = sourceOf({ address: logged, ...record }, proxiesOn(day));
      const isAsLogged = found.address !== null && formatAddress(found.address) === text;
      return factsOf(found, { logged, day, isAsLogged });
    },
    facts4(value, claim, day) {
      const logged: Address = { version: 4, value };
      const found = sourceOf({ address: logged, claim, forwarded: '' }, proxiesOn(day));
      return factsOf(found, { logged, day, isAsLogged: true });
    },
    *organisations() {
      const own = new Map<number, string>();
      for (const { asn, asOrg } of networks?.networks ?? []) if (asn && asOrg) own.set(asn, asOrg);
      for (const [asn, organisation] of own) yield { asn, organisation, dataset: networks!.dataset.name };
      for (const [asn, organisation] of book.asn.names())
        if (!own.has(asn)) yield { asn, organisation, dataset: book.asn.dataset.name };
    },
  };
}

type Facts = {
  asn: number;
  country: number;
  type: number;
  countryBasis: number;
  reserved: boolean;
  basis: number;
  /** The text of the source is the text in the log. */
  isAsLogged: boolean;
};

// One DOUBLE carries all facts through a vectorised function, in the 53 bits that it has for whole numbers: 32 of the
// AS number, 10 of the country, 3 of the type, 2 of the country's basis, 4 of the source's, and 2 flags.
const COUNTRY = 32;
const TYPE = 42;
const COUNTRY_BASIS = 45;
const BASIS = 47;
const RESERVED = 51;
const AS_LOGGED = 52;

export function packFacts(facts: Facts): number {
  return (
    facts.asn +
    facts.country * 2 ** COUNTRY +
    facts.type * 2 ** TYPE +
    facts.countryBasis * 2 ** COUNTRY_BASIS +
    facts.basis * 2 ** BASIS +
    (facts.reserved ? 2 ** RESERVED : 0) +
    (facts.isAsLogged ? 2 ** AS_LOGGED : 0)
  );
}

/** The facts in a number of `packFacts`. */
export function unpackFacts(packed: number): Facts {
  // Beyond 32 bits the operators on bits cannot see.
  const upper = Math.floor(packed / 2 ** COUNTRY);
  const bits = (shift: number, width: number): number => (upper >> (shift - COUNTRY)) & (2 ** width - 1);
  return {
    asn: packed % 2 ** COUNTRY,
    country: bits(COUNTRY, 10),
    type: bits(TYPE, 3),
    countryBasis: bits(COUNTRY_BASIS, 2),
    basis: bits(BASIS, 4),
    reserved: bits(RESERVED, 1) === 1,
    isAsLogged: bits(AS_LOGGED, 1) === 1,
  };
}

/** Names of what facts have as numbers, where 0 is none. */
export const FACT_NAMES = {
  country: (number: number): string | null => countryCode(number),
  type: (number: number): string | null => NETWORK_TYPES[number - 1] ?? null,
  countryBasis: (number: number): string | null => BASES[number - 1] ?? null,
  basis: (number: number): SourceBasis | null => SOURCE_BASES[number - 1] ?? null,
};

const LETTERS = Array.from({ length: 26 }, (_, index) => String.fromCharCode(65 + index));
const COUNTRIES = LETTERS.flatMap((first) => LETTERS.map((second) => first + second));

/** SQL expressions (DuckDB) over a BIGINT that holds packed facts. */
export function unpackSql(packed: string): Record<keyof Facts, string> {
  const bits = (shift: number, width: number): string => `((${packed} >> ${shift}) & ${2 ** width - 1})`;
  // Of a list there is no entry 0.
  const named = (names: readonly string[], number: string): string =>
    `[${names.map((name) => `'${name}'`).join(', ')}][${number}]`;
  return {
    asn: `nullif(${bits(0, 32)}, 0)`,
    country: named(COUNTRIES, bits(COUNTRY, 10)),
    type: named(NETWORK_TYPES, bits(TYPE, 3)),
    countryBasis: named(BASES, bits(COUNTRY_BASIS, 2)),
    basis: named(SOURCE_BASES, bits(BASIS, 4)),
    reserved: `(${bits(RESERVED, 1)} = 1)`,
    isAsLogged: `(${bits(AS_LOGGED, 1)} = 1)`,
  };
}
