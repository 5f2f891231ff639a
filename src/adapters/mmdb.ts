import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { Reader, type Response } from 'mmdb-lib';
import { type Address, formatAddress } from '../enrich/address.ts';
import { countryNumber } from '../enrich/country.ts';
import type { Dataset } from '../enrich/dataset.ts';
import type { AddressBook } from '../enrich/enricher.ts';

export class MmdbError extends Error {
  override name = 'MmdbError';
}

function open(file: string, id: Dataset['id']): { reader: Reader<Response>; dataset: Dataset } {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    throw new MmdbError(`${file} can't be read: ${(error as Error).message}`, { cause: error });
  }
  try {
    const reader = new Reader<Response>(bytes);
    const { databaseType, buildEpoch } = reader.metadata;
    const date = buildEpoch.toISOString().slice(0, 10);
    return {
      reader,
      dataset: {
        id,
        name: `${databaseType} (${basename(file)})`,
        version: date,
        date,
        sha256: createHash('sha256').update(bytes).digest('hex'),
        licence: "the user's own",
        attribution: `given as ${basename(file)}`,
        synthetic: false,
      },
    };
  } catch (error) {
    throw new MmdbError(`${file} is no MaxMind database (MMDB): ${(error as Error).message}`, {
      cause: error,
    });
  }
}

/** The country of a record: as MaxMind and DB-IP lay it out, or flat as others do. Empty: none. */
export function countryOf(record: unknown): string {
  const fields = (record ?? {}) as Record<string, unknown>;
  const nested = (key: string): unknown => (fields[key] as Record<string, unknown> | undefined)?.iso_code;
  const code = nested('country') ?? nested('registered_country') ?? fields.country_code ?? fields.country;
  return typeof code === 'string' ? code.toUpperCase() : '';
}

/** The AS number of a record: `autonomous_system_number`, or `asn` as a number or as AS64496. 0: none. */
export function asnOf(record: unknown): number {
  const fields = (record ?? {}) as Record<string, unknown>;
  const value = fields.autonomous_system_number ?? fields.asn;
  const number = Number(typeof value === 'string' ? value.replace(/^AS/i, '') : value);
  return Number.isInteger(number) && number > 0 && number < 2 ** 32 ? number : 0;
}

/** An address book in which the user's own MMDB files replace the bundled data. Throws MmdbError that names the file. */
export function withMmdb(
  book: AddressBook,
  files: { country?: string | undefined; asn?: string | undefined },
): AddressBook {
  const country = files.country ? open(files.country, 'country') : null;
  const asn = files.asn ? open(files.asn, 'asn') : null;
  return {
    country: country
      ? {
          dataset: country.dataset,
          basis: 'mmdb',
          find: (address: Address) => countryNumber(countryOf(country.reader.get(formatAddress(address)))),
        }
      : book.country,
    asn: asn
      ? {
          // The file can't be listed, so names by number stay those of the bundled data.
          ...book.asn,
          dataset: asn.dataset,
          find: (address: Address) => asnOf(asn.reader.get(formatAddress(address))),
        }
      : book.asn,
  };
}
