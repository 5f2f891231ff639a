import { formatAssets, packageVersion } from '../adapters/assets.ts';
import { bundledAddressBook } from '../adapters/datasets.ts';
import { directoryStore } from '../adapters/directory.ts';
import { duckDbProjector } from '../adapters/duckdb-projector.ts';
import { findLogs } from '../adapters/log-files.ts';
import { withMmdb } from '../adapters/mmdb.ts';
import { writeOrganisations } from '../adapters/organisations.ts';
import { readText } from '../adapters/report-folder.ts';
import { stageFolder } from '../adapters/staging.ts';
import { createEnricher } from '../enrich/enricher.ts';
import { parseNetworks } from '../enrich/networks.ts';
import { parseFormat } from '../formats/format.ts';
import { ingest } from '../ingest/ingest.ts';
import type { Outcome } from '../ingest/pass.ts';
import { createProfile } from '../ingest/profile.ts';
import { CommandError } from './command-error.ts';
import { ingestProgress, say } from './progress.ts';

export type IngestOptions = {
  lake: string;
  networks?: string | undefined;
  countryMmdb?: string | undefined;
  asnMmdb?: string | undefined;
  label?: string | undefined;
  /** Folders not to read logs from: those that Ascribe writes. */
  except: string[];
};

export const TOOL = { name: 'ascribe' as const, version: packageVersion() };

export type Ingested = {
  outcomes: Outcome[];
  /** Files and folders that could not be read at all: of these nothing is in custody. */
  unread: { object: string; reason: string }[];
};

/** Finds, recognises and ingests logs into a lake. Throws CommandError where there is nothing to ingest. */
export async function ingestPaths(paths: readonly string[], options: IngestOptions): Promise<Ingested> {
  const networksText = options.networks ? await readText(options.networks) : null;
  if (options.networks && networksText === null)
    throw new CommandError(`${options.networks} does not exist: --networks takes a CSV file of networks.`);
  const networks = networksText === null ? null : parseNetworks(networksText, options.networks!);
  const { objects, problems } = await findLogs(paths, { except: options.except });
  for (const { name, reason } of problems) say(`${name} ${reason}.`);
  if (objects.length === 0)
    throw new CommandError('there is nothing to read: give files, folders or globs of logs.');

  const book = withMmdb(bundledAddressBook(), { country: options.countryMmdb, asn: options.asnMmdb });
  const enricher = createEnricher(book, networks);
  const projector = await duckDbProjector(enricher);
  const formats = formatAssets();
  const label = options.label ?? 'web';
  const profile = createProfile({
    version: TOOL.version,
    duckdb: projector.version,
    formats,
    datasets: enricher.datasets,
    label,
  });
  const stage = stageFolder(options.lake);
  const progress = ingestProgress();
  progress.start(objects.length);
  try {
    const outcomes = await ingest(
      objects,
      {
        store: directoryStore(options.lake),
        projector,
        formats: formats.map(parseFormat),
        profile,
        tool: TOOL,
        now: () => new Date(),
        stageFile: stage.stageFile,
      },
      {
        writeOrganisations: (file) => writeOrganisations(enricher.organisations(), file),
        onProgress: ({ done }) => progress.update(done),
      },
    );
    const unreadable = outcomes.flatMap((outcome) =>
      outcome.status === 'refused' && (outcome.kind === null || outcome.kind === 'gone')
        ? [{ name: outcome.name, reason: outcome.reason }]
        : [],
    );
    return {
      outcomes,
      unread: [...problems, ...unreadable].map(({ name, reason }) => ({ object: name, reason })),
    };
  } finally {
    progress.stop();
    stage.remove();
    projector.close();
  }
}

/** Says what was refused and what was damaged: each by name, with the reason. */
export function tellProblems(outcomes: readonly Outcome[]): void {
  for (const outcome of outcomes) {
    if (outcome.status === 'refused') say(`Refused: ${outcome.name} ${outcome.reason}.`);
    else if (outcome.damage)
      say(`Damaged: ${outcome.name}: ${outcome.damage}. All whole records before the damage were kept.`);
  }
}
