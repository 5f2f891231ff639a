import { csvField } from '../catalogue/csv.ts';
import type { Cell } from '../detection/signatures.ts';
import { allClustersOf, isOpen, rejectedClusters, type Seen, shown } from './clusters.ts';
import { keyId } from './judgements.ts';
import type { Attack } from './observe.ts';

const COLUMNS = [
  'cluster',
  'window_id',
  'state',
  'requests',
  'expected',
  'template',
  'user_agent',
  'ja4',
  'part',
  'tag',
  'synthetic',
] as const;

type Row = Record<(typeof COLUMNS)[number], string | number | boolean | null>;

/**
 * `clusters.csv`: every cluster of every window and surge, never capped, so that each can be judged. States are those of
 * `ascribe cluster list`, and beside them `grown` (it grew as an attack's does, in a surge) and `usual` (it did not grow).
 */
export function clustersCsv(
  { attacks, seen }: { attacks: readonly Attack[]; seen: readonly Seen[] },
  { synthetic }: { synthetic: boolean },
): string {
  const named = [...attacks.flatMap(ofAttack), ...rejectedClusters(seen).map(ofRejected)];
  const known = new Set(named.map(({ cluster, window_id }) => `${window_id} ${String(cluster).slice(0, 8)}`));
  const inAttack = new Set(attacks.map(({ window }) => window.id));
  const others = seen.flatMap(({ id, examined: { composition } }) =>
    [...composition.cells.values()]
      .filter(({ key }) => !known.has(`${id} ${keyId(key)}`))
      .sort((a, b) => b.requests - a.requests || (a.key < b.key ? -1 : 1))
      .map((cell) =>
        ofCell(cell, {
          window_id: id,
          grown: composition.attackKeys.has(cell.key) && !inAttack.has(id),
        }),
      ),
  );
  const lines = [...named, ...others].map((row) =>
    COLUMNS.map((column) => csvField(String((column === 'synthetic' ? synthetic : row[column]) ?? ''))).join(
      ',',
    ),
  );
  return `${[COLUMNS.join(','), ...lines].join('\n')}\n`;
}

type Named = Omit<Row, 'synthetic'>;

function ofAttack(attack: Attack): Named[] {
  return allClustersOf(attack).map(
    ({ id, window_id, template, user_agent, ja4, requests, part, tag, accepted_by }): Named => ({
      ...{ cluster: id, window_id, template, user_agent, ja4, requests, expected: null, tag: tag ?? null },
      state: accepted_by === undefined ? 'attack' : `accepted by ${accepted_by}`,
      part: part ? `${part.field} ${part.value ?? 'not known'}` : null,
    }),
  );
}

function ofRejected({ id, by, ...rest }: ReturnType<typeof rejectedClusters>[number]): Named {
  const { window_id, template, user_agent, ja4, requests } = rest;
  return {
    ...{ cluster: id, window_id, template, user_agent, ja4, requests, expected: null, part: null, tag: null },
    state: `rejected by ${by}`,
  };
}

function ofCell(cell: Cell, { window_id, grown }: { window_id: string; grown: boolean }): Named {
  return {
    ...{ cluster: keyId(cell.key), window_id, ...shown(cell.signature), part: null, tag: null },
    state: grown ? 'grown' : isOpen(cell) ? 'open' : 'usual',
    requests: Math.round(cell.requests),
    expected: Math.round(cell.expected * 10) / 10,
  };
}
