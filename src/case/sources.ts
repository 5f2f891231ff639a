import { csvField } from '../catalogue/csv.ts';
import type { Analyst, Row } from '../catalogue/engine.ts';
import { parseAddress } from '../enrich/address.ts';
import { isPrivate } from '../enrich/reserved.ts';
import { type Attack, PINGBACK } from './observe.ts';
import { rfc3339, windowOf } from './span.ts';

/** An attacking address over all windows, as `sources.csv` lists it. */
export type AttackingSource = {
  srcIp: string;
  role: 'bot' | 'reflector' | 'proxy' | 'shared' | 'unverified';
  basis: string;
  country: string | null;
  /** provider, dataset, mmdb or networks-file */
  countryBasis: 'provider' | 'dataset' | null;
  datasetCountry: string | null;
  asn: number | null;
  /** The log's own provider wrote the AS number at the time. */
  asnLogged: boolean;
  networkType: string | null;
  firstSeen: number;
  lastSeen: number;
  attackRequests: number;
  otherRequests: number;
  /** Of the other requests, those that are not of a client that attackers alone have. */
  usualRequests: number;
  windowIds: string[];
};

/** Usual requests from this many on, and an address is shared: someone else lives behind it. */
const SHARED_FROM = 3;

/** A code of two letters that is a country: the provider's T1 is Tor, its XX nowhere. */
export function isCountry(code: string | null): code is string {
  return code !== null && /^[A-Z]{2}$/.test(code) && code !== 'XX' && code !== 'T1';
}

const text = (value: Row[string] | undefined): string | null =>
  value === null || value === undefined ? null : String(value);

/** All attacking addresses of all windows, by address. */
export async function attackingSources(
  analyst: Analyst,
  attacks: readonly Attack[],
): Promise<AttackingSource[]> {
  const sources = new Map<string, AttackingSource>();
  const answers = await Promise.all(
    attacks.map(({ view, examined }) => analyst.ask('origin/sources', windowOf(view, examined.around))),
  );
  for (const [index, { window, examined, attackRows }] of attacks.entries()) {
    const rows = answers[index]!;
    const reflectors = new Set(
      attackRows.filter((row) => PINGBACK.test(row.original.userAgent ?? '')).map((row) => row.srcIp),
    );
    const facts = new Map(rows.map((row) => [String(row.src_ip), row]));
    for (const judged of examined.judged) {
      if (!judged.attacking) continue;
      const source = sources.get(judged.srcIp) ?? freshSource(judged.srcIp, facts.get(judged.srcIp) ?? {});
      sources.set(judged.srcIp, source);
      source.firstSeen = Math.min(source.firstSeen, judged.firstSeen);
      source.lastSeen = Math.max(source.lastSeen, judged.lastSeen);
      source.attackRequests += judged.attackRequests;
      source.otherRequests += judged.otherRequests;
      source.usualRequests += judged.usualRequests;
      source.windowIds.push(window.id);
      if (reflectors.has(judged.srcIp)) source.role = 'reflector';
    }
  }
  for (const source of sources.values()) {
    if (source.role === 'bot' && isPrivateText(source.srcIp)) source.role = 'unverified';
    else if (source.role === 'bot' && source.usualRequests >= SHARED_FROM) source.role = 'shared';
    source.basis = basisOf(source);
  }
  return [...sources.values()].sort(
    (a, b) => b.attackRequests - a.attackRequests || (a.srcIp < b.srcIp ? -1 : 1),
  );
}

function freshSource(srcIp: string, row: Row): AttackingSource {
  const provider = text(row.provider_country);
  const dataset = text(row.country);
  const anonymiser = row.client_class === 'tor' || provider === 'T1' || row.network_type === 'anonymiser';
  return {
    srcIp,
    role: anonymiser ? 'proxy' : 'bot',
    basis: '',
    country: isCountry(provider) ? provider : dataset,
    countryBasis: isCountry(provider) ? 'provider' : dataset === null ? null : 'dataset',
    datasetCountry: dataset,
    asn: row.asn === null || row.asn === undefined ? null : Number(row.asn),
    asnLogged: Number(row.asn_logged ?? 0) > 0,
    networkType: text(row.network_type),
    firstSeen: Number.POSITIVE_INFINITY,
    lastSeen: Number.NEGATIVE_INFINITY,
    attackRequests: 0,
    otherRequests: 0,
    usualRequests: 0,
    windowIds: [],
  };
}

function isPrivateText(ip: string): boolean {
  const address = parseAddress(ip);
  return address !== null && isPrivate(address);
}

function basisOf(source: AttackingSource): string {
  const signatures = 'sent signatures that grew at least fivefold over the usual';
  if (source.role === 'shared') return `${signatures}; sent usual traffic beside them`;
  if (source.role === 'unverified')
    return `${signatures}; a machine inside, or a balancer that speaks for others`;
  if (source.role === 'proxy') return `${signatures}; a known anonymiser`;
  if (source.role === 'reflector') return `${signatures}; a site made to verify pingbacks`;
  if (source.otherRequests > 0 && source.usualRequests === 0)
    return `${signatures}; all else that it sent has a client (fingerprint and agent) that only attackers have`;
  return signatures;
}

/**
 * `sources.csv`: every attacking address, quoted so that no spreadsheet takes a field for a formula. The last
 * column says of each row whether it is simulated, so that the mark travels with the rows.
 */
export function sourcesCsv(
  sources: readonly AttackingSource[],
  { synthetic }: { synthetic: boolean },
): string {
  const header = [
    'src_ip',
    'role',
    'basis',
    'country',
    'asn',
    'first_seen',
    'last_seen',
    'attack_requests',
    'other_requests',
    'window_ids',
    'synthetic',
  ];
  const lines = sources.map((source) =>
    [
      source.srcIp,
      source.role,
      source.basis,
      source.country ?? '',
      source.asn ?? '',
      rfc3339(source.firstSeen),
      rfc3339(source.lastSeen),
      source.attackRequests,
      source.otherRequests,
      source.windowIds.join(' '),
      synthetic,
    ]
      .map((field) => csvField(String(field)))
      .join(','),
  );
  return `${[header.join(','), ...lines].join('\n')}\n`;
}
