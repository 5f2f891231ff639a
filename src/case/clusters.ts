import { type Cell, type Signature, signatureKey } from '../detection/signatures.ts';
import type { SourceRow } from '../detection/sources.ts';
import type { Cluster, JudgementAccount, OpenCluster, RejectedCluster } from '../report/model.ts';
import type { Examined } from './examine.ts';
import { fieldOf, partIn } from './hand-in-window.ts';
import { clusterId, type Judgement, keyId } from './judgements.ts';
import type { Attack } from './observe.ts';

/** The others are in `clusters.csv`. */
const CLUSTERS_SHOWN = 40;

/** A cluster below the thresholds is open from this growth and this many requests over the expected. */
const OPEN_GROWTH = 1.5;
const OPEN_EXCESS = 10;
const OPEN_SHOWN = 8;

/** A signature as reports show it. */
export function shown(signature: Signature): Pick<Cluster, 'template' | 'user_agent' | 'ja4'> {
  return {
    template: `${signature.method ?? '?'} ${signature.path ?? ''}${signature.query === null ? '' : `?${signature.query}`}`,
    user_agent: signature.userAgent,
    ja4: signature.fingerprint,
  };
}

/**
 * The largest groups of attack requests that share fingerprint, agent and template, and all that an analyst judged. A
 * cluster that was split is listed by its parts.
 */
export function clustersOf(attack: Attack): Cluster[] {
  const { standing } = attack.examined.hand;
  return allClustersOf(attack).filter(({ id }, index) => index < CLUSTERS_SHOWN || standing.has(id));
}

/** All of them, the largest first. */
export function allClustersOf({ window, examined, attackRows }: Attack): Cluster[] {
  const { standing, countries } = examined.hand;
  const idOf = (row: SourceRow): string => partIn(row, { standing, countries }) ?? clusterId(row.signature);
  const clusters = [...Map.groupBy(attackRows, idOf)].map(([id, rows]): Cluster => {
    const { signature } = rows[0]!;
    const whole = clusterId(signature);
    const field = standing.get(whole)?.split?.by_field;
    const ruling = (standing.get(id) ?? standing.get(whole))?.ruling;
    const tag = (standing.get(id)?.tag ?? standing.get(whole)?.tag)?.tag;
    return {
      id,
      window_id: window.id,
      ...shown(signature),
      requests: rows.reduce((sum, row) => sum + row.requests, 0),
      usual_requests: examined.composition.cells.get(signatureKey(signature))!.usual,
      sources: new Set(rows.map((row) => row.srcIp)).size,
      ...(field ? { part: { of: whole, field, value: fieldOf(rows[0]!, { field, countries }) } } : {}),
      ...(tag ? { tag } : {}),
      ...(ruling?.judgement === 'accept' ? { accepted_by: ruling.by } : {}),
    };
  });
  clusters.sort((a, b) => b.requests - a.requests || (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  return clusters;
}

export type Seen = { id: string; examined: Examined };

/** What analysts took out of windows and surges, and who said so. */
export function rejectedClusters(seen: readonly Seen[]): RejectedCluster[] {
  return seen.flatMap(({ id: window_id, examined }) =>
    examined.hand.rejected
      .map(({ id, cell, requests, sources, judgement: { by, reason, at } }): RejectedCluster => {
        return { id, window_id, ...shown(cell.signature), requests, sources, by, reason, at };
      })
      .sort((a, b) => b.requests - a.requests || (a.id < b.id ? -1 : 1)),
  );
}

/** Below the thresholds or left to visitors, and grown so far that an analyst may know better. */
export function isOpen({ growth, requests, expected }: Cell): boolean {
  return growth >= OPEN_GROWTH && requests - expected >= OPEN_EXCESS;
}

/** What grew in windows and surges and is not the attack's by its growth, the most over the expected first. */
export function openClusters(seen: readonly Seen[]): OpenCluster[] {
  return seen.flatMap(({ id: window_id, examined: { composition, hand } }) => {
    const rejected = new Set(hand.rejected.map(({ id }) => id));
    const over = ({ requests, expected }: Cell): number => requests - expected;
    return [...composition.cells.values()]
      .filter(
        (cell) => !composition.attackKeys.has(cell.key) && !rejected.has(keyId(cell.key)) && isOpen(cell),
      )
      .sort((a, b) => over(b) - over(a) || (a.key < b.key ? -1 : 1))
      .slice(0, OPEN_SHOWN)
      .map(
        (cell): OpenCluster => ({
          id: keyId(cell.key),
          window_id,
          ...shown(cell.signature),
          requests: Math.round(cell.requests),
          expected: Math.round(cell.expected * 10) / 10,
        }),
      );
  });
}

/** The judgements as they were recorded, for the report. */
export function judgementAccounts(judgements: readonly Judgement[]): JudgementAccount[] {
  return judgements.map(({ cluster, judgement, tag, by_field, window, by, reason, at, hash }) => ({
    cluster,
    judgement,
    tag,
    by_field,
    window,
    by,
    reason,
    at,
    hash,
  }));
}
