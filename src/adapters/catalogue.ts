import { type Catalogue, createCatalogue } from '../catalogue/engine.ts';
import { parseQuery } from '../catalogue/query.ts';
import { queryAssets } from './assets.ts';

/** The catalogue of the queries that ship with Ascribe. Throws HeaderError. */
export function openCatalogue(): Catalogue {
  return createCatalogue(queryAssets().map(parseQuery));
}
