import { resolve } from 'node:path';
import { writeInto } from '../adapters/at-work.ts';
import { type AwsClients, awsClients } from '../adapters/aws-clients.ts';
import { DATABASE_KEY, writeLakeDatabase } from '../adapters/lake-database.ts';
import { isInS3, NETWORKS_KEY, openLakeStore, readLocation } from '../adapters/lake-location.ts';
import { type FoundLogs, findLogs } from '../adapters/log-files.ts';
import { readText, sweepBeside } from '../adapters/report-folder.ts';
import { s3Lock, s3LogObject, versionsBelow } from '../adapters/s3-logs.ts';
import { parseS3Url } from '../adapters/s3-store.ts';
import { startThreads, type Threads } from '../adapters/threaded-projector.ts';
import { openWorkshop, type Workshop } from '../adapters/workshop.ts';
import type { Dataset } from '../enrich/dataset.ts';
import { parseNetworks } from '../enrich/networks.ts';
import { isArchiveInS3 } from '../ingest/archive.ts';
import type { LogObject, Outcome } from '../ingest/pass.ts';
import { readProfile } from '../ingest/profile.ts';
import { givenCase, proxiesToTrust } from './case-option.ts';
import { CommandError } from './command-error.ts';
import type { DataOptions } from './data-options.ts';
import { type Ingested, ingestFound, ingestPacked, sayAltered, together } from './ingest-found.ts';
import { say } from './progress.ts';
import { mostlyRejected, refusals } from './refusals.ts';

export type IngestOptions = DataOptions & {
  /** Folders not to read logs from: those that Ascribe writes. */
  except: string[];
  threads?: Threads;
};

/** Finds, recognises and ingests logs into a lake. Throws CommandError where there is nothing to ingest. */
export async function ingestPaths(paths: readonly string[], options: IngestOptions): Promise<Ingested> {
  const clients = awsClients();
  const networks = await networksOf(options);
  const { packed, problems, ...found } = await findObjects(paths, { clients, except: options.except });
  for (const { name, reason } of problems) say(`${name} ${reason}.`);
  if (found.objects.length + found.archives.length + packed.length === 0)
    throw new CommandError('there is nothing to read: give files, folders or globs of logs.');
  const workshop = await openIngest({ ...options, parsed: networks }, clients);
  try {
    const unread = problems.map(({ name, reason }) => ({ object: name, reason }));
    let all = together({ outcomes: [], faults: 0, unread }, await ingestFound(found, workshop));
    // One after the other, so that the disk holds one at a time.
    for (const object of packed) all = together(all, await ingestPacked(object, workshop));
    const isThere = all.outcomes.some(({ status }) => status !== 'refused');
    if (isThere && !isInS3(options.lake)) await leaveDatabase(options.lake, workshop);
    return all;
  } finally {
    workshop.close();
  }
}

/** A convenience: without it the lake is whole. */
async function leaveDatabase(lake: string, { context }: Workshop): Promise<void> {
  const file = context.stageFile();
  try {
    await writeLakeDatabase(resolve(lake), file);
    await context.store.adopt(DATABASE_KEY, file);
  } catch (error) {
    say(
      `${DATABASE_KEY} could not be written, and the lake is whole without it: ${(error as Error).message}`,
    );
  }
}

type Networks = ReturnType<typeof parseNetworks> | null;

async function networksOf({ networks }: DataOptions): Promise<Networks> {
  if (!networks) return null;
  const text = await readText(networks);
  if (text === null)
    throw new CommandError(`${networks} does not exist: --networks takes a CSV file of networks.`);
  return parseNetworks(text, networks);
}

