import {
  type Catalogue,
  createAnalyst,
  type Engine,
  type RunRecord,
  scannedBy,
} from '../catalogue/engine.ts';
import type { BagFile } from '../evidence/bag.ts';
import type { BagInfo } from '../evidence/bag-info.ts';
import { assertReadable, readProfile } from '../ingest/profile.ts';
import type { Store } from '../lake/store.ts';
import { visible } from '../report/hostile-text.ts';
import { renderHtml } from '../report/html.ts';
import { renderJson } from '../report/json.ts';
import { renderMarkdown } from '../report/markdown.ts';
import type { ReportModel } from '../report/model.ts';
import { custodyFile } from './custody-file.ts';
import { type CaseOptions, type CaseResult, investigate } from './investigate.ts';
import { handFiles, refuseOtherProxies } from './investigators-hand.ts';
import {
  type Days,
  type GivenCase,
  lookAgain,
  type Snapshot,
  takeSnapshot,
  UnsettledLakeError,
} from './snapshot.ts';

export type CompileOptions = CaseOptions &
  GivenCase & {
    catalogue: Catalogue;
    openEngine(snapshot: Snapshot): Promise<Engine>;
    days: Days | null;
  };

export type Compiled = {
  snapshot: Snapshot;
  model: ReportModel;
  /** The report in all its forms, and the lists of sources and of clusters. */
  report: BagFile[];
  /** The queries that were run, with their results. */
  runs: readonly RunRecord[];
  /** Custody records, all queries, and what the engine says of itself. */
  evidence: BagFile[];
  /** What the engine read for it; 0 where it does not say. */
  bytesScanned: number;
};

/** Times that a lake may move under a report before it is left for later. */
const ATTEMPTS = 4;

/**
 * Investigates one snapshot of a lake and writes it up. The snapshot is taken before the queries and looked at again
 * after them; if the lake moved, it is asked anew. Throws UnsettledLakeError where it does not come to rest,
 * ProfileError where its rows are of another version.
 */
export async function compileReport(store: Store, options: CompileOptions): Promise<Compiled> {
  // Before the snapshot, which reads all that the lake has.
  const profile = await readProfile(store);
  if (profile) assertReadable(store, profile);
  for (let attempt = 1; ; attempt += 1) {
    const snapshot = await takeSnapshot(store, options.days, options);
    refuseOtherProxies(snapshot);
    const engine = await options.openEngine(snapshot);
    try {
      if (!engine.committedOnly && snapshot.orphans.length > 0) throw unsettled(snapshot.orphans, engine);
      const analyst = createAnalyst(options.catalogue, engine);
      const { model, ...lists } = await investigate(analyst, { snapshot, ...options });
      const now = await lookAgain(store, options.days, options);
      if (!engine.committedOnly && now.orphans.length > 0) throw unsettled(now.orphans, engine);
      if (now.root !== snapshot.root) {
        if (attempt < ATTEMPTS) continue;
        throw new UnsettledLakeError(
          `the lake took new objects during each of ${ATTEMPTS} readings: try again when less arrives`,
        );
      }
      return {
        snapshot,
        model,
        report: reportFiles(model, lists),
        bytesScanned: scannedBy(analyst.runs()),
        runs: analyst.runs(),
        evidence: [
          engineFile(analyst.runs(), { engine, place: store.locate('profile.json') }),
          custodyFile(snapshot),
          ...handFiles(snapshot.hand),
          ...options.catalogue.queries.map((query) => file(`queries/${query.id}.sql`, query.text)),
        ],
      };
    } finally {
      await engine.close();
    }
  }
}

function unsettled(orphans: readonly string[], { name }: Engine): UnsettledLakeError {
  return new UnsettledLakeError(
    `${orphans.length} parts belong to objects that are not committed, the first of them ${orphans[0]}, and ${name} ` +
      'reads all that lies in the tables: wait until their objects are ingested, or see to those that failed, and try again',
  );
}

function file(path: string, content: string): BagFile {
  return { path, bytes: Buffer.from(content) };
}

function reportFiles(model: ReportModel, { sourcesCsv, clustersCsv }: Omit<CaseResult, 'model'>): BagFile[] {
  return [
    file('report.html', renderHtml(model)),
    file('report.md', renderMarkdown(model)),
    file('report.json', renderJson(model)),
    file('sources.csv', sourcesCsv),
    file('clusters.csv', clustersCsv),
  ];
}

function resultPath({ query }: RunRecord, index: number): string {
  return `results/${String(index + 1).padStart(3, '0')}-${query.id.replace('/', '-')}.csv`;
}

function* resultFiles(runs: readonly RunRecord[]): Generator<BagFile> {
  for (const [index, run] of runs.entries()) yield { path: resultPath(run, index), bytes: run.csv() };
}

/** Which engine gave each result, where it read and under which execution: the only part that differs between engines. */
function engineFile(
  runs: readonly RunRecord[],
  { engine, place }: { engine: Engine; place: string },
): BagFile {
  const results = runs.map((run, index) => ({
    path: resultPath(run, index),
    query: run.query.id,
    parameters: run.parameters,
    rows: run.rows,
    ...(run.execution ? { execution: run.execution } : {}),
  }));
  const account = { engine: engine.name, profile: place, results };
  return file('engine.json', `${JSON.stringify(account, null, 2)}\n`);
}

/** The packaged files of a report, as often as they are gone through. Results are unpacked each in its turn. */
export function packagePayload({ report, runs, evidence }: Compiled): Iterable<BagFile> {
  return {
    *[Symbol.iterator]() {
      yield* report;
      yield* resultFiles(runs);
      yield* evidence;
    },
  };
}

/** The labels of a report's package. */
export function packageInfo({ snapshot, model }: Compiled, { now }: { now: Date }): BagInfo {
  return [
    ['Bagging-Date', now.toISOString().slice(0, 10)],
    ['External-Description', visible(`${model.synthetic ? 'SYNTHETIC. ' : ''}${model.sentence}`)],
    ['External-Identifier', snapshot.root],
    ['TLP', model.tlp],
    ...(model.period
      ? ([
          ['Evidence-Window-Start', model.period.from],
          ['Evidence-Window-End', model.period.until],
        ] as [string, string][])
      : []),
  ];
}
