import { tmpdir } from 'node:os';
import { createEnricher, type Enricher } from '../enrich/enricher.ts';
import type { NetworksFile } from '../enrich/networks.ts';
import { withTrusted } from '../enrich/proxies.ts';
import { type Format, parseFormat } from '../formats/format.ts';
import { prepareLake } from '../ingest/ingest.ts';
import type { IngestContext } from '../ingest/pass.ts';
import { createProfile } from '../ingest/profile.ts';
import { slots } from '../ingest/slots.ts';
import { tryFormat } from '../ingest/try-format.ts';
import type { Store } from '../lake/store.ts';
import { TOOL } from './assets.ts';
import { addressBook, type BookTables, bundledTables } from './datasets.ts';
import type { DuckDbProjector } from './duckdb-projector.ts';
import { withMmdb } from './mmdb.ts';
import { writeOrganisations, writeOrganisationsOf } from './organisations.ts';
import { allFormats } from './own-formats.ts';
import { stageFolder } from './staging.ts';
import { CORES, type ThreadedProjector, type Threads } from './threaded-projector.ts';

export type WorkshopSettings = {
  store: Store;
  /** A folder in the store's own file system, for parts on their way; any where the store is far away. */
  staging?: string;
  networks: NetworksFile | null;
  countryMmdb?: string | undefined;
  asnMmdb?: string | undefined;
  /** Proxies of the platform itself, as `address/bits`. */
  trustedProxies?: readonly string[] | undefined;
  /** A folder of formats of the user's own. */
  formats?: string | undefined;
  /** Name of a log whose format gives none. */
  label: string;
  /** Threads that records are projected on, which close with the workshop; null: on this one. */
  threads: Threads | null;
};

export type Workshop = {
  context: IngestContext;
  writeOrganisations(file: string): Promise<void>;
  /** Removes parts that a step that failed left beside the lake: a function that lives on must not fill its disk. */
  clearStage(): void;
  close(): void;
};

/**
 * All that the ingest works with: formats, data sets, DuckDB and a place for parts. The same on a laptop and in Lambda.
 * Throws HeaderError for a fault in a format, ProxiesError for a proxy that is no network.
 */
export async function openWorkshop(settings: WorkshopSettings): Promise<Workshop> {
  try {
    return await workshopOn(settings);
  } catch (error) {
    settings.threads?.close();
    throw error;
  }
}

async function workshopOn({ threads, ...settings }: WorkshopSettings): Promise<Workshop> {
  const proxies = withTrusted(settings.trustedProxies ?? []);
  const texts = allFormats(settings.formats);
  const formats = texts.map(parseFormat);
  const tables = bundledTables();
  const mmdb = { country: settings.countryMmdb, asn: settings.asnMmdb };
  const enricher = createEnricher(withMmdb(addressBook(tables), mmdb), settings.networks, proxies);
  const projector = threads
    ? threads.projector({
        tables: { country: plain(tables.country), asn: plain(tables.asn) },
        mmdb,
        networks: settings.networks,
        trustedProxies: settings.trustedProxies ?? [],
        formats: texts,
      })
    : await projectorHere(enricher);
  await tryOwn(formats, projector);
  const profile = createProfile({
    version: TOOL.version,
    duckdb: projector.version,
    formats: texts,
    datasets: enricher.datasets,
    label: settings.label,
  });
  const stage = stageFolder(settings.staging ?? tmpdir());
  return {
    context: {
      store: settings.store,
      projector,
      formats,
      profile,
      tool: TOOL,
      now: () => new Date(),
      // A thread that projects always has the next block at hand.
      slots: slots(threads ? CORES * 2 : CORES),
      isInFolder: settings.staging !== undefined,
      stageFile: stage.stageFile,
    },
    writeOrganisations: (file) =>
      settings.networks || settings.asnMmdb
        ? writeOrganisations(enricher.organisations(), file)
        : writeOrganisationsOf(tables.asn.dataset, enricher.organisations(), file),
    clearStage: stage.clear,
    close() {
      stage.remove();
      projector.close();
    },
  };
}

/** A projector on this thread. With others, this one need not load it. */
async function projectorHere(enricher: Enricher): Promise<DuckDbProjector> {
  const { duckDbProjector } = await import('./duckdb-projector.ts');
  return duckDbProjector(enricher);
}

/** A table without what cannot go to another thread. */
function plain({ dataset, table }: BookTables['asn']): BookTables['asn'] {
  return { dataset, table };
}

async function tryOwn(
  formats: readonly Format[],
  projector: Pick<ThreadedProjector, 'open' | 'close'>,
): Promise<void> {
  try {
    for (const format of formats.filter(({ isOwn }) => isOwn)) await tryFormat(projector, format);
  } catch (error) {
    projector.close();
    throw error;
  }
}

/** A workshop whose lake has taken its profile. Throws ProfileError. */
export async function openPreparedWorkshop(settings: WorkshopSettings): Promise<Workshop> {
  const workshop = await openWorkshop(settings);
  await prepareLake(workshop.context, workshop.writeOrganisations);
  return workshop;
}
