import type { Dataset } from '../enrich/dataset.ts';
import type { FormatText } from '../formats/format.ts';
import { canonicalJson, sha256 } from '../lake/digest.ts';
import { PARQUET_WRITER } from '../lake/parquet.ts';
import { type Store, StoreError } from '../lake/store.ts';

/**
 * What decides how the same bytes become rows. It belongs to a lake: rows made in two ways do not mix.
 * The id is the SHA-256 of the canonical JSON of all the rest.
 */
export type Profile = {
  id: string;
  ascribe: string;
  duckdb: string;
  /** What writes the parts of small objects and of straight rows, and names all others. */
  parquet: string;
  formats: Record<string, string>;
  datasets: Dataset[];
  source_label: string;
  synthetic: boolean;
};

export const PROFILE_KEY = 'profile.json';

export function createProfile(options: {
  version: string;
  duckdb: string;
  formats: readonly FormatText[];
  datasets: readonly Dataset[];
  label: string;
}): Profile {
  const rest = {
    ascribe: options.version,
    duckdb: options.duckdb,
    parquet: `${PARQUET_WRITER}, zstd ${process.versions.zstd}`,
    formats: Object.fromEntries(options.formats.map(({ id, text }) => [id, sha256(text)])),
    datasets: [...options.datasets],
    source_label: options.label,
    synthetic: options.datasets.some((dataset) => dataset.synthetic),
  };
  return { id: sha256(canonicalJson(rest)), ...rest };
}

export class ProfileError extends Error {
  override name = 'ProfileError';
}

/** `since`: what became of the lake, in words. */
function mixed(
  place: string,
  { since, differences }: { since: string; differences: readonly string[] },
): ProfileError {
  return new ProfileError(
    `${place} ${since} (${differences.join('; ')}): rows made in two ways do not mix. ` +
      `Use another folder with --out or --lake, or give the same data sets, or ${anew(place)}.`,
  );
}

/** How the rows of a lake are made anew. */
function anew(place: string): string {
  return place.startsWith('s3://')
    ? 'begin a new lake under another lakePrefix, as docs/runbook.md says under "Another profile"'
    : 'make the lake anew from its logs with ascribe reingest';
}

/** Whether the rows of a lake have the columns that are asked for: those of an earlier writer may lack some. Throws ProfileError. */
export function assertReadable(store: Store, { parquet }: Profile): void {
  // A file that anybody may have written.
  const writer = String(parquet).split(',', 1)[0];
  if (writer === PARQUET_WRITER) return;
  const place = store.locate(PROFILE_KEY);
  throw new ProfileError(
    `${place} says that the rows were written by ${writer}, and this version of Ascribe reads those of ${PARQUET_WRITER}: ` +
      `${anew(place)}, or read it with the version that made it.`,
  );
}

function describe(profile: Profile): Map<string, string> {
  return new Map([
    ['ascribe', profile.ascribe],
    ['DuckDB', profile.duckdb],
    ['Parquet', profile.parquet],
    ['source label', profile.source_label],
    ...Object.entries(profile.formats).map(([id, digest]): [string, string] => [
      `format ${id}`,
      digest.slice(0, 12),
    ]),
    ...profile.datasets.map((dataset): [string, string] => [
      `data set ${dataset.id}`,
      `${dataset.name} ${dataset.version} ${dataset.sha256.slice(0, 12)}`,
    ]),
  ]);
}

/** Writes the profile into an empty lake; refuses a lake that was made with another one. Throws ProfileError. */
export async function adoptProfile(store: Store, profile: Profile): Promise<void> {
  await store.create(PROFILE_KEY, Buffer.from(`${JSON.stringify(profile, null, 2)}\n`));
  const there = await readProfile(store);
  if (!there || there.id === profile.id) return;
  throw mixed(store.locate(PROFILE_KEY), {
    since: 'was made with another ingest profile',
    differences: differencesOf(there, profile),
  });
}

/** The lake must have the profile that the run began with. Throws ProfileError. */
export async function assertProfile(store: Store, profile: Profile): Promise<void> {
  const there = await readProfile(store);
  if (there?.id === profile.id) return;
  throw mixed(store.locate(PROFILE_KEY), {
    since: there
      ? 'was exchanged while this run wrote into the lake, which stopped'
      : 'was taken away while this run wrote into the lake, which stopped',
    differences: there ? differencesOf(there, profile) : ['there is no profile now'],
  });
}

function differencesOf(there: Profile, profile: Profile): string[] {
  const [mine, theirs] = [describe(profile), describe(there)];
  const names = [...new Set([...theirs.keys(), ...mine.keys()])];
  return names
    .filter((name) => mine.get(name) !== theirs.get(name))
    .map((name) => `${name}: ${theirs.get(name) ?? 'none'} there, ${mine.get(name) ?? 'none'} now`);
}

/** The profile of a lake; null: there is none. Throws StoreError where it is not as it was written. */
export async function readProfile(store: Store): Promise<Profile | null> {
  const bytes = await store.read(PROFILE_KEY);
  if (!bytes) return null;
  const profile = parsed(Buffer.from(bytes).toString('utf8'));
  if (profile) return profile;
  const path = store.locate(PROFILE_KEY);
  throw new StoreError(
    `${path} is not as it was written: it is no profile of a lake. Put it back from a copy, or remove it and ingest one of the same logs again with the same version, data sets and formats, which writes it anew.`,
    { path },
  );
}

/** Null for anything but an object with an id. */
function parsed(text: string): Profile | null {
  try {
    const profile = JSON.parse(text) as Profile | null;
    return typeof profile?.id === 'string' ? profile : null;
  } catch {
    return null;
  }
}
