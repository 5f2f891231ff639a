import { RUNG_SENTENCES } from '../detection/baseline.ts';
import type { Candidate } from '../detection/candidates.ts';
import { countBetween } from '../detection/minute-series.ts';
import { signatureKey } from '../detection/signatures.ts';
import type { SourceRow } from '../detection/sources.ts';
import type { AttackKind, Baseline, ObservedWindow, Surge, Vantage } from '../report/model.ts';
import { edgesOf } from './edges.ts';
import type { Examined, LogView } from './examine.ts';
import { rfc3339 } from './span.ts';

/** An attack, with the requests that are the attack's told from the others. */
export type Attack = {
  window: ObservedWindow;
  view: LogView;
  examined: Examined;
  /** Attack requests by minute, ms since 1970. */
  byMinute: Map<number, number>;
  /** Rows of attacking addresses with the attack's signatures. */
  attackRows: SourceRow[];
  start: number;
  end: number;
};

const WINDOW_QUERIES = [
  'detection/minutes',
  'technique/signatures',
  'technique/signature-minutes',
  'technique/source-signatures',
];

/** With what is asked only where something grew, or where much of it failed. */
function queriesOf({ composition, verdict }: Examined): string[] {
  return [
    ...WINDOW_QUERIES,
    ...(composition.attackKeys.size > 0 ? ['technique/refusals'] : []),
    ...(verdict.kind === 'retry-storm' ? ['detection/retries'] : []),
  ];
}

/** What was observed of an attack. Its counts are at one vantage, without repeated request ids, and "at least". */
export function observeAttack(view: LogView, { examined, id }: { examined: Examined; id: string }): Attack {
  const attacking = new Set(
    examined.judged.filter((source) => source.attacking).map((source) => source.srcIp),
  );
  const isAttack = (row: SourceRow): boolean =>
    examined.composition.attackKeys.has(signatureKey(row.signature));
  const attackRows = examined.rows.filter((row) => attacking.has(row.srcIp) && isAttack(row));
  const byMinute = attackByMinute(examined, attackRows);
  const { start, end, onset, peakAt, peak } = edgesOf(examined, { byMinute, attackRows });
  const anonymous = examined.rows.length === 0;
  const sum = (of: (row: SourceRow) => number): number =>
    attackRows.reduce((total, row) => total + of(row), 0);
  const duplicates = sum((row) => row.repeats);
  const requests = anonymous
    ? Math.round([...byMinute.values()].reduce((total, count) => total + count, 0))
    : sum((row) => row.requests);
  const { kind, techniques, attack } = techniqueOf(
    anonymous ? askedWithoutAddress(examined) : attackRows,
    requests,
  );
  const hosts = hostsOf(attackRows, examined.candidate);
  const window: ObservedWindow = {
    id,
    surface: 'http',
    vantage: view.vantage as Vantage,
    source_id: view.sourceId,
    host: hosts[0] ?? null,
    hosts,
    start: rfc3339(start),
    ...(onset && { onset: { from: rfc3339(onset.from), until: rfc3339(onset.until) } }),
    peak_at: rfc3339(peakAt),
    end: rfc3339(end),
    forced: examined.candidate.forced,
    kind,
    techniques,
    attack: attack.map((each) => each.id),
    attack_because: attack,
    requests,
    requests_total: countBetween(view.stretches, { from: start, until: end }),
    peak_per_minute: peak,
    sources: anonymous ? null : attacking.size,
    mitigated: sum((row) => row.actionKnown) > 0 ? sum((row) => row.mitigated) : null,
    reached_origin: sum((row) => row.originKnown) > 0 ? sum((row) => row.reachedOrigin) : null,
    baseline: baselineFor(examined.candidate),
    duplicates,
    ...withExcluded(examined, requests),
    tests: examined.verdict.tests,
    queries: queriesOf(examined),
  };
  return { window, view, examined, byMinute, attackRows, start, end };
}

const COMPOSED =
  ' The requests of the log as a whole did not rise to twice what is usual: the window was found by request templates or clients that grew at least fivefold.';
