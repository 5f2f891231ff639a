import type { Command } from 'commander';
import { directoryStore } from '../adapters/directory.ts';
import { removeFolder, replaceFolder } from '../adapters/report-folder.ts';
import { CASE_KEY } from '../case/case-file.ts';
import { JUDGEMENTS_FOLDER } from '../case/judgements.ts';
import { takeSnapshot } from '../case/snapshot.ts';
import type { Outcome } from '../ingest/pass.ts';
import type { Store } from '../lake/store.ts';
import { closingTable } from './closing-table.ts';
import { CommandError } from './command-error.ts';
import { addDataOptions } from './data-options.ts';
import { DEFAULT_LAKE } from './default-places.ts';
import { type IngestOptions, ingestPaths, tellProblems } from './workshop.ts';
import { widthOf } from './wrap.ts';

export function addReingest(program: Command): void {
  const command = program
    .command('reingest')
    .description('Make a lake anew with other data sets, networks or formats, from the same logs')
    .argument('<path...>', 'the logs of the lake: every object of it must be among them')
    .option('--lake <folder>', 'the lake', DEFAULT_LAKE);
  addDataOptions(command)
    .addHelpText(
      'after',
      '\nExample:\n  $ ascribe reingest sim/logs --networks sim/networks.csv --lake ascribe-report/lake',
    )
    .action(async (paths: string[], options: Omit<IngestOptions, 'except'>) => {
      const outcomes = await reingest(paths, options);
      process.stdout.write(`${closingTable(outcomes, widthOf(process.stdout))}\n`);
    });
}

/**
 * Builds the new lake beside the old one and puts it in its place once every object is there again. Custody and its seals
 * stay: what was delivered is not delivered anew. Throws CommandError, and leaves the old lake, where an object is missing.
 */
async function reingest(
  paths: readonly string[],
  options: Omit<IngestOptions, 'except'>,
): Promise<Outcome[]> {
  const { lake } = options;
  const old = await takeSnapshot(directoryStore(lake));
  const anew = `${lake}.anew-${process.pid}`;
  try {
    const store = directoryStore(anew);
    await copyCustody(directoryStore(lake), store);
    const { outcomes } = await ingestPaths(paths, { ...options, lake: anew, except: [lake, anew] });
    tellProblems(outcomes);
    const there = new Set((await store.list('objects/')).map(({ key }) => key));
    const missing = old.markers.filter((marker) => !there.has(`objects/${marker.object_id}.json`));
    if (missing.length > 0) {
      const names = new Map(old.custody.map((record) => [record.object_id, record.delivery]));
      const delivery = names.get(missing[0]!.object_id);
      const name = delivery?.kind === 'file' ? delivery.path : missing[0]!.object_id;
      throw new CommandError(
        `${missing.length} of ${old.markers.length} objects of ${lake} are not among these logs, the first of them ${name}: give them too. The lake is as it was.`,
      );
    }
    replaceFolder(anew, lake);
    return outcomes;
  } finally {
    removeFolder(anew);
  }
}

/** What is no row of a log: custody and its seals, and what people say of the case. */
async function copyCustody(from: Store, to: Store): Promise<void> {
  const caseFile = await from.read(CASE_KEY);
  if (caseFile) await to.create(CASE_KEY, caseFile);
  for (const folder of ['custody/', 'seals/', JUDGEMENTS_FOLDER])
    for (const { key } of await from.list(folder)) await to.create(key, (await from.read(key))!);
}
