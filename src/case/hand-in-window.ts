import { growthOfVisitors } from '../detection/growth-of-visitors.ts';
import { type Cell, type Composition, type Counted, signatureKey } from '../detection/signatures.ts';
import type { SourceRow } from '../detection/sources.ts';
import { formatPrefix, parseAddress } from '../enrich/address.ts';
import type { InvestigatorsHand } from './investigators-hand.ts';
import { type Judgement, keyId, partId, type SplitField, type Standing, standingIn } from './judgements.ts';
import { type KnownSources, knownSources, setAside } from './known-sources.ts';
import type { Span } from './span.ts';

/** A cluster or part that an analyst's word takes out of a window, with its requests there. */
export type Taken = {
  id: string;
  cell: Cell;
  requests: number;
  sources: number | null;
  judgement: Judgement;
};

/** What people's word did to one window. */
export type HandInWindow = {
  /** The case file names known sources. */
  excludes: boolean;
  /** Rows of known sources. */
  aside: SourceRow[];
  /** Addresses among them that are monitors and testers: no user felt what they got. */
  machines: Set<string>;
  /** Keys of the attack's signatures, with the known sources' own requests among them and without. */
  suspectKeys: Set<string>;
  /** Known sources explain at least half of the growth. */
  explained: boolean;
  rejected: Taken[];
  /** Clusters that are the attack's by an analyst's word, whatever their growth. */
  accepted: Judgement[];
  standing: Map<string, Standing>;
  countries: CountryOf;
};

/** Country of an address; null where none is known. */
export type CountryOf = (srcIp: string) => string | null;

export type Window<Minute extends Counted> = { minutes: readonly Minute[]; rows: readonly SourceRow[] };

export type Ruling = {
  hand: InvestigatorsHand;
  around: Span;
  countries: CountryOf;
  /** Against what is usual, as the window has it: with known sources or of others alone. */
  compare(window: readonly Counted[], against: 'withKnown' | 'ofOthers'): Composition;
};

/**
 * A window as people's word has it: without known sources, other hosts and rejected parts, then compared with what is
 * usual, then with whole clusters rejected and accepted, and without what is growth of visitors.
 */
export function ruleWindow<Minute extends Counted>(
  window: Window<Minute>,
  { hand, around, countries, compare }: Ruling,
): { composition: Composition; minutes: Minute[]; rows: SourceRow[]; hand: HandInWindow } {
  const standing = standingIn(hand.judgements, around);
  const known: KnownSources = knownSources(hand.caseFile);
  const ofCase = setAside(window, (row) => !isOfCase(row, hand));
  const excludes = (hand.caseFile?.known_sources.length ?? 0) > 0;
  const withAll = compare(ofCase.minutes, 'withKnown');
  const without = setAside(
    { minutes: ofCase.minutes, rows: ofCase.kept },
    (row) => known.of(row.srcIp) !== null,
  );
  const rejectedParts = new Set(
    [...standing]
      .filter(([id, { ruling }]) => id.includes('.') && ruling?.judgement === 'reject')
      .map(([id]) => id),
  );
  const partOf = (row: SourceRow): string | null => partIn(row, { standing, countries });
  const whole = setAside({ minutes: without.minutes, rows: without.kept }, (row) =>
    rejectedParts.has(partOf(row) ?? ''),
  );
  const composition = excludes || whole.aside.length > 0 ? compare(whole.minutes, 'ofOthers') : withAll;
  const ofVisitors = growthOfVisitors(whole.kept, composition);
  const suspectKeys = withAll.attackKeys.union(composition.attackKeys).difference(ofVisitors);
  const grown = composition.excess;
  const rejected = partsTaken(whole.aside, { withAll, standing, partOf });
  const accepted: Judgement[] = [];
  for (const cell of composition.cells.values()) {
    const ruling = standing.get(keyId(cell.key))?.ruling;
    if (ruling?.judgement === 'reject') {
      rejected.push(takenWhole(cell, { rows: whole.kept, ruling }));
      takeOut(composition, cell);
    } else if (ruling?.judgement === 'accept' && cell.requests > cell.expected) {
      accepted.push(ruling);
      bringIn(composition, cell);
    } else if (ofVisitors.has(cell.key)) takeOut(composition, cell);
  }
  return {
    composition,
    minutes: whole.minutes,
    rows: whole.kept,
    hand: {
      excludes,
      aside: without.aside,
      machines: new Set(
        without.aside
          .map(({ srcIp }) => srcIp)
          .filter((srcIp) => ['monitor', 'tester'].includes(known.of(srcIp)!.role)),
      ),
      suspectKeys,
      explained: without.aside.length > 0 && grown * 2 <= withAll.excess,
      rejected,
      accepted,
      standing,
      countries,
    },
  };
}

