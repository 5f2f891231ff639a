import type { Command } from 'commander';
import { makeAnew } from '../adapters/at-work.ts';
import { directoryStore } from '../adapters/directory.ts';
import { allFormats } from '../adapters/own-formats.ts';
import { exchangeFolders, folderBeside, removeFolder, replaceableFolder } from '../adapters/report-folder.ts';
import { CASE_KEY } from '../case/case-file.ts';
import { placeOfDelivery } from '../case/custody-against-lake.ts';
import { JUDGEMENTS_FOLDER } from '../case/judgements.ts';
import { type Snapshot, takeSnapshot } from '../case/snapshot.ts';
import { type Marker, markerKey } from '../lake/marker.ts';
import type { Store } from '../lake/store.ts';
import { closingTable } from './closing-table.ts';
import { CommandError } from './command-error.ts';
import { addDataOptions, takenPath } from './data-options.ts';
import { DEFAULT_LAKE } from './default-places.ts';
import { type Ingested, refuseUnread } from './ingest-found.ts';
import { say } from './progress.ts';
import { type IngestOptions, ingestPaths, tellProblems } from './workshop.ts';
import { widthOf } from './wrap.ts';

export function addReingest(program: Command): void {
  const command = program
    .command('reingest')
    .description('Make a lake anew with other data sets, networks or formats, from the same logs')
    .argument('[path...]', 'the logs of the lake: every object of it must be among them')
    .option('--lake <folder>', 'the lake', DEFAULT_LAKE);
  addDataOptions(command)
    .addHelpText(
      'after',
      '\nExample:\n  $ ascribe reingest sim/logs --networks sim/networks.csv --lake ascribe-report/lake',
    )
    .action(async (paths: string[], options: Omit<IngestOptions, 'except'>) => {
      const ingested = await reingest(paths, options);
      process.stdout.write(`${closingTable(ingested, widthOf(process.stdout))}\n`);
      refuseUnread(ingested);
    });
}

/**
 * Builds the new lake beside the old one and puts it in its place once every object is there again. Custody and its seals
 * stay, and have one more record of each delivery that the new profile reads. Throws CommandError, and leaves the old
 * lake, where an object is missing; StoreError where it cannot be replaced, or another command writes into it.
 */
async function reingest(paths: readonly string[], options: Omit<IngestOptions, 'except'>): Promise<Ingested> {
  if (paths.length === 0)
    throw new CommandError(
      `give the logs of the lake (ascribe reingest --help shows the options).${takenPath(options)}`,
      2,
    );
  const lake = replaceableFolder(options.lake, say);
  const leave = makeAnew(lake);
  const anew = folderBeside(lake);
  try {
    const old = await takeSnapshot(directoryStore(lake));
    const store = directoryStore(anew);
    await copyCustody(directoryStore(lake), store);
    const ingested = await ingestPaths(paths, { ...options, lake: anew, except: [options.lake, lake, anew] });
    tellProblems(ingested.outcomes);
    const there = new Set((await store.list('objects/')).map(({ key }) => key));
    const missing = old.markers.filter((marker) => !there.has(markerKey(marker.object_id)));
    if (missing.length > 0) throw new CommandError(whyMissing(missing, { old, options }));
    // What others wrote meanwhile: records, seals and judgements come along, an object is no part of the new lake.
    await copyCustody(directoryStore(lake), store);
    const known = new Set(old.markers.map((marker) => markerKey(marker.object_id)));
    const added = (await directoryStore(lake).list('objects/')).filter(
      ({ key }) => !known.has(key) && !there.has(key),
    );
    if (added.length > 0)
      throw new CommandError(
        `${added.length} object${added.length === 1 ? ' was' : 's were'} added to ${lake} meanwhile: run this again once no other command writes there, with the logs of all. The lake is as it was.`,
      );
    exchangeFolders(anew, lake);
    // The old lake has the other's name now: what came into it between the last copy and this comes along as well.
    await copyCustody(directoryStore(anew), directoryStore(lake));
    return ingested;
  } finally {
    removeFolder(anew);
    leave();
  }
}

/** Objects of the old lake that the new one lacks: their logs are not among those given, or no format reads them. */
function whyMissing(
  missing: readonly Marker[],
  { old, options }: { old: Snapshot; options: Pick<IngestOptions, 'lake' | 'formats'> },
): string {
  const known = new Set(allFormats(options.formats).map(({ id }) => id));
  const ofOther = missing.filter(({ format }) => !known.has(format));
  const first = ofOther[0] ?? missing[0]!;
  const delivery = old.deliveries.find(({ object_id }) => object_id === first.object_id)?.delivery;
  const name = delivery ? placeOfDelivery(delivery) : first.object_id;
  const why =
    ofOther.length > 0
      ? `were read with formats that are not here (${[...new Set(ofOther.map(({ format }) => format))].sort().join(', ')}), the first of them ${name}: give the folder of these with --formats`
      : `are not among these logs, the first of them ${name}: give them too`;
  const count = ofOther.length > 0 ? ofOther.length : missing.length;
  return `${count} of ${old.markers.length} objects of ${options.lake} ${why}. The lake is as it was.`;
}

/** What is no row of a log: custody and its seals, and what people say of the case. */
async function copyCustody(from: Store, to: Store): Promise<void> {
  const caseFile = await from.read(CASE_KEY);
  if (caseFile) await to.create(CASE_KEY, caseFile);
  for (const folder of ['custody/', 'seals/', JUDGEMENTS_FOLDER])
    for (const { key } of await from.list(folder)) await to.create(key, (await from.read(key))!);
}
