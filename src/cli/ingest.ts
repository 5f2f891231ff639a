import type { Command } from 'commander';
import type { Outcome } from '../ingest/pass.ts';
import { addLedgers, NO_RECORDS } from '../lake/marker.ts';
import { CommandError } from './command-error.ts';
import { DEFAULT_LAKE } from './lake.ts';
import { type IngestOptions, ingestPaths, tellProblems } from './workshop.ts';

export function addIngest(program: Command): void {
  program
    .command('ingest')
    .description('Read logs into a lake, without a report')
    .argument('<path...>', 'log files, folders or globs, compressed or not')
    .option('--lake <folder>', 'the lake', DEFAULT_LAKE)
    .option('--networks <file>', 'CSV of dated networks that come before the data sets')
    .option('--country-mmdb <file>', 'your own MMDB of countries, in place of the bundled data')
    .option('--asn-mmdb <file>', 'your own MMDB of AS numbers, in place of the bundled data')
    .option('--label <name>', 'name of the log where the format gives none', 'web')
    .addHelpText('after', '\nExample:\n  $ ascribe ingest access.log.*.gz --lake case-7/lake')
    .action(async (paths: string[], options: Omit<IngestOptions, 'except'>) => {
      const { outcomes } = await ingestPaths(paths, { ...options, except: [options.lake] });
      tellProblems(outcomes);
      process.stdout.write(`${closingTable(outcomes)}\n`);
      if (outcomes.every((outcome) => outcome.status === 'refused'))
        throw new CommandError('none of the files could be read as a log.');
    });
}

/** records = rows + rejects + headers + blanks + notices, by format. */
export function closingTable(outcomes: readonly Outcome[]): string {
  const read = outcomes.filter((outcome) => outcome.status !== 'refused');
  const groups = Map.groupBy(read, (outcome) => outcome.marker.format);
  const lines = [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([format, group]) => line(format, group));
  const again = read.filter((outcome) => outcome.status === 'already-there').length;
  const refused = outcomes.length - read.length;
  return [
    'format                      objects      records =       rows +  rejects +  headers +   blanks +  notices',
    ...lines,
    ...(groups.size > 1 ? [line('all', read)] : []),
    ...(again > 0 ? [`${again} of the objects were there already: their rows stay once.`] : []),
    ...(refused > 0 ? [`${refused} refused: the reasons are above.`] : []),
  ].join('\n');
}

function line(name: string, outcomes: readonly Exclude<Outcome, { status: 'refused' }>[]): string {
  const sum = outcomes.map((outcome) => outcome.marker.ledger).reduce(addLedgers, NO_RECORDS);
  const number = (value: number, width: number): string => value.toLocaleString('en-GB').padStart(width);
  return `${name.padEnd(26)} ${number(outcomes.length, 8)} ${number(sum.records, 12)} ${number(sum.rows, 12)} ${number(sum.rejects, 10)} ${number(sum.headers, 10)} ${number(sum.blanks, 10)} ${number(sum.notices, 10)}`;
}
