import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { linesOf } from '../../evaluation/other-sites/logs.ts';
import type { Site } from '../../evaluation/other-sites/site.ts';
import { formatAssets, queryAssets } from '../../src/adapters/assets.ts';
import { bundledAddressBook } from '../../src/adapters/datasets.ts';
import { directoryStore } from '../../src/adapters/directory.ts';
import { duckDbEngine, partsOf } from '../../src/adapters/duckdb-engine.ts';
import { duckDbProjector } from '../../src/adapters/duckdb-projector.ts';
import { writeOrganisations } from '../../src/adapters/organisations.ts';
import { stageFolder } from '../../src/adapters/staging.ts';
import { parseCaseFile } from '../../src/case/case-file.ts';
import { type CaseResult, investigate } from '../../src/case/investigate.ts';
import { takeSnapshot } from '../../src/case/snapshot.ts';
import { createAnalyst, createCatalogue } from '../../src/catalogue/engine.ts';
import { parseQuery } from '../../src/catalogue/query.ts';
import { createEnricher } from '../../src/enrich/enricher.ts';
import { parseNetworks } from '../../src/enrich/networks.ts';
import { parseFormat } from '../../src/formats/format.ts';
import { ingest } from '../../src/ingest/ingest.ts';
import type { LogObject, Outcome } from '../../src/ingest/pass.ts';
import { createProfile } from '../../src/ingest/profile.ts';
import { slots } from '../../src/ingest/slots.ts';
import type { Store } from '../../src/lake/store.ts';
import type { ReportModel } from '../../src/report/model.ts';
import { labour2019 } from '../../src/simulate/scenarios/labour-2019.ts';
import { simulate, type Truth } from '../../src/simulate/simulate.ts';

const tool = { name: 'ascribe' as const, version: 'test' };

/** An object of bytes, as if it lay at a path. */
export function memoryObject(path: string, bytes: Uint8Array): LogObject {
  return {
    name: path,
    delivery: { kind: 'file', path: `/${path}`, size: bytes.length, mtime: '2019-11-13T00:00:00.000Z' },
    async *open() {
      yield Buffer.from(bytes);
    },
  };
}

export type Investigated = { result: CaseResult; outcomes: Outcome[] };

/** The report of a site of the other generator, whose log begins at `start`, ms since 1970. */
export async function investigateSite(site: Site, start: number): Promise<ReportModel> {
  const lines = linesOf(site, { format: 'combined', start, seed: 1, fingerprints: new Map() });
  const object = memoryObject('requests.log', Buffer.from(`${lines.join('\n')}\n`));
  return (await investigateObjects([object], { networks: null })).result.model;
}

/** A lake of its own that can be investigated more than once; whoever made it removes it. */
export type ScenarioLake = {
  outcomes: Outcome[];
  investigate(options?: { forced?: { from: number; until: number }; caseFile?: object }): Promise<CaseResult>;
  remove(): void;
};

/** Ingests objects into a lake and investigates it once, all with the real parts. */
export async function investigateObjects(
  objects: readonly LogObject[],
  options: { networks: string | null; forced?: { from: number; until: number }; caseFile?: object },
): Promise<Investigated> {
  const lake = await ingestObjects(objects, options);
  try {
    return { result: await lake.investigate(options), outcomes: lake.outcomes };
  } finally {
    lake.remove();
  }
}

async function ingestObjects(
  objects: readonly LogObject[],
  options: { networks: string | null },
): Promise<ScenarioLake> {
  const root = mkdtempSync(join(tmpdir(), 'ascribe-case-'));
  const remove = () => rmSync(root, { recursive: true, force: true });
  try {
    const store = directoryStore(root);
    const enricher = createEnricher(
      bundledAddressBook(),
      options.networks === null ? null : parseNetworks(options.networks, 'networks.csv'),
    );
    const projector = await duckDbProjector(enricher);
    const formats = formatAssets();
    const profile = createProfile({
      version: tool.version,
      duckdb: projector.version,
      formats,
      datasets: enricher.datasets,
      label: 'web',
    });
    const stage = stageFolder(root);
    const outcomes = await ingest(
      objects,
      {
        store,
        projector,
        formats: formats.map(parseFormat),
        profile,
        tool,
        now: () => new Date(),
        slots: slots(2),
        isInFolder: true,
        stageFile: stage.stageFile,
      },
      { writeOrganisations: (file) => writeOrganisations(enricher.organisations(), file) },
    );
    projector.close();
    return { outcomes, remove, investigate: (how = {}) => investigateStore(store, how) };
  } catch (error) {
    remove();
    throw error;
  }
}

async function investigateStore(
  store: Store,
  options: { forced?: { from: number; until: number }; caseFile?: object },
): Promise<CaseResult> {
  const given = options.caseFile && Buffer.from(JSON.stringify(options.caseFile));
  const caseFile = given ? parseCaseFile(given, 'case.json') : null;
  const snapshot = await takeSnapshot(store, null, { caseFile });
  const engine = await duckDbEngine(partsOf(store, snapshot.markers));
  try {
    const analyst = createAnalyst(createCatalogue(queryAssets().map(parseQuery)), engine);
    return await investigate(analyst, {
      snapshot,
      tool,
      tlp: 'TLP:CLEAR',
      forced: options.forced ?? null,
      focus: null,
      supersedes: null,
      unread: [],
    });
  } finally {
    await engine.close();
  }
}

/** The lake of the scenario labour-2019 of a seed, with its truth. */
export async function labourLake(seed: number): Promise<ScenarioLake & { truth: Truth }> {
  const objects: LogObject[] = [];
  let networks = '';
  const truth = await simulate(labour2019, {
    seed,
    async write(path, bytes) {
      if (path.startsWith('logs/')) objects.push(memoryObject(path, bytes));
      if (path === 'networks.csv') networks = Buffer.from(bytes).toString('utf8');
    },
  });
  return { truth, ...(await ingestObjects(objects, { networks })) };
}
