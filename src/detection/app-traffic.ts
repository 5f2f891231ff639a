/**
 * What is usual of what grew, where it is an app's: its people ask for nothing but its interface, and never with a
 * referrer. That they do so when they are many is no evidence.
 */
import { type Cell, type Composition, clientKey } from './signatures.ts';

/** Fewer usual requests do not say what is usual. */
const FEWEST_USUAL = 20;
const NOTHING_ELSE = 0.5;
const FEW_REFERRERS = 0.1;

const usualOf = (cells: readonly Cell[]): number => cells.reduce((sum, { usual }) => sum + usual, 0);

/**
 * The mean over what grew of a share of what is usual of the like, by requests: a page of which a few grew with an app has
 * more usual requests than the app. `unknown` is the share of what is too seldom usual, all of it together.
 */
function meanOfGrown(
  { cells, attackKeys }: Composition,
  { groupOf, holds, unknown }: { groupOf(cell: Cell): string; holds(cell: Cell): boolean; unknown: number },
): number {
  const all = [...cells.values()];
  const grown = all.filter(({ key }) => attackKeys.has(key));
  const names = new Set(grown.map(groupOf));
  const groups = Map.groupBy(
    all.filter((cell) => names.has(groupOf(cell))),
    groupOf,
  );
  const shareOf = (group: readonly Cell[]): number | null =>
    usualOf(group) < FEWEST_USUAL ? null : usualOf(group.filter(holds)) / usualOf(group);
  // Each once: where every visitor has a client of its own, there are as many groups.
  const shares = new Map([...groups].map(([name, group]) => [name, shareOf(group)]));
  const seldom = [...groups].flatMap(([name, group]) => (shares.get(name) === null ? group : []));
  const ofSeldom = shareOf(seldom) ?? unknown;
  const requests = grown.reduce((sum, cell) => sum + cell.requests, 0);
  const sum = grown.reduce(
    (total, cell) => total + cell.requests * (shares.get(groupOf(cell)) ?? ofSeldom),
    0,
  );
  return requests === 0 ? unknown : sum / requests;
}

/** Whether the clients of what grew ask for little else on any day. */
export function asksForNothingElse(composition: Composition): boolean {
  const share = meanOfGrown(composition, {
    groupOf: ({ signature }) => clientKey(signature),
    holds: ({ key }) => composition.attackKeys.has(key),
    unknown: 0,
  });
  return share >= NOTHING_ELSE;
}

/** Whether what grew is asked for without a referrer on any day. */
export function hasNoReferrerUsually(composition: Composition): boolean {
  const share = meanOfGrown(composition, {
    groupOf: ({ signature }) => JSON.stringify([signature.method, signature.path]),
    holds: ({ signature }) => signature.hasReferrer,
    unknown: 1,
  });
  return share < FEW_REFERRERS;
}
