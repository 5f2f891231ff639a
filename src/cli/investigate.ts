import { join } from 'node:path';
import type { Command } from 'commander';
import { renderSummary } from '../report/summary.ts';
import { CommandError } from './command-error.ts';
import { DEFAULT_OUT } from './lake.ts';
import { parseSpan } from './times.ts';
import { ingestPaths, tellProblems } from './workshop.ts';

type Options = {
  out: string;
  from?: string;
  until?: string;
  networks?: string;
  countryMmdb?: string;
  asnMmdb?: string;
  label?: string;
  tlp: string;
};

const TLP = ['TLP:RED', 'TLP:AMBER+STRICT', 'TLP:AMBER', 'TLP:GREEN', 'TLP:CLEAR'];

export function addInvestigate(program: Command): void {
  program
    .command('investigate')
    .description('From raw logs to a forensic report and a package: the main job')
    .argument('<path...>', 'log files, folders or globs, compressed or not')
    .option('-o, --out <folder>', 'where the report, the lake and the package go', DEFAULT_OUT)
    .option('--from <time>', 'start of a window given by you, past the detector (UTC)')
    .option('--until <time>', 'end of that window, exclusive (UTC)')
    .option('--networks <file>', 'CSV of dated networks that come before the data sets')
    .option('--country-mmdb <file>', 'your own MMDB of countries, in place of the bundled data')
    .option('--asn-mmdb <file>', 'your own MMDB of AS numbers, in place of the bundled data')
    .option('--label <name>', 'name of the log where the format gives none', 'web')
    .option('--tlp <label>', `who may read the report: ${TLP.join(', ')}`, 'TLP:AMBER')
    .addHelpText(
      'after',
      '\nExample:\n  $ ascribe investigate /var/log/nginx --out case-7\n  $ ascribe investigate logs/*.gz --from "2019-11-12 13:20" --until "2019-11-12 14:02"',
    )
    .action(investigatePaths);
}

/** What this command writes, and does not read as logs when it is run again above it. */
const WRITTEN = ['lake', 'package', 'report.html', 'report.md', 'report.json', 'sources.csv'];

/** Ingests and investigates; ends with the summary on standard output. */
export async function investigatePaths(paths: string[], options: Options): Promise<void> {
  if (!TLP.includes(options.tlp))
    throw new CommandError(`"${options.tlp}" is no TLP 2.0 label: give one of ${TLP.join(', ')}.`, 2);
  const forced = parseSpan(options);
  const lake = join(options.out, 'lake');
  const { outcomes, unread } = await ingestPaths(paths, {
    ...options,
    lake,
    except: WRITTEN.map((name) => join(options.out, name)),
  });
  tellProblems(outcomes);
  if (outcomes.every((outcome) => outcome.status === 'refused')) {
    throw new CommandError(
      'none of the files could be read as a log, so there is nothing to investigate: the reasons are above.',
    );
  }
  // Loaded late: the charts take longer to load than any other command takes to run.
  const { runCase } = await import('./run-case.ts');
  const model = await runCase({ out: options.out, lake, forced, tlp: options.tlp, unread });
  const lines = renderSummary(model, {
    reportPath: join(options.out, 'report.html'),
    columns: Math.min(process.stdout.columns ?? 80, 100),
  });
  process.stdout.write(`${lines.join('\n')}\n`);
}