/** The count of attack requests with those of known sources, where the case file names some. */
function withExcluded(
  { hand, rows }: Examined,
  requests: number,
): Pick<ObservedWindow, 'requests_with_excluded' | 'excluded_sources'> {
  // A log without addresses tells nobody apart.
  if (!hand.excludes || rows.length + hand.aside.length === 0) return {};
  const alike = hand.aside.filter((row) => hand.suspectKeys.has(signatureKey(row.signature)));
  return {
    requests_with_excluded: alike.reduce((sum, row) => sum + row.requests, requests),
    excluded_sources: new Set(alike.map((row) => row.srcIp)).size,
  };
}

function baselineFor(candidate: Candidate): Baseline {
  return {
    rung: candidate.rung,
    sentence: `${RUNG_SENTENCES[candidate.rung]}${candidate.basis === 'composition' ? COMPOSED : ''}`,
    expected_per_minute: Math.round(candidate.expectedAtPeak * 10) / 10,
  };
}

/** Attack requests a minute: of each grown signature the share that attacking addresses sent. */
function attackByMinute(examined: Examined, attackRows: readonly SourceRow[]): Map<number, number> {
  const sent = new Map<string, number>();
  for (const row of attackRows)
    sent.set(signatureKey(row.signature), (sent.get(signatureKey(row.signature)) ?? 0) + row.requests);
  const byMinute = new Map<number, number>();
  for (const { minute, signature, requests } of examined.minutes) {
    const key = signatureKey(signature);
    const cell = examined.composition.cells.get(key);
    if (!cell || !examined.composition.attackKeys.has(key)) continue;
    const share =
      examined.rows.length > 0
        ? (sent.get(key) ?? 0) / cell.requests
        : Math.max(0, 1 - cell.expected / cell.requests);
    byMinute.set(minute, (byMinute.get(minute) ?? 0) + requests * share);
  }
  return new Map([...byMinute].sort(([a], [b]) => a - b));
}

function hostsOf(rows: readonly SourceRow[], candidate: Candidate): string[] {
  const hosts = new Map<string, number>();
  for (const row of rows)
    if (row.host !== null) hosts.set(row.host, (hosts.get(row.host) ?? 0) + row.requests);
  const sorted = [...hosts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).map(([host]) => host);
  return sorted.length > 0 ? sorted : candidate.hosts.filter((host) => host !== null);
}

/** The agent of a WordPress site that verifies a pingback. */
export const PINGBACK = /^WordPress\/[\d.]+; https?:/;

/** A path of which a whole segment is a word for logging in, as in `indicators/login-attempts`. */
export const LOGIN_PATH =
  /(^|\/)(auth|authenticate|log-?in|log_in|logon|oauth\/token|session|sessions|sign-?in|sign_in|token|wp-login\.php)(\/|$|\.)/i;

const share = (part: number, whole: number): string =>
  `${part.toLocaleString('en-GB')} of ${whole.toLocaleString('en-GB')} attack requests`;

/** What was asked, as far as it bears on a technique. */
type Asked = Pick<SourceRow, 'signature' | 'original' | 'requests'>;

/** Of a log without addresses: of each grown signature what is over the usual. */
function askedWithoutAddress({ composition }: Examined): Asked[] {
  return [...composition.attackKeys].map((key) => {
    const { signature, requests, expected } = composition.cells.get(key)!;
    return { signature, original: signature, requests: Math.round(Math.max(0, requests - expected)) };
  });
}

/** A technique counts from this share of the attack requests. */
const TECHNIQUE_SHARE = 0.1;

