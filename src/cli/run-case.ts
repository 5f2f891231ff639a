import { join, resolve } from 'node:path';
import { directoryStore } from '../adapters/directory.ts';
import { duckDbEngine, partsOf } from '../adapters/duckdb-engine.ts';
import { removeEmptyFolder, removeFolder, replaceFolder, writeWhole } from '../adapters/report-folder.ts';
import { type CaseResult, investigate } from '../case/investigate.ts';
import { type Snapshot, snapshotRoot, takeSnapshot } from '../case/snapshot.ts';
import type { Span } from '../case/span.ts';
import { createAnalyst, type Result } from '../catalogue/engine.ts';
import { writeBag } from '../evidence/bag.ts';
import { visible } from '../report/hostile-text.ts';
import { renderHtml } from '../report/html.ts';
import { renderJson } from '../report/json.ts';
import { renderMarkdown } from '../report/markdown.ts';
import type { Refusal, ReportModel } from '../report/model.ts';
import { openCatalogue } from './lake.ts';
import { csvText } from './table.ts';
import { TOOL } from './workshop.ts';

export type CaseSettings = {
  out: string;
  lake: string;
  forced: Span | null;
  tlp: string;
  unread: readonly Refusal[];
};

type Answer = { id: string; result: Result };

/** Investigates a lake and leaves the report and its package. The wall clock enters the package alone. */
export async function runCase(settings: CaseSettings): Promise<ReportModel> {
  const { snapshot, result, answers } = await investigateStill(settings);
  const html = renderHtml(result.model);
  const files: [string, string][] = [
    ['report.html', html],
    ['report.md', renderMarkdown(result.model)],
    ['report.json', renderJson(result.model)],
    ['sources.csv', result.sourcesCsv],
  ];
  for (const [name, content] of files) writeWhole(join(settings.out, name), content);
  await packReport(settings, { files, snapshot, answers, model: result.model });
  return result.model;
}

/** Takes a snapshot before the queries and again after; if the lake moved, asks again. */
async function investigateStill(
  settings: CaseSettings,
): Promise<{ snapshot: Snapshot; result: CaseResult; answers: Answer[] }> {
  const store = directoryStore(settings.lake);
  for (;;) {
    const snapshot = await takeSnapshot(store);
    const engine = await duckDbEngine(partsOf(store, snapshot.markers));
    try {
      const answers: Answer[] = [];
      const analyst = createAnalyst(openCatalogue(), engine, {
        keep: (query, result) => answers.push({ id: query.id, result }),
      });
      const result = await investigate(analyst, {
        snapshot,
        tool: TOOL,
        tlp: settings.tlp,
        forced: settings.forced,
        unread: settings.unread,
      });
      if ((await snapshotRoot(store)) === snapshot.root) return { snapshot, result, answers };
    } finally {
      await engine.close();
    }
  }
}

type Pack = { files: [string, string][]; snapshot: Snapshot; answers: readonly Answer[]; model: ReportModel };

/** The BagIt package: report, query results, custody records, queries. Built beside its place, then put there. */
async function packReport(
  { out, lake }: CaseSettings,
  { files, snapshot, answers, model }: Pack,
): Promise<void> {
  const building = `package.part-${process.pid}`;
  removeFolder(join(out, building));
  const payload = [
    ...files.map(([path, content]) => ({ path, bytes: Buffer.from(content) })),
    ...answers.map(({ id, result }, index) => ({
      path: `results/${String(index + 1).padStart(3, '0')}-${id.replace('/', '-')}.csv`,
      bytes: Buffer.from(csvText(result)),
    })),
    ...(await custodyFiles(lake)),
    ...openCatalogue().queries.map((query) => ({
      path: `queries/${query.id}.sql`,
      bytes: Buffer.from(query.text),
    })),
  ];
  await writeBag(directoryStore(out), {
    prefix: building,
    payload,
    info: [
      ['Bagging-Date', new Date().toISOString().slice(0, 10)],
      ['External-Description', visible(`${model.synthetic ? 'SYNTHETIC. ' : ''}${model.sentence}`)],
      ['External-Identifier', snapshot.root],
      ['TLP', model.tlp],
      ...(model.period
        ? ([
            ['Evidence-Window-Start', model.period.from],
            ['Evidence-Window-End', model.period.until],
          ] as [string, string][])
        : []),
    ],
  });
  replaceFolder(resolve(out, building), resolve(out, 'package'));
  removeEmptyFolder(join(out, '.staging'));
}

/** The custody records as they lie in the lake, byte for byte. */
async function custodyFiles(lake: string): Promise<{ path: string; bytes: Uint8Array }[]> {
  const store = directoryStore(lake);
  const files: { path: string; bytes: Uint8Array }[] = [];
  for (const { key } of await store.list('custody/'))
    files.push({ path: key, bytes: (await store.read(key))! });
  return files;
}
