import { join } from 'node:path';
import { queryAssets } from '../adapters/assets.ts';
import { directoryStore } from '../adapters/directory.ts';
import { duckDbEngine, partsOf } from '../adapters/duckdb-engine.ts';
import { type Snapshot, takeSnapshot } from '../case/snapshot.ts';
import { type Catalogue, createCatalogue, type Engine } from '../catalogue/engine.ts';
import { parseQuery } from '../catalogue/query.ts';
import { say } from './progress.ts';

export const DEFAULT_OUT = 'ascribe-report';
export const DEFAULT_LAKE = join(DEFAULT_OUT, 'lake');

export function openCatalogue(): Catalogue {
  return createCatalogue(queryAssets().map(parseQuery));
}

/** Opens a lake for queries, and says so where it is simulated. Throws LakeError where there is none. */
export async function openLake(lake: string): Promise<{ engine: Engine; snapshot: Snapshot }> {
  const store = directoryStore(lake);
  const snapshot = await takeSnapshot(store);
  if (snapshot.profile.synthetic) say('SYNTHETIC: this lake holds simulated traffic.');
  return { snapshot, engine: await duckDbEngine(partsOf(store, snapshot.markers)) };
}
