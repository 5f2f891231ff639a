import { dirname, join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { isInS3 } from '../adapters/lake-location.ts';
import { readText } from '../adapters/report-folder.ts';
import { readProfile } from '../ingest/profile.ts';
import type { Store } from '../lake/store.ts';
import type { ReportModel } from '../report/model.ts';
import { CommandError } from './command-error.ts';

/** A cluster as a report names it. */
export type KnownCluster = {
  id: string;
  window_id: string;
  /** `attack`, `accepted by …`, `rejected by …` or `open`; of all clusters also `grown` or `usual`. */
  state: string;
  tag: string | null;
  requests: number;
  template: string;
  user_agent: string | null;
  part: string | null;
};

/** The report that names the clusters: the one given, else that beside the lake. Throws CommandError. */
export async function reportOfLake(
  store: Store,
  { lake, report }: { lake: string; report?: string },
): Promise<{ model: ReportModel; name: string }> {
  if (report === undefined && isInS3(lake))
    throw new CommandError('--report is missing: give the report.json that names the clusters.', 2);
  const name = report ?? join(dirname(lake), 'report.json');
  const text = await readText(name);
  if (text === null)
    throw new CommandError(
      `${name} is not there: ascribe investigate writes it, and --report names one elsewhere.`,
    );
  let model: Partial<ReportModel> | null;
  try {
    model = JSON.parse(text) as Partial<ReportModel> | null;
  } catch (error) {
    throw new CommandError(`${name} is no report.json: ${(error as Error).message}.`);
  }
  const profile = await readProfile(store);
  if (!Array.isArray(model?.clusters) || model.snapshot?.profile !== profile?.id)
    throw new CommandError(`${name} is no report of the lake ${lake}: give its own with --report.`);
  return { model: model as ReportModel, name };
}

/** All clusters and parts that a report names, the attack's first. */
export function knownClusters({ clusters, rejected_clusters, open_clusters }: ReportModel): KnownCluster[] {
  return [
    ...clusters.map(
      ({ id, window_id, tag, requests, template, user_agent, part, accepted_by }): KnownCluster => ({
        id,
        window_id,
        state: accepted_by === undefined ? 'attack' : `accepted by ${accepted_by}`,
        tag: tag ?? null,
        requests,
        template,
        user_agent,
        part: part ? `${part.field} ${part.value ?? 'not known'}` : null,
      }),
    ),
    ...(rejected_clusters ?? []).map(
      ({ id, window_id, requests, template, user_agent, by }): KnownCluster => ({
        ...{ id, window_id, requests, template, user_agent },
        ...{ state: `rejected by ${by}`, tag: null, part: null },
      }),
    ),
    ...(open_clusters ?? []).map(
      ({ id, window_id, requests, template, user_agent }): KnownCluster => ({
        ...{ id, window_id, requests, template, user_agent },
        ...{ state: 'open', tag: null, part: null },
      }),
    ),
  ];
}

/** Where the clusters of a report lie: beside it. */
export const clustersFile = (report: string): string => join(dirname(report), 'clusters.csv');

/**
 * All clusters of all windows and surges, which lie in `clusters.csv` beside the report. Throws CommandError where there
 * is none.
 */
export async function allClusters(report: string): Promise<KnownCluster[]> {
  const file = clustersFile(report);
  const csv = await readText(file);
  if (csv === null)
    throw new CommandError(`${file} is not there: ascribe investigate of today writes it beside the report.`);
  return (parse(csv, { columns: true }) as Record<string, string>[]).map((row) => ({
    ...{ id: row.cluster!, window_id: row.window_id!, state: row.state!, tag: row.tag || null },
    ...{ requests: Number(row.requests), template: row.template!, user_agent: row.user_agent || null },
    part: row.part || null,
  }));
}

/** When a window or surge of a report was. Throws CommandError where it has none of that id. */
export function spanOf(
  { windows, surges }: ReportModel,
  { id, name }: { id: string; name: string },
): { from: string; until: string } {
  const all = [...windows, ...surges];
  const found = all.find((each) => each.id === id);
  if (found) return { from: found.start, until: found.end };
  throw new CommandError(
    `${name} has no window or surge ${id}: it has ${all.map((each) => each.id).join(', ') || 'none'}.`,
    2,
  );
}
