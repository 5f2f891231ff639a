import type { Dataset } from '../enrich/dataset.ts';
import { createEnricher } from '../enrich/enricher.ts';
import type { Format } from '../formats/format.ts';
import { tryFormat } from '../ingest/try-format.ts';
import { duckDbProjector } from './duckdb-projector.ts';

const NO_DATA: Dataset = {
  ...{ id: 'country', name: 'none', version: '0', date: null, sha256: '' },
  ...{ licence: '', attribution: '', synthetic: true },
};

/** Columns of the SELECTs of formats by their ids, each tried; no address is looked up. Throws HeaderError. */
export async function columnsOfFormats(
  formats: readonly Format[],
): Promise<Map<string, ReadonlySet<string>>> {
  const found = new Map<string, ReadonlySet<string>>();
  if (formats.length === 0) return found;
  const book = {
    country: { dataset: NO_DATA, basis: 'dataset' as const, find: () => 0 },
    asn: { dataset: NO_DATA, find: () => 0, name: () => null, names: () => [] },
  };
  const projector = await duckDbProjector(createEnricher(book, null));
  try {
    for (const format of formats) {
      found.set(format.id, await projector.columns(format));
      await tryFormat(projector, format);
    }
  } finally {
    projector.close();
  }
  return found;
}