/** A row that names no host can be of any. */
function isOfCase({ host }: SourceRow, { caseFile }: InvestigatorsHand): boolean {
  const hosts = caseFile?.hosts ?? [];
  return hosts.length === 0 || host === null || hosts.includes(host.toLowerCase());
}

/** Growth that an analyst or its visitors explain is no part of what the attack is measured by. */
function takeOut(composition: Composition, cell: Cell): void {
  const over = Math.max(cell.requests - cell.expected, 0);
  if (composition.attackKeys.delete(cell.key)) composition.attackExcess -= over;
  composition.excess -= over;
}

function bringIn(composition: Composition, cell: Cell): void {
  if (composition.attackKeys.has(cell.key)) return;
  composition.attackKeys.add(cell.key);
  composition.attackExcess += Math.max(cell.requests - cell.expected, 0);
  // An address is scored by the growth of what it sent: what an analyst accepts counts as grown.
  cell.growth = Math.max(cell.growth, ACCEPTED_GROWTH);
}

/** As if it had grown further than any threshold: e to the fourth, the most that a signature weighs. */
const ACCEPTED_GROWTH = Math.exp(4);

function takenWhole(cell: Cell, { rows, ruling }: { rows: readonly SourceRow[]; ruling: Judgement }): Taken {
  const own = rows.filter((row) => signatureKey(row.signature) === cell.key);
  return {
    id: keyId(cell.key),
    cell,
    requests: rows.length > 0 ? own.reduce((sum, row) => sum + row.requests, 0) : Math.round(cell.requests),
    sources: rows.length > 0 ? new Set(own.map((row) => row.srcIp)).size : null,
    judgement: ruling,
  };
}

function partsTaken(
  rows: readonly SourceRow[],
  {
    withAll,
    standing,
    partOf,
  }: { withAll: Composition; standing: Map<string, Standing>; partOf: (row: SourceRow) => string | null },
): Taken[] {
  return [...Map.groupBy(rows, (row) => partOf(row)!)].map(([id, own]) => ({
    id,
    cell: withAll.cells.get(signatureKey(own[0]!.signature))!,
    requests: own.reduce((sum, row) => sum + row.requests, 0),
    sources: new Set(own.map((row) => row.srcIp)).size,
    judgement: standing.get(id)!.ruling!,
  }));
}

/** The part that a row is in, where its cluster was split; null where it was not. */
export function partIn(
  row: SourceRow,
  { standing, countries }: Pick<HandInWindow, 'standing' | 'countries'>,
): string | null {
  if (standing.size === 0) return null;
  const cluster = keyId(signatureKey(row.signature));
  const field = standing.get(cluster)?.split?.by_field;
  return field ? partId(cluster, { field, value: fieldOf(row, { field, countries }) }) : null;
}

/** The value of a row that its cluster is split by. */
export function fieldOf(
  row: SourceRow,
  { field, countries }: { field: SplitField; countries: CountryOf },
): string | null {
  switch (field) {
    case 'user_agent':
      return row.original.userAgent;
    case 'path':
      return row.original.path;
    case 'query':
      return row.original.query;
    case 'host':
      return row.host;
    case 'country':
      return countries(row.srcIp);
    case 'network': {
      const address = parseAddress(row.srcIp);
      return address && formatPrefix(address);
    }
  }
}
