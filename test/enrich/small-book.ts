/** A small address book by hand, so that tests load no data set. Reserved networks, AS numbers of RFC 5398. */
import { addressBook, type BookTables } from '../../src/adapters/datasets.ts';
import { countryNumber } from '../../src/enrich/country.ts';
import type { Dataset } from '../../src/enrich/dataset.ts';
import type { AddressBook } from '../../src/enrich/enricher.ts';
import { buildRangeTable } from '../../src/enrich/ranges.ts';

const RANGES = [
  { first: '192.0.2.0', last: '192.0.2.255', country: 'GB', asn: 64496 },
  { first: '198.51.100.0', last: '198.51.100.255', country: 'BR', asn: 64497 },
  { first: '203.0.113.0', last: '203.0.113.127', country: 'RU', asn: 64498 },
  { first: '2001:db8::', last: '2001:db8:ffff:ffff:ffff:ffff:ffff:ffff', country: 'FR', asn: 64499 },
];

const NAMES = new Map([
  [64496, 'Example Access'],
  [64497, 'Example Mobile'],
  [64498, 'Example Hosting, "East"'],
  [64499, 'Example Six'],
]);

function dataset(id: Dataset['id'], version: string): Dataset {
  return {
    id,
    name: `by-hand-${id}`,
    version,
    date: '2019-11-01',
    sha256: '0'.repeat(64),
    licence: 'none',
    attribution: 'a test',
    synthetic: false,
  };
}

export function smallTables({ version = '1' } = {}): BookTables {
  return {
    country: {
      dataset: dataset('country', version),
      table: buildRangeTable(RANGES.map((row) => ({ ...row, value: countryNumber(row.country) }))),
    },
    asn: {
      dataset: dataset('asn', version),
      table: buildRangeTable(RANGES.map((row) => ({ ...row, value: row.asn }))),
    },
  };
}

export function smallBook({ version = '1', basis = 'dataset' as 'dataset' | 'mmdb' } = {}): AddressBook {
  const { country, asn } = smallTables({ version });
  const book = addressBook({ country, asn: { ...asn, names: () => NAMES } });
  return { ...book, country: { ...book.country, basis } };
}
