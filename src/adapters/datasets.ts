import { createHash } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readFileSync, readSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { countryNumber } from '../enrich/country.ts';
import type { Dataset } from '../enrich/dataset.ts';
import type { AddressBook } from '../enrich/enricher.ts';
import {
  buildRangeTable,
  decodeRangeTable,
  encodeRangeTable,
  lookUp,
  type RangeRow,
  type RangeTable,
} from '../enrich/ranges.ts';
import { bundledDataset, installedPackage } from './assets.ts';

/** A data set as made for look-up: its arrays, and names by number where it has some, which few ask for. */
type Made = { dataset: Dataset; table: RangeTable; names(): Iterable<[number, string]> };

type Source = {
  id: 'country' | 'asn';
  package: string;
  files: string[];
  licence: string;
  attribution: string;
};

const COUNTRY: Source = {
  id: 'country',
  package: '@ip-location-db/geo-whois-asn-country',
  files: ['geo-whois-asn-country-ipv4.csv', 'geo-whois-asn-country-ipv6.csv'],
  licence: 'CC0-1.0 by its package; CC-BY-4.0 (NRO) by its licence file, which is kept to',
  attribution: 'NRO (https://www.nro.net), by sapics/ip-location-db; made into compact arrays',
};

const ASN: Source = {
  id: 'asn',
  package: '@ip-location-db/asn',
  files: ['asn-ipv4.csv', 'asn-ipv6.csv'],
  licence: 'CC-BY-4.0',
  attribution:
    'RouteViews (https://www.routeviews.org), DB-IP (https://db-ip.com) and NRO, by sapics/ip-location-db; made into compact arrays',
};

/** The layout of the cached file; another number is made anew. */
const CACHE_LAYOUT = 5;

export function cacheFolder(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'ascribe');
}

/** What addresses are looked up in, for any thread: the arrays lie in memory that threads share. */
export type BookTables = Record<Source['id'], Pick<Made, 'dataset' | 'table'>>;

/** The bundled data sets, made once into compact arrays in the cache. */
export function bundledTables(): BookTables & { asn: Pick<Made, 'names'> } {
  return { country: load(COUNTRY), asn: load(ASN) };
}

/** An address book over tables; the names of networks are known where they were read. */
export function addressBook({
  country,
  asn,
}: BookTables & { asn: Partial<Pick<Made, 'names'>> }): AddressBook {
  return {
    country: {
      dataset: country.dataset,
      basis: 'dataset',
      find: (address) => lookUp(country.table, address),
    },
    asn: {
      dataset: asn.dataset,
      find: (address) => lookUp(asn.table, address),
      names: asn.names ?? (() => []),
    },
  };
}

export function bundledAddressBook(): AddressBook {
  return addressBook(bundledTables());
}

function load(source: Source): Made {
  const bundled = bundledDataset(source.id);
  if (bundled) {
    const made = readMade(bundled);
    if (!made) throw new Error(`${bundled} is damaged: bundle the function again`);
    return made;
  }
  const { folder, version } = installedPackage(source.package);
  const file = join(cacheFolder(), `${source.id}-${version}.bin`);
  const cached = readMade(file);
  if (cached) return cached;
  const made = make(source, { folder, version });
  try {
    writeMade(file, made);
  } catch {
    // A cache that can't be written costs seconds the next time, nothing else.
  }
  return made;
}

/** Writes the data sets as made for look-up into a folder, for a bundle that starts without making them. */
export function writeBundledDatasets(folder: string): void {
  for (const source of [COUNTRY, ASN]) {
    const made = load(source);
    writeMade(join(folder, `${source.id}-${made.dataset.version}.bin`), made);
  }
}

function make(source: Source, { folder, version }: { folder: string; version: string }): Made {
  const hash = createHash('sha256');
  const names = new Map<number, string>();
  const tables = source.files.map((file) => {
    const bytes = readFileSync(join(folder, file));
    hash.update(bytes);
    return rangeRows(bytes.toString('utf8'), source.id === 'asn' ? names : null);
  });
  const table = buildRangeTable(tables.flat());
  return {
    table,
    names: () => names,
    dataset: {
      id: source.id,
      name: source.package,
      version,
      date: dateOf(version),
      sha256: hash.digest('hex'),
      licence: source.licence,
      attribution: source.attribution,
      synthetic: false,
    },
  };
}

