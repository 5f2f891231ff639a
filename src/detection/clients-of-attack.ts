import { type Composition, clientKey, templateKey } from './signatures.ts';

/**
 * Where more than this share of further requests would have signatures that the log never had, it is nothing peculiar to
 * come with a client that it never had: the log is of a few hours, or of visitors with clients of their own. One in a
 * hundred is the chance that `judgeSources` takes, too. Of two days of the simulated platform it is 0.0007, of their last
 * hour alone 0.05; of other sites 0.0000 to 0.42.
 */
const MOST_UNSEEN = 0.01;

/**
 * Clients (fingerprint and agent, as `clientKey` names them) that nobody but the attack can have: the log has none of
 * their requests at any other time, and in the window nobody asked with them for anything but what the attack asks for,
 * no part of a page and no page that a link led to. A visitor of a page that is new has a client that the log knows, or
 * goes on with it to other pages; where a single visitor does, nobody is held for an attacker by that client.
 */
export function clientsOfAttack({
  cells,
  attackKeys,
  usualClients,
  unseenShare,
}: Composition): ReadonlySet<string> {
  if (unseenShare > MOST_UNSEEN) return new Set();
  const asked = new Set([...attackKeys].map((key) => templateKey(cells.get(key)!.signature)));
  const clients = new Set<string>();
  const others = new Set<string>();
  for (const { signature } of cells.values()) {
    const client = clientKey(signature);
    const isOfAttack = !usualClients.has(client) && asked.has(templateKey(signature));
    (isOfAttack ? clients : others).add(client);
  }
  return clients.difference(others);
}
