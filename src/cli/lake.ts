import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { athenaEngine } from '../adapters/athena-engine.ts';
import { type AwsClients, awsClients } from '../adapters/aws-clients.ts';
import { duckDbEngine, partsOf } from '../adapters/duckdb-engine.ts';
import { isInS3, openLakeStore } from '../adapters/lake-location.ts';
import { readMarkers } from '../adapters/markers.ts';
import { LakeError, periodOf, type Snapshot } from '../case/snapshot.ts';
import type { Span } from '../case/span.ts';
import type { Engine } from '../catalogue/engine.ts';
import { assertReadable, type Profile, readProfile } from '../ingest/profile.ts';
import type { Marker } from '../lake/marker.ts';
import type { Store } from '../lake/store.ts';
import { CommandError } from './command-error.ts';
import { DEFAULT_LAKE } from './default-places.ts';
import { say } from './progress.ts';

export type LakeOptions = { lake: string; engine?: string; workgroup?: string; database: string };

/** The options of every command that reads a lake, here or in S3. */
export function addLakeOptions(command: Command): Command {
  return command
    .option('--lake <place>', 'the lake: a folder, or s3://bucket/prefix', DEFAULT_LAKE)
    .option('--engine <name>', 'duckdb, or athena for a lake in S3')
    .option('--workgroup <name>', 'the Athena workgroup to run in')
    .option('--database <name>', 'the Glue database of the lake', 'ascribe');
}

export type Lake = {
  store: Store;
  clients: AwsClients;
  profile: Profile;
  synthetic: boolean;
  /** An engine for answers that are a report's: the same questions of one snapshot are one execution in Athena. */
  engineOf(snapshot: Snapshot): Promise<Engine>;
};

/** Opens a lake, and says so where it is simulated. Throws LakeError where there is none. */
export async function openLake(options: LakeOptions): Promise<Lake> {
  const athena = inAthena(options);
  const clients = awsClients();
  const store = await openLakeStore(options.lake, clients);
  const profile = await readProfile(store);
  if (!profile) throw new LakeError(`there is no lake at ${options.lake}: ascribe ingest makes one`);
  if (profile.synthetic) say('SYNTHETIC: this lake holds simulated traffic.');
  return {
    ...{ store, clients, profile },
    synthetic: profile.synthetic,
    engineOf: async ({ root, markers, profile: { id } }) =>
      athena
        ? athenaEngine(clients, { ...athena, snapshot: `${root} ${id}` })
        : duckDbEngine(partsOf(store, markers)),
  };
}

/**
 * An engine for the questions of a person, stopped with the command; and the time that the lake holds events of. Throws
 * ProfileError where its rows are of another version.
 */
export async function openForQueries(
  options: LakeOptions,
): Promise<{ engine: Engine; store: Store; synthetic: boolean; wholeSpan(): Promise<Span | null> }> {
  const lake = await openLake(options);
  assertReadable(lake.store, lake.profile);
  const athena = inAthena(options);
  let read: Promise<Marker[]> | null = null;
  const markers = (): Promise<Marker[]> => {
    read ??= readMarkers(lake.store);
    return read;
  };
  const engine = athena
    ? athenaEngine(lake.clients, { ...athena, snapshot: randomUUID() })
    : await duckDbEngine(partsOf(lake.store, await markers()));
  process.once('SIGINT', () => {
    void engine.close().finally(() => process.exit(130));
  });
  return {
    engine,
    store: lake.store,
    synthetic: lake.synthetic,
    async wholeSpan() {
      const events = periodOf({ markers: await markers(), days: null });
      return events && { from: events.first, until: events.last + 1 };
    },
  };
}

/** What Athena needs to be told; null for DuckDB. Throws CommandError where place and engine do not go together. */
function inAthena({
  lake,
  engine,
  workgroup,
  database,
}: LakeOptions): { workgroup: string; database: string } | null {
  if (engine !== undefined && engine !== 'duckdb' && engine !== 'athena')
    throw new CommandError(`--engine ${engine} is neither duckdb nor athena.`, 2);
  if (!isInS3(lake)) {
    if (engine === 'athena')
      throw new CommandError(`${lake} is a folder, and Athena reads lakes in S3: give --lake s3://… .`, 2);
    return null;
  }
  if (engine !== 'athena')
    throw new CommandError(`a lake in S3 is asked through Athena: add --engine athena --workgroup NAME.`, 2);
  if (!workgroup)
    throw new CommandError('--engine athena needs --workgroup NAME: the stack names it in its outputs.', 2);
  return { workgroup, database };
}