/** The packages' versions end in the day of the data: 2.3.2026061719 is of 17 June 2026, 19 hours. */
function dateOf(version: string): string | null {
  const match = /\.(\d{4})(\d{2})(\d{2})\d{0,2}$/.exec(version);
  return match ? `${match[1]}-${match[2]}-${match[3]}` : null;
}

/** Lines of `first,last,value[,name]`; the name can be quoted. */
function rangeRows(csv: string, names: Map<number, string> | null): RangeRow[] {
  const rows: RangeRow[] = [];
  for (let start = 0; start < csv.length; ) {
    const close = csv.indexOf('\n', start);
    const line = csv.slice(start, close < 0 ? csv.length : close).trimEnd();
    start = close < 0 ? csv.length : close + 1;
    if (line === '') continue;
    const [first, last, value] = line.split(',', 3) as [string, string, string];
    if (!names) {
      rows.push({ first, last, value: countryNumber(value) });
      continue;
    }
    const asn = Number(value);
    const name = line.slice(first.length + last.length + value.length + 3);
    names.set(asn, name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name);
    rows.push({ first, last, value: asn });
  }
  return rows;
}

/** One line of JSON, the arrays, and the names, a line of JSON each. The first line carries the digest of what follows it. */
function writeMade(file: string, made: Made): void {
  const { lengths, bytes } = encodeRangeTable(made.table);
  const body = Buffer.concat([
    bytes,
    Buffer.from([...made.names()].map((name) => `${JSON.stringify(name)}\n`).join('')),
  ]);
  const digest = createHash('sha256').update(body).digest('hex');
  const { dataset } = made;
  const header = JSON.stringify({ layout: CACHE_LAYOUT, dataset, lengths, bytes: bytes.length, digest });
  mkdirSync(dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}`;
  writeFileSync(temporary, Buffer.concat([Buffer.from(`${header}\n`), body]));
  renameSync(temporary, file);
}

/** Bytes of a file at a time. Larger buffers, once freed, would have the system's allocator keep all memory of their size. */
const PIECE_BYTES = 1 << 16;

function readMade(file: string): Made | null {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'r');
  } catch {
    return null;
  }
  try {
    const head = readPiece(descriptor, 0);
    const close = head.indexOf(0x0a);
    const header = JSON.parse(head.toString('utf8', 0, close)) as {
      layout: number;
      dataset: Dataset;
      lengths: number[];
      bytes: number;
      digest: string;
    };
    if (header.layout !== CACHE_LAYOUT) return null;
    const bytes = new Uint8Array(new SharedArrayBuffer(header.bytes));
    const read = readSync(descriptor, bytes, 0, header.bytes, close + 1);
    const hash = createHash('sha256').update(bytes);
    const names = close + 1 + header.bytes;
    for (const piece of piecesOf(descriptor, names)) hash.update(piece);
    if (read !== header.bytes || hash.digest('hex') !== header.digest) return null;
    return {
      dataset: header.dataset,
      table: decodeRangeTable(header.lengths, bytes),
      names: () => namesIn(file, names),
    };
  } catch {
    // A damaged cache is made anew.
    return null;
  } finally {
    closeSync(descriptor);
  }
}

function readPiece(descriptor: number, at: number): Buffer {
  const piece = Buffer.allocUnsafe(PIECE_BYTES);
  return piece.subarray(0, readSync(descriptor, piece, 0, PIECE_BYTES, at));
}

function* piecesOf(descriptor: number, start: number): Generator<Buffer> {
  for (let at = start; ; at += PIECE_BYTES) {
    const piece = readPiece(descriptor, at);
    if (piece.length === 0) return;
    yield piece;
  }
}

/** Names one by one, since all at once would be the most that a process ever holds. */
function* namesIn(file: string, start: number): Generator<[number, string]> {
  const descriptor = openSync(file, 'r');
  try {
    let rest = Buffer.alloc(0);
    for (const piece of piecesOf(descriptor, start)) {
      const text = Buffer.concat([rest, piece]);
      let from = 0;
      for (let close = text.indexOf(0x0a); close >= 0; close = text.indexOf(0x0a, from)) {
        yield JSON.parse(text.toString('utf8', from, close)) as [number, string];
        from = close + 1;
      }
      rest = Buffer.from(text.subarray(from));
    }
  } finally {
    closeSync(descriptor);
  }
}
