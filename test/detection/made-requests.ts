/** Requests of a window made by hand: people, bots, and what is usual. */
import { askedPages } from '../../src/detection/asked-pages.ts';
import { type Counted, compareComposition, type Signature } from '../../src/detection/signatures.ts';
import { judgeSources, type SourceRow } from '../../src/detection/sources.ts';
import type { Verdict, VerdictInput } from '../../src/detection/verdict.ts';

export const SECOND = 1000;
export const page: Signature = {
  fingerprint: 'browser',
  userAgent: 'Mozilla/5.0',
  method: 'GET',
  path: '/',
  query: null,
  hasReferrer: false,
};
export const part: Signature = { ...page, path: '/style.css', hasReferrer: true };
export const flood: Signature = {
  ...page,
  fingerprint: 'tool',
  userAgent: 'tool/1',
  path: '/search',
  query: 'q={t}',
};
export const bot: Signature = { ...page, fingerprint: 'crawler', userAgent: 'bot/1' };

export const row = (srcIp: string, signature: Signature, fields: Partial<SourceRow> = {}): SourceRow => ({
  srcIp,
  signature,
  original: signature,
  host: 'www.example.com',
  requests: 1,
  repeats: 0,
  actionKnown: 0,
  mitigated: 0,
  originKnown: 0,
  reachedOrigin: 0,
  firstSeen: 0,
  lastSeen: SECOND,
  ...fields,
});

export const USUAL: Counted[] = [
  { signature: page, requests: 10_000 },
  { signature: part, requests: 30_000 },
  { signature: bot, requests: 1_000 },
];

export function compositionOf(rows: readonly SourceRow[]) {
  return compareComposition({ window: rows, windowMinutes: 20, usual: USUAL, usualMinutes: 2000 });
}

/** `count` people who look at a page and its parts, from minute to minute. */
export const people = (count: number, prefix = '192.0.2'): SourceRow[] =>
  Array.from({ length: count }, (_, index) => [
    row(`${prefix}.${index}`, page, { firstSeen: index * 10 * SECOND }),
    row(`${prefix}.${index}`, part, { requests: 3, firstSeen: index * 10 * SECOND }),
  ]).flat();
export const bots = (count: number, fields: Partial<SourceRow> = {}): SourceRow[] =>
  Array.from({ length: count }, (_, index) =>
    row(`198.51.100.${index}`, flood, {
      requests: 60,
      firstSeen: index * SECOND,
      ...fields,
    }),
  );

export function input(rows: readonly SourceRow[], more: Partial<VerdictInput> = {}): VerdictInput {
  const composition = compositionOf(rows);
  return {
    composition,
    rows,
    minutes: [],
    askedAgain: new Map(),
    judged: judgeSources(rows, composition),
    before: { requests: 400, sources: 100 },
    known: { sources: 100, knownPrefixSources: 90 },
    attackedBefore: new Set(),
    schedule: null,
    expected: null,
    asked: askedPages(rows, { usual: USUAL, attackKeys: composition.attackKeys }),
    refused: [],
    verifiedBots: null,
    retries: null,
    ...more,
  };
}

export const results = ({ tests }: Verdict) =>
  Object.fromEntries(tests.map(({ id, result }) => [id, result]));
