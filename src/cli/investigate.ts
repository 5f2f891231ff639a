import { join } from 'node:path';
import type { Command } from 'commander';
import { TOOL } from '../adapters/assets.ts';
import { openCatalogue } from '../adapters/catalogue.ts';
import { replaceableFolder } from '../adapters/report-folder.ts';
import { localSigner } from '../adapters/signing-key.ts';
import { reportedSpan } from '../case/days.ts';
import type { Signer } from '../evidence/signer.ts';
import { renderSummary } from '../report/summary.ts';
import { givenCase } from './case-option.ts';
import { CommandError } from './command-error.ts';
import { addDataOptions, type DataOptions, optionsOfIngest, takenPath } from './data-options.ts';
import { DEFAULT_OUT } from './default-places.ts';
import { type Ingested, refuseUnread } from './ingest-found.ts';
import { addLakeOptions, type LakeOptions, openLake } from './lake.ts';
import { PASSPHRASE_OPTION, type PassphraseOptions, passphraseFor } from './passphrase.ts';
import { say } from './progress.ts';
import { parseSpan } from './times.ts';
import { ingestPaths, tellProblems } from './workshop.ts';

type Options = Omit<DataOptions, 'lake'> &
  Partial<LakeOptions> &
  PassphraseOptions & {
    out: string;
    from?: string;
    until?: string;
    day?: string;
    lastDay?: string;
    history?: string;
    timeZone?: string;
    key?: string;
    tlp: string;
  };

const TLP = ['TLP:RED', 'TLP:AMBER+STRICT', 'TLP:AMBER', 'TLP:GREEN', 'TLP:CLEAR'];

export function addInvestigate(program: Command): void {
  const command = program
    .command('investigate')
    .description('From raw logs, or a lake that is there, to a forensic report and a package: the main job')
    .argument('[path...]', 'log files, folders or globs, compressed or not; none with --lake')
    .option('-o, --out <folder>', 'where the report, the lake and the package go', DEFAULT_OUT)
    .option('--from <time>', 'start of a window given by you, past the detector (UTC)')
    .option('--until <time>', 'end of that window, exclusive (UTC)')
    .option('--day <date>', 'report this day alone, held against the days before it')
    .option('--last-day <date>', 'with --day: the last of several days')
    .option('--history <days>', 'with --day: days before that it is held against', '28')
    .option('--time-zone <name>', 'with --day: whose days these are', 'UTC')
    .option('--key <file>', 'sign the package with your key file, from "ascribe keys create"')
    .option(...PASSPHRASE_OPTION)
    .option('--tlp <label>', `who may read the report: ${TLP.join(', ')}`, 'TLP:AMBER');
  addDataOptions(addLakeOptions(command))
    .addHelpText(
      'after',
      '\nExample:\n  $ ascribe investigate /var/log/nginx --out case-7\n  $ ascribe investigate logs/*.gz --from "2019-11-12 13:20" --until "2019-11-12 14:02"\n  $ ascribe investigate --lake s3://example-lake --engine athena --workgroup ascribe-people --day 2019-11-12',
    )
    .action((paths: string[], { lake, ...options }: Options & { lake: string }, given: Command) =>
      investigatePaths(
        paths,
        given.getOptionValueSource('lake') === 'default' ? options : { ...options, lake },
      ),
    );
}

/** What this command writes, and does not read as logs when it is run again above it. */
const WRITTEN = ['lake', 'package', 'report.html', 'report.md', 'report.json', 'sources.csv', 'clusters.csv'];

/** Ingests and investigates, or investigates a lake that is there; ends with the summary on standard output. */
export async function investigatePaths(paths: string[], options: Options): Promise<void> {
  if (!TLP.includes(options.tlp))
    throw new CommandError(`"${options.tlp}" is no TLP 2.0 label: give one of ${TLP.join(', ')}.`, 2);
  if (paths.length === 0 && options.lake === undefined)
    throw new CommandError(
      `give logs to investigate, or with --lake a lake that is there (ascribe investigate --help shows the options).${takenPath(options)}`,
      2,
    );
  if (paths.length > 0 && options.lake !== undefined)
    throw new CommandError(
      'give either logs, which go to a lake in --out, or with --lake a lake that is there: "ascribe ingest" adds logs to it.',
      2,
    );
  const ofIngest = options.lake === undefined ? [] : optionsOfIngest(options);
  if (ofIngest.length > 0)
    throw new CommandError(
      `the rows of ${options.lake} are made, and ${ofIngest.join(', ')} would change nothing of them: leave ${ofIngest.length === 1 ? 'it' : 'them'} out, or make the lake anew from its logs with "ascribe reingest LOGS --lake ${options.lake} ${ofIngest[0]} …".`,
      2,
    );
  const forced = parseSpan(options);
  const about = daysOf(options);
  const signer = await signerOf(options);
  const caseFile = await givenCase(options.case);
  const packagePlace = replaceableFolder(join(options.out, 'package'), say);
  const ingested = paths.length > 0 ? await ingestInto(paths, options) : null;
  const lake = await openLake({
    lake: options.lake ?? join(options.out, 'lake'),
    database: options.database ?? 'ascribe',
    ...(options.engine === undefined ? {} : { engine: options.engine }),
    ...(options.workgroup === undefined ? {} : { workgroup: options.workgroup }),
  });
  // Loaded late: the charts take longer to load than any other command takes to run.
  const { runCase } = await import('./run-case.ts');
  const model = await runCase({
    out: options.out,
    packagePlace,
    store: lake.store,
    signer,
    catalogue: openCatalogue(),
    openEngine: lake.engineOf,
    tool: TOOL,
    tlp: options.tlp,
    caseFile,
    days: about?.days ?? null,
    focus: about?.focus ?? null,
    forced,
    unread: ingested?.unread ?? [],
    supersedes: null,
  });
  const lines = renderSummary(model, {
    reportPath: join(options.out, 'report.html'),
    columns: Math.min(process.stdout.columns ?? 80, 100),
  });
  process.stdout.write(`${lines.join('\n')}\n`);
  if (ingested) refuseUnread(ingested);
}

function daysOf({ day, lastDay, history = '28', timeZone = 'UTC' }: Options) {
  if (day === undefined) {
    if (lastDay !== undefined) throw new CommandError('--last-day needs --day, the first one.', 2);
    return null;
  }
  if (!/^\d{1,4}$/.test(history)) throw new CommandError(`--history ${history} is no number of days.`, 2);
  return reportedSpan({ day, lastDay: lastDay ?? day, history: Number(history), timeZone });
}

async function signerOf({ key, passphraseFile }: Options): Promise<Signer | null> {
  if (key === undefined) return null;
  return localSigner(key, {
    passphrase: await passphraseFor(key, passphraseFile === undefined ? {} : { passphraseFile }),
  });
}

async function ingestInto(paths: readonly string[], options: Options): Promise<Ingested> {
  const ingested = await ingestPaths(paths, {
    ...options,
    lake: join(options.out, 'lake'),
    except: WRITTEN.map((name) => join(options.out, name)),
  });
  tellProblems(ingested.outcomes);
  if (ingested.outcomes.every((outcome) => outcome.status === 'refused')) {
    throw new CommandError(
      'none of the files could be read as a log, so there is nothing to investigate: the reasons are above.',
    );
  }
  return ingested;
}
