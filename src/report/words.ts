/** Numbers, times and names as a reader sees them. No locale and no time zone of the machine takes part. */
import type { AttackKind, ObservedWindow, Surface, SurgeKind, Vantage } from './model.ts';

/** `1234567.25` as `1,234,567.25`; at most two decimals. */
export function count(value: number): string {
  if (!Number.isFinite(value)) return 'not computable';
  const rounded = Number.isInteger(value)
    ? String(Math.abs(value))
    : String(Number(Math.abs(value).toFixed(2)));
  const [whole, decimals] = rounded.split('.') as [string, string | undefined];
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return `${value < 0 ? '-' : ''}${grouped}${decimals ? `.${decimals}` : ''}`;
}

export const counted = (value: number, one: string, many = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : many}`;

/** One decimal; never `100.0 %` of less than all, never `0.0 %` of something. */
export function percent(numerator: number, denominator: number): string {
  if (denominator === 0) return 'no share';
  const tenths = Math.round((numerator * 1000) / denominator);
  if (tenths === 1000 && numerator < denominator) return 'over 99.9 %';
  if (tenths === 0 && numerator > 0) return 'under 0.1 %';
  return `${(tenths / 10).toFixed(1)} %`;
}

/** `n of m (p %)`: a share never travels without what it is a share of. */
export function share(numerator: number, denominator: number): string {
  if (denominator === 0) return 'none known';
  return `${count(numerator)} of ${count(denominator)} (${percent(numerator, denominator)})`;
}

const TIME = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(?::(\d\d)(?:\.(\d+))?)?Z$/;

function clock(minute: string, second = '00', fraction = ''): string {
  const part = fraction.replace(/0+$/, '');
  if (part) return `${minute}:${second}.${fraction}`;
  return second === '00' ? minute : `${minute}:${second}`;
}

/** `2019-11-12 09:14 UTC`; seconds and milliseconds only where they say something. */
export function time(at: string): string {
  const match = TIME.exec(at);
  return match ? `${match[1]} ${clock(match[2]!, match[3], match[4])} UTC` : at;
}

export const day = (at: string): string => TIME.exec(at)?.[1] ?? at;

/** `2019-11-12 09:14 to 10:02 UTC`; the second date only where it differs. */
export function span(from: string, until: string, joint = ' to '): string {
  const [start, end] = [TIME.exec(from), TIME.exec(until)];
  if (!start || !end) return `${time(from)}${joint}${time(until)}`;
  const last = clock(end[2]!, end[3], end[4]);
  const first = `${start[1]} ${clock(start[2]!, start[3], start[4])}`;
  return `${first}${joint}${start[1] === end[1] ? last : `${end[1]} ${last}`} UTC`;
}

export function duration(from: string, until: string): string {
  const seconds = Math.round((Date.parse(until) - Date.parse(from)) / 1000);
  if (!Number.isFinite(seconds) || seconds < 0) return 'unknown duration';
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  if (hours === 0) return `${minutes} min`;
  if (hours >= 48) return `${Math.floor(hours / 24)} d ${hours % 24} h`;
  return rest === 0 ? `${hours} h` : `${hours} h ${rest} min`;
}

export const distance = (days: number | null): string => (days === null ? 'not known' : counted(days, 'day'));

const NOUNS: Record<Surface, string> = { http: 'request', network: 'flow', dns: 'query' };

/** What is counted on a surface; `requests`, `flows`, `queries`. */
export const unit = (surface: Surface): string => (surface === 'dns' ? 'queries' : `${NOUNS[surface]}s`);

/** Below HTTP the expectation is of what looks alike, not of all. */
export const ofTheKind = ({ surface }: ObservedWindow): string => (surface === 'http' ? '' : 'of the kind ');

const BYTES = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];

/** Decimal units: `1.4 GB` is 1,400,000,000 bytes. */
export function bytes(value: number): string {
  let [rest, step] = [value, 0];
  while (rest >= 1000 && step < BYTES.length - 1) [rest, step] = [rest / 1000, step + 1];
  return `${step === 0 ? count(rest) : rest.toFixed(1)} ${BYTES[step]}`;
}

export const VANTAGES: Record<Vantage, string> = {
  edge: 'the edge',
  firewall: 'the firewall',
  balancer: 'the load balancer',
  origin: 'the origin',
  network: 'the network',
  dns: 'the name servers',
  control: 'the control plane',
};

export const ATTACK_KINDS: Record<AttackKind, string> = {
  'http-flood': 'HTTP flood',
  pingback: 'pingback flood',
  'credential-stuffing': 'credential stuffing',
  'syn-flood': 'SYN flood',
  'ack-flood': 'ACK flood',
  'tcp-flood': 'flood of small TCP packets',
  'udp-reflection': 'UDP reflection',
  'udp-flood': 'UDP flood',
  'icmp-flood': 'ICMP flood',
  'fragment-flood': 'fragment flood',
  'carpet-bombing': 'carpet bombing',
  'dns-flood': 'DNS flood',
  slow: 'slow requests',
};

export const SURGE_KINDS: Record<SurgeKind, string> = {
  'flash-crowd': 'flash crowd',
  crawler: 'crawler',
  'retry-storm': 'retry storm',
  monitor: 'monitor',
  unexplained: 'unexplained',
};

export const CLIENT_ADDRESS = {
  logged: 'logged',
  'behind-proxy': 'behind a proxy',
  mixed: 'logged in part',
  none: 'none',
} as const;

export const BASIS = {
  provider: 'logged by the provider',
  dataset: 'looked up in the data set',
  'networks-file': 'networks file of the user',
} as const;

export const RUNGS = {
  seasonal: 'season of the week (21 days and more)',
  'hour-of-day': 'hour of the day (7 to 21 days)',
  'own-minutes': "the log's own minutes (under 7 days)",
} as const;

const ADDRESS_PROVEN: ReadonlySet<AttackKind> = new Set([
  'http-flood',
  'pingback',
  'credential-stuffing',
  'slow',
]);

/** Below HTTP nothing proves that a packet came from the address it names. */
export const spoofable = (window: ObservedWindow): boolean =>
  window.surface !== 'http' && !ADDRESS_PROVEN.has(window.kind);

/** `alpha, beta and gamma`. */
export function enumerated(items: readonly string[]): string {
  if (items.length < 2) return items.join('');
  return `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}

export const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
