import { parse } from 'csv-parse/sync';
import { sha256 } from '../lake/digest.ts';
import { type Address, type Cidr, contains, parseCidr } from './address.ts';
import type { Dataset } from './dataset.ts';

/** Network types that a networks file gives, in the order of their codes. */
export const NETWORK_TYPES = [
  'access',
  'mobile',
  'hosting',
  'education',
  'government',
  'anonymiser',
  'cdn',
] as const;
export type NetworkType = (typeof NETWORK_TYPES)[number];

export type Network = {
  cidr: Cidr;
  asn: number | null;
  asOrg: string | null;
  country: string | null;
  type: NetworkType | null;
  /** Days since 1970-01-01, inclusive. */
  from: number;
  until: number;
};

export type NetworksFile = { dataset: Dataset; networks: Network[] };

export class NetworksError extends Error {
  constructor(file: string, line: number, problem: string) {
    super(`${file}, line ${line}: ${problem}`);
    this.name = 'NetworksError';
  }
}

const COLUMNS = ['cidr', 'asn', 'as_org', 'country', 'network_type', 'valid_from', 'valid_until'];

function day(text: string, otherwise: number): number | null {
  if (text === '') return otherwise;
  const ms = Date.parse(`${text}T00:00:00Z`);
  // The 31st of February would be a day of March, the 32nd none that any event has.
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(`${text}T`) ? ms / 86_400_000 : null;
}

type Located = { record: string[]; info: { lines: number } };

/**
 * Reads a networks file: CSV with `# key: value` lines (title, version, date, synthetic) before its header.
 * Throws NetworksError that names file and line.
 */
export function parseNetworks(text: string, file: string): NetworksFile {
  const lines = text.split(/\r?\n/);
  const meta: Record<string, string> = {};
  let start = 0;
  while (lines[start]?.startsWith('#')) {
    const match = /^#\s*([a-z_]+):\s*(.*)$/.exec(lines[start]!);
    if (match) meta[match[1]!] = match[2]!.trim();
    start += 1;
  }
  const header = (lines[start] ?? '').trim();
  if (header !== COLUMNS.join(',')) {
    throw new NetworksError(file, start + 1, `expected the header ${COLUMNS.join(',')}`);
  }
  let rows: Located[];
  // The head is left out but its lines are not, so that lines are counted as an editor counts them.
  const body = '\n'.repeat(start + 1) + lines.slice(start + 1).join('\n');
  try {
    const options = { info: true, skip_empty_lines: true, relax_column_count: true };
    // The types of csv-parse do not know what `info` does.
    rows = parse(body, options) as unknown as Located[];
  } catch (error) {
    const { message, lines: line = start + 2 } = error as Error & { lines?: number };
    throw new NetworksError(file, line, message);
  }
  const networks = rows.map(({ record, info }) => readNetwork(record, file, info.lines));
  // The narrowest first, so that the first that holds an address is the answer.
  networks.sort((a, b) => b.cidr.bits - a.cidr.bits);
  return {
    dataset: {
      id: 'networks',
      name: meta.title ?? file,
      version: meta.version ?? 'not stated',
      date: meta.date ?? null,
      sha256: sha256(text),
      licence: meta.licence ?? "the user's own",
      attribution: meta.attribution ?? 'given with --networks',
      synthetic: meta.synthetic === 'true',
    },
    networks,
  };
}

function readNetwork(row: string[], file: string, line: number): Network {
  if (row.length !== COLUMNS.length)
    throw new NetworksError(file, line, `${row.length} fields instead of ${COLUMNS.length}`);
  const [cidrText, asnText, asOrg, country, type, fromText, untilText] = row.map((field) => field.trim()) as [
    string,
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  const cidr = parseCidr(cidrText);
  if (!cidr)
    throw new NetworksError(
      file,
      line,
      `"${cidrText}" is no network such as 198.51.100.0/24 or 2001:db8::/32`,
    );
  const asn = asnText === '' ? null : Number(asnText);
  if (asn !== null && !(Number.isInteger(asn) && asn > 0 && asn < 2 ** 32)) {
    throw new NetworksError(file, line, `"${asnText}" is no AS number`);
  }
  if (country !== '' && !/^[A-Z]{2}$/.test(country))
    throw new NetworksError(file, line, `"${country}" is no ISO 3166-1 alpha-2 code`);
  if (type !== '' && !NETWORK_TYPES.includes(type as NetworkType)) {
    throw new NetworksError(file, line, `"${type}" is none of ${NETWORK_TYPES.join(', ')}`);
  }
  const from = day(fromText, Number.NEGATIVE_INFINITY);
  const until = day(untilText, Number.POSITIVE_INFINITY);
  if (from === null || until === null)
    throw new NetworksError(file, line, 'a date is not of the form 2019-11-11');
  return {
    cidr,
    asn,
    asOrg: asOrg || null,
    country: country || null,
    type: (type || null) as NetworkType | null,
    from,
    until,
  };
}

/** The narrowest network that holds the address on that day; null: none does. */
export function findNetwork(networks: readonly Network[], address: Address, onDay: number): Network | null {
  return (
    networks.find(
      (network) => onDay >= network.from && onDay <= network.until && contains(network.cidr, address),
    ) ?? null
  );
}