/** A workshop for a lake, here or in S3. Throws CommandError for networks that are not there. */
export async function openIngest(
  options: DataOptions & { parsed?: Networks; threads?: Threads },
  clients: AwsClients,
): Promise<Workshop> {
  if (isInS3(options.lake) && options.formats !== undefined)
    throw new CommandError('formats of your own are for a lake in a folder: leave out --formats.', 2);
  // A reingest that was killed between two steps may have left the lake beside its place.
  if (!isInS3(options.lake)) sweepBeside(options.lake, say);
  const store = await openLakeStore(options.lake, clients);
  const caseFile = await givenCase(options.case);
  const given = options.parsed === undefined ? await networksOf(options) : options.parsed;
  const settings = {
    store,
    countryMmdb: options.countryMmdb,
    asnMmdb: options.asnMmdb,
  };
  // Started last: nobody closes what is begun for a workshop that does not open.
  const threads = (): Threads => options.threads ?? startThreads();
  const trustedProxies = await proxiesToTrust(store, { given: options.trustedProxies, caseFile });
  if (!isInS3(options.lake)) {
    const workshop = await openWorkshop({
      ...settings,
      trustedProxies,
      formats: options.formats,
      staging: options.lake,
      networks: given,
      label: options.label ?? 'web',
      threads: threads(),
    });
    return besideNoReingest(workshop, options.lake);
  }
  // A lake in S3 was begun by a deployment, which says of itself what its rows are made with and who locks the logs.
  const [profile, networks, location] = await Promise.all([
    readProfile(store),
    store.read(NETWORKS_KEY),
    readLocation(store),
  ]);
  const workshop = await openWorkshop({
    ...settings,
    networks: given ?? (networks && parseNetworks(Buffer.from(networks).toString('utf8'), NETWORKS_KEY)),
    trustedProxies: trustedProxies ?? trustedIn(profile?.datasets ?? []),
    label: profile?.source_label ?? options.label ?? 'web',
    threads: threads(),
  });
  if (!location) return workshop;
  const lock = s3Lock(clients.s3, { ...location.raw, now: workshop.context.now });
  return { ...workshop, context: { ...workshop.context, lock } };
}

/** A workshop whose lake nobody makes anew until it is closed. Throws StoreError where somebody does so now. */
function besideNoReingest(workshop: Workshop, lake: string): Workshop {
  try {
    const leave = writeInto(lake);
    return {
      ...workshop,
      close() {
        workshop.close();
        leave();
      },
    };
  } catch (error) {
    workshop.close();
    throw error;
  }
}

/** The proxies that a lake's rows were made with. */
function trustedIn(datasets: readonly Dataset[]): string[] {
  return datasets.find(({ id }) => id === 'trusted-proxies')?.version.split(' ') ?? [];
}

/** What was found, and what in S3 is an archive by its name, to be opened when its turn comes. */
type Found = FoundLogs & { packed: LogObject[] };

async function findObjects(
  paths: readonly string[],
  { clients, except }: { clients: AwsClients; except: readonly string[] },
): Promise<Found> {
  const found = await findLogs(
    paths.filter((path) => !isInS3(path)),
    { except },
  );
  const packed: LogObject[] = [];
  for (const url of paths.filter(isInS3)) {
    const known = found.objects.length + packed.length;
    for await (const version of versionsBelow(clients.s3, parseS3Url(url))) {
      const object = s3LogObject(clients.s3, version);
      (isArchiveInS3(object.delivery) ? packed : found.objects).push(object);
    }
    if (found.objects.length + packed.length === known)
      found.problems.push({ name: url, reason: 'holds no object: check the bucket and the prefix' });
  }
  return { ...found, packed };
}

/** Says what was refused, files of one reason together, what was changed in its place and what was damaged. */
export function tellProblems(outcomes: readonly Outcome[]): void {
  for (const sentence of [...refusals(outcomes), ...mostlyRejected(outcomes)]) say(sentence);
  for (const outcome of outcomes) {
    if (outcome.status === 'refused') continue;
    if (outcome.isAltered) sayAltered(outcome.name);
    if (outcome.damage)
      say(`Damaged: ${outcome.name}: ${outcome.damage.replace(/\.$/, '')}. ${ofDamaged(outcome.damage)}`);
  }
}

/** What is cut off is right up to there, and a block of bzip2 is checked before it is given; other bytes are found late. */
function ofDamaged(damage: string): string {
  return /unexpected end of file|^bzip2|the archive holds \d/.test(damage)
    ? 'All whole records before the damage were kept.'
    : 'Where it begins is not known: all that could be unpacked was kept, and some of it may be false.';
}
