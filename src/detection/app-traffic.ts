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

/** Whether the clients of what grew ask for little else on any day. */
export function asksForNothingElse({ cells, attackKeys }: Composition): boolean {
  const all = [...cells.values()];
  const grown = all.filter(({ key }) => attackKeys.has(key));
  const clients = new Set(grown.map(({ signature }) => clientKey(signature)));
  const ofClients = usualOf(all.filter(({ signature }) => clients.has(clientKey(signature))));
  return ofClients >= FEWEST_USUAL && usualOf(grown) >= NOTHING_ELSE * ofClients;
}

/** Whether what grew is asked for without a referrer on any day. */
export function hasNoReferrerUsually({ cells, attackKeys }: Composition): boolean {
  const all = [...cells.values()];
  const keyOf = ({ signature }: Cell): string => JSON.stringify([signature.method, signature.path]);
  const paths = new Set(all.filter(({ key }) => attackKeys.has(key)).map(keyOf));
  const same = all.filter((cell) => paths.has(keyOf(cell)));
  const usual = usualOf(same);
  const referred = usualOf(same.filter(({ signature }) => signature.hasReferrer));
  return usual >= FEWEST_USUAL && referred < FEW_REFERRERS * usual;
}
