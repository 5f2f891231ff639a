/** A lake in a temporary folder, made by the pass as it runs for an investigator, with a small address book. */
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { after } from 'node:test';
import { formatAssets } from '../../src/adapters/assets.ts';
import { directoryStore } from '../../src/adapters/directory.ts';
import { duckDbEngine, partsOf } from '../../src/adapters/duckdb-engine.ts';
import { type DuckDbProjector, duckDbProjector } from '../../src/adapters/duckdb-projector.ts';
import { writeOrganisations } from '../../src/adapters/organisations.ts';
import { stageFolder } from '../../src/adapters/staging.ts';
import type { Engine, Row, Value } from '../../src/catalogue/engine.ts';
import { createEnricher } from '../../src/enrich/enricher.ts';
import { parseNetworks } from '../../src/enrich/networks.ts';
import { withTrusted } from '../../src/enrich/proxies.ts';
import { parseFormat } from '../../src/formats/format.ts';
import { ingest } from '../../src/ingest/ingest.ts';
import type { IngestContext, LogObject, Outcome } from '../../src/ingest/pass.ts';
import { createProfile } from '../../src/ingest/profile.ts';
import { slots } from '../../src/ingest/slots.ts';
import { sha256 } from '../../src/lake/digest.ts';
import type { Marker } from '../../src/lake/marker.ts';
import type { Store } from '../../src/lake/store.ts';
import { smallBook } from '../enrich/small-book.ts';

export const RECEIVED = new Date('2019-11-13T09:00:00Z');

export type TestLake = {
  root: string;
  store: Store;
  context: IngestContext;
  ingest(objects: readonly LogObject[]): Promise<Outcome[]>;
  /** Ingests one object and gives its marker; throws where it is refused. */
  take(content: string | Buffer, name?: string): Promise<Marker>;
  markers(): Promise<Marker[]>;
  engine(): Promise<Engine>;
  /** Rows of a query over the lake. */
  rows(sql: string): Promise<Row[]>;
  /** SHA-256 of every file, staging apart. */
  files(): Record<string, string>;
};

export type LakeOptions = {
  networks?: string;
  trusted?: readonly string[];
  label?: string;
  partBytes?: number;
  bookVersion?: string;
  root?: string;
  now?: Date;
};

const folders: string[] = [];
const projectors: DuckDbProjector[] = [];

after(() => {
  for (const projector of projectors) projector.close();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ascribe-lake-'));
  folders.push(folder);
  return folder;
}

export async function temporaryLake(options: LakeOptions = {}): Promise<TestLake> {
  const root = options.root ?? temporaryFolder();
  const networks = options.networks ? parseNetworks(options.networks, 'networks.csv') : null;
  const enricher = createEnricher(
    smallBook({ version: options.bookVersion ?? '1' }),
    networks,
    withTrusted(options.trusted ?? []),
  );
  const projector = await duckDbProjector(enricher);
  projectors.push(projector);
  const store = directoryStore(root);
  const assets = formatAssets();
  const context: IngestContext = {
    store,
    projector,
    formats: assets.map(parseFormat),
    profile: createProfile({
      version: '0.1.0',
      duckdb: projector.version,
      formats: assets,
      datasets: enricher.datasets,
      label: options.label ?? 'test',
    }),
    tool: { name: 'ascribe', version: '0.1.0' },
    now: () => options.now ?? RECEIVED,
    slots: slots(2),
    isInFolder: true,
    stageFile: stageFolder(root).stageFile,
    ...(options.partBytes ? { partBytes: options.partBytes } : {}),
  };
  const lake: TestLake = {
    root,
    store,
    context,
    ingest: (objects) =>
      ingest(objects, context, {
        writeOrganisations: (file) => writeOrganisations(enricher.organisations(), file),
      }),
    async take(content, name = `log-${sha256(content).slice(0, 8)}`) {
      const [outcome] = await lake.ingest([logObject(name, content)]);
      if (outcome!.status === 'refused') throw new Error(outcome!.reason);
      return outcome!.marker;
    },
    async markers() {
      const keys = await store.list('objects/');
      return Promise.all(
        keys.map(
          async ({ key }) => JSON.parse(Buffer.from((await store.read(key))!).toString('utf8')) as Marker,
        ),
      );
    },
    engine: async () => duckDbEngine(partsOf(store, await lake.markers())),
    async rows(sql) {
      const engine = await lake.engine();
      const { columns, rows } = await engine.run(sql);
      await engine.close();
      return rows.map((row) =>
        Object.fromEntries(columns.map(({ name }, index): [string, Value] => [name, row[index]!])),
      );
    },
    files: () => hashFiles(root),
  };
  return lake;
}

/** An object in memory, given in chunks. */
export function logObject(name: string, content: string | Buffer, chunkBytes = 1 << 16): LogObject {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  return {
    name,
    delivery: { kind: 'file', path: `/logs/${name}`, size: bytes.length, mtime: '2019-11-12T12:00:00.000Z' },
    async *open() {
      for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
    },
  };
}

export function hashFiles(root: string): Record<string, string> {
  const hashes: Record<string, string> = {};
  for (const name of readdirSync(root, { recursive: true, encoding: 'utf8' }).sort()) {
    const file = join(root, name);
    if (name.startsWith('.staging') || !statSync(file).isFile()) continue;
    hashes[relative(root, file)] = createHash('sha256').update(readFileSync(file)).digest('hex');
  }
  return hashes;
}
