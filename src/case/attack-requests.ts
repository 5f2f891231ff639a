import type { Row } from '../catalogue/engine.ts';
import { RARE_VALUE, type Signature, signatureKey } from '../detection/signatures.ts';
import { formatPrefix, parseAddress } from '../enrich/address.ts';
import { clusterId, partId, type SplitField } from './judgements.ts';
import { signatureOf, str } from './signature-rows.ts';

/** A row of a report's `clusters.csv`: an id of a cluster or part, its state in a window, and what a part is of. */
export type ListedCluster = { id: string; window_id: string; state: string; part: string | null };

/** What a report says of the requests of one window, so that each can be told to be of the attack or not. */
export type WindowOfReport = {
  id: string;
  clusters: readonly ListedCluster[];
  /** Hosts that the case is about, in lower case; none: all. */
  hosts: readonly string[];
  /** Country of an attacking address, as `sources.csv` has it; null: not known. */
  countryOf(srcIp: string): string | null;
};

/**
 * Whether a request of an attacking address is one of the attack's, as `attack_requests` of `sources.csv` counts them: of
 * a cluster or part that the report names as the attack's, by its growth or by an analyst's word. Rows are those of
 * `origin/network-requests`, of the log and the time of the window. Null: the report names no cluster of the window.
 */
export function attackRequests({
  id,
  clusters,
  hosts,
  countryOf,
}: WindowOfReport): ((row: Row) => boolean) | null {
  const states = new Map<string, string>();
  const splits = new Map<string, SplitField>();
  for (const each of clusters) {
    if (each.window_id !== id) continue;
    states.set(each.id, each.state);
    const [cluster, part] = each.id.split('.') as [string, string?];
    if (part !== undefined && each.part !== null)
      splits.set(cluster, each.part.split(' ', 1)[0] as SplitField);
  }
  if (states.size === 0) return null;
  const known = new Map<string, string | null>();
  const clusterOf = (signature: Signature): string | null => {
    const key = signatureKey(signature);
    const found = known.get(key);
    if (found !== undefined) return found;
    const ids = foldings(signature).map(clusterId);
    const cluster = ids.find((each) => states.has(each) || splits.has(each)) ?? null;
    known.set(key, cluster);
    return cluster;
  };
  const isAttack = (state: string | undefined): boolean =>
    state === 'attack' || state?.startsWith('accepted by ') === true;
  return (row) => {
    const host = str(row.host);
    if (hosts.length > 0 && host !== null && !hosts.includes(host.toLowerCase())) return false;
    const signature = signatureOf(row);
    const cluster = clusterOf(signature);
    if (cluster === null) return false;
    const field = splits.get(cluster);
    if (field === undefined) return isAttack(states.get(cluster));
    const value = splitValue(row, { field, signature, countryOf });
    return isAttack(states.get(partId(cluster, { field, value })) ?? states.get(cluster));
  };
}

/**
 * How a report may have named a signature, the most exact first: a value that is rare in the window has one name with all
 * that are. A value is rare or not in all of a window, so the most exact of those that the report has is the right one.
 */
function foldings(signature: Signature): Signature[] {
  const queries = signature.query === null ? [signature] : [signature, { ...signature, query: RARE_VALUE }];
  // The queries of a rare path are rare.
  const pages = [...queries, { ...queries.at(-1)!, path: RARE_VALUE }];
  if (signature.userAgent === null) return pages;
  return [...pages, ...pages.map((each) => ({ ...each, userAgent: RARE_VALUE }))];
}

/** The value of a request that its cluster is split by. */
function splitValue(
  row: Row,
  {
    field,
    signature,
    countryOf,
  }: { field: SplitField; signature: Signature; countryOf: WindowOfReport['countryOf'] },
): string | null {
  const srcIp = String(row.src_ip);
  switch (field) {
    case 'user_agent':
      return signature.userAgent;
    case 'path':
      return signature.path;
    case 'query':
      return signature.query;
    case 'host':
      return str(row.host);
    case 'country':
      return countryOf(srcIp);
    case 'network': {
      const address = parseAddress(srcIp);
      return address && formatPrefix(address);
    }
  }
}
