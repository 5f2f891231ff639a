import { join } from 'node:path';
import { queryAssets } from '../adapters/assets.ts';
import { directoryStore } from '../adapters/directory.ts';
import { duckDbEngine, type LakeParts } from '../adapters/duckdb-engine.ts';
import { type Snapshot, takeSnapshot } from '../case/snapshot.ts';
import { type Catalogue, createCatalogue, type Engine } from '../catalogue/engine.ts';
import { parseQuery } from '../catalogue/query.ts';
import { AUTONOMOUS_SYSTEMS_KEY, autonomousSystems, tables } from '../lake/tables.ts';

export const DEFAULT_OUT = 'ascribe-report';
export const DEFAULT_LAKE = join(DEFAULT_OUT, 'lake');

export function openCatalogue(): Catalogue {
  return createCatalogue(queryAssets().map(parseQuery));
}

/** The parts of the committed objects of a snapshot: what is not committed is not there. */
export function partsOf(lake: string, snapshot: Snapshot): LakeParts {
  const parts = snapshot.markers.flatMap((marker) => marker.parts);
  return tables.map((table) => ({
    table,
    files:
      table === autonomousSystems
        ? [join(lake, AUTONOMOUS_SYSTEMS_KEY)]
        : parts.filter((part) => part.table === table.name).map((part) => join(lake, part.key)),
  }));
}

/** Opens a lake for queries. Throws LakeError where there is none. */
export async function openLake(lake: string): Promise<{ engine: Engine; snapshot: Snapshot }> {
  const snapshot = await takeSnapshot(directoryStore(lake));
  return { snapshot, engine: await duckDbEngine(partsOf(lake, snapshot)) };
}
