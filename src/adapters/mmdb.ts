import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { type AsnResponse, type CountryResponse, Reader, type Response } from 'mmdb-lib';
import { type Address, formatAddress } from '../enrich/address.ts';
import { countryNumber } from '../enrich/country.ts';
import type { Dataset } from '../enrich/dataset.ts';
import type { AddressBook } from '../enrich/enricher.ts';

export class MmdbError extends Error {
  override name = 'MmdbError';
}

function open<T extends Response>(file: string, id: Dataset['id']): { reader: Reader<T>; dataset: Dataset } {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    throw new MmdbError(`${file} can't be read: ${(error as Error).message}`, { cause: error });
  }
  try {
    const reader = new Reader<T>(bytes);
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

/** An address book in which the user's own MMDB files replace the bundled data. Throws MmdbError that names the file. */
export function withMmdb(
  book: AddressBook,
  files: { country?: string | undefined; asn?: string | undefined },
): AddressBook {
  const country = files.country ? open<CountryResponse>(files.country, 'country') : null;
  const asn = files.asn ? open<AsnResponse>(files.asn, 'asn') : null;
  return {
    country: country
      ? {
          dataset: country.dataset,
          basis: 'mmdb',
          find: (address: Address) => {
            const found = country.reader.get(formatAddress(address));
            return countryNumber(found?.country?.iso_code ?? found?.registered_country?.iso_code ?? '');
          },
        }
      : book.country,
    asn: asn
      ? {
          // The file can't be listed, so names by number stay those of the bundled data.
          ...book.asn,
          dataset: asn.dataset,
          find: (address: Address) => asn.reader.get(formatAddress(address))?.autonomous_system_number ?? 0,
        }
      : book.asn,
  };
}