function techniqueOf(
  rows: readonly Asked[],
  requests: number,
): { kind: AttackKind; techniques: string[]; attack: { id: string; because: string }[] } {
  const count = (test: (row: Asked) => boolean): number =>
    rows.reduce((sum, row) => sum + (test(row) ? row.requests : 0), 0);
  const whole = Math.max(requests, 1);
  const random = (row: Asked): boolean => /\{(t|rare)\}/.test(row.signature.query ?? '');
  const searching = (row: Asked): boolean =>
    /search|find|query|lookup/i.test(row.original.path ?? '') ||
    /(^|&)(q|query|s|search)=/.test(row.original.query ?? '');
  const login = (row: Asked): boolean =>
    row.original.method === 'POST' && LOGIN_PATH.test(row.original.path ?? '');
  const pingback = (row: Asked): boolean => PINGBACK.test(row.original.userAgent ?? '');
  const busting = count((row) => random(row) && !searching(row));
  const search = count((row) => searching(row) && !login(row));
  const techniques: string[] = [];
  const attack: { id: string; because: string }[] = [];
  if (busting >= whole * TECHNIQUE_SHARE) {
    techniques.push('cache-busting');
    attack.push({
      id: 'T1499.002',
      because: `${share(busting, requests)} carry a random token that no cache holds.`,
    });
  }
  if (search >= whole * TECHNIQUE_SHARE) {
    techniques.push('search-exhaustion');
    attack.push({
      id: 'T1499.003',
      because: `${share(search, requests)} ask for searches, which the application must answer.`,
    });
  }
  if (count(pingback) * 2 > whole) {
    attack.push({
      id: 'T1498.002',
      because: `${share(count(pingback), requests)} are WordPress pingbacks, reflected off other sites.`,
    });
    return { kind: 'pingback', techniques, attack };
  }
  if (count(login) * 2 > whole) {
    attack.push({ id: 'T1110.004', because: `${share(count(login), requests)} are log-in attempts.` });
    return { kind: 'credential-stuffing', techniques, attack };
  }
  if (!attack.some((each) => each.id === 'T1499.002')) {
    attack.unshift({
      id: 'T1499.002',
      because: `${requests.toLocaleString('en-GB')} attack requests over HTTP.`,
    });
  }
  return { kind: 'http-flood', techniques, attack };
}

const SURGE_SENTENCES: Record<Surge['kind'], string> = {
  'flash-crowd': 'The traffic grew without changing its composition, and the tests speak for a crowd.',
  crawler: 'Bots that the provider verified explain at least half of the growth.',
  'retry-storm':
    'At least half of the growth was answered with an error, and at least half is clients known from before that asked again for what had failed.',
  monitor: 'Monitoring explains the growth.',
  unexplained: 'The evidence decides neither for an attack nor for a crowd.',
};

const DECLARED_SENTENCE =
  'Most of what grew is of robots that name themselves, which nobody verified, and that go from page to page.';
const KNOWN_SENTENCE = 'Sources that the case file names explain at least half of the growth.';

function rejectedSentence({ hand: { rejected } }: Examined): string {
  if (rejected.length === 0) return '';
  const names = [...new Set(rejected.map(({ judgement }) => judgement.by))].join(', ');
  return ` ${rejected.length === 1 ? 'One cluster was' : `${rejected.length} clusters were`} rejected as none of an attack by ${names}.`;
}

function whyOf({ hand, verdict }: Examined, kind: Surge['kind']): string {
  if (hand.explained) return KNOWN_SENTENCE;
  const isVerified = verdict.tests.some(({ id, result }) => id === 'verified-bots' && result === 'benign');
  return kind === 'crawler' && !isVerified ? DECLARED_SENTENCE : SURGE_SENTENCES[kind];
}

export function observeSurge(view: LogView, { examined, id }: { examined: Examined; id: string }): Surge {
  const { candidate, verdict } = examined;
  const undecided = verdict.kind === 'attack' ? 'unexplained' : verdict.kind;
  const kind = examined.hand.explained ? 'monitor' : undecided;
  return {
    id,
    surface: 'http',
    vantage: view.vantage as Vantage,
    source_id: view.sourceId,
    host: candidate.hosts.find((host) => host !== null) ?? null,
    start: rfc3339(candidate.start),
    peak_at: rfc3339(candidate.peakAt),
    end: rfc3339(candidate.end),
    kind,
    requests: countBetween(view.stretches, { from: candidate.start, until: candidate.end }),
    peak_per_minute: candidate.peak,
    baseline: baselineFor(candidate),
    sentence: `${examined.candidate.forced ? 'The window was given by the analyst, past the detector. ' : ''}${whyOf(examined, kind)}${rejectedSentence(examined)}`,
    tests: verdict.tests,
    queries: queriesOf(examined),
  };
}
