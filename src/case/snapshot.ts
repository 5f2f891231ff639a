import { type CustodyRecord, verifyCustodyRecord } from '../evidence/custody.ts';
import { merkleRoot } from '../evidence/merkle.ts';
import { type Profile, readProfile } from '../ingest/profile.ts';
import { sha256 } from '../lake/digest.ts';
import type { Marker } from '../lake/marker.ts';
import type { Store } from '../lake/store.ts';

/** The committed objects of a lake, as a report speaks of them. */
export type Snapshot = {
  profile: Profile;
  markers: Marker[];
  custody: CustodyRecord[];
  /** Custody records and parts that are not as they were written, with what is wrong. */
  broken: { key: string; problem: string }[];
  /** Parts of objects that were never committed. */
  orphans: string[];
  /** Merkle root over the committed object ids, in order. */
  root: string;
};

export class LakeError extends Error {
  override name = 'LakeError';
}

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');

export async function snapshotRoot(store: Store): Promise<string> {
  const ids = (await store.list('objects/')).map(({ key }) => key.slice('objects/'.length, -'.json'.length));
  return merkleRoot(ids.map((id) => Buffer.from(id)));
}

/** Reads what the lake holds. Throws LakeError where there is no lake. */
export async function takeSnapshot(store: Store): Promise<Snapshot> {
  const profile = await readProfile(store);
  if (!profile)
    throw new LakeError(
      `there is no lake at ${store.locate('profile.json').replace(/.profile\.json$/, '')}: ascribe ingest makes one`,
    );
  const markers = await readAll(store, 'objects/', (bytes) => JSON.parse(text(bytes)) as Marker);
  const custody: CustodyRecord[] = [];
  const broken: Snapshot['broken'] = [];
  for (const { key } of await store.list('custody/')) {
    const verdict = verifyCustodyRecord((await store.read(key))!, { key });
    if (verdict.ok) custody.push(verdict.record);
    else broken.push({ key, problem: `this custody record ${verdict.problem}` });
  }
  for (const part of markers.flatMap((marker) => marker.parts)) {
    const bytes = await store.read(part.key);
    if (bytes === null) broken.push({ key: part.key, problem: 'this part of the lake is missing' });
    else if (sha256(bytes) !== part.sha256)
      broken.push({ key: part.key, problem: 'this part of the lake is not as it was written' });
  }
  const committed = new Set(markers.flatMap((marker) => marker.parts.map((part) => part.key)));
  const orphans = (await store.list('tables/'))
    .map(({ key }) => key)
    .filter((key) => key.includes('/dt=') && !committed.has(key));
  return { profile, markers, custody, broken, orphans, root: await snapshotRoot(store) };
}

async function readAll<T>(store: Store, prefix: string, read: (bytes: Uint8Array) => T): Promise<T[]> {
  const all: T[] = [];
  for (const { key } of await store.list(prefix)) all.push(read((await store.read(key))!));
  return all;
}

/** First and last event of the snapshot, ms since 1970; null without events. */
export function periodOf(markers: readonly Marker[]): { first: number; last: number } | null {
  const firsts = markers.flatMap((marker) => (marker.first_event ? [Date.parse(marker.first_event)] : []));
  const lasts = markers.flatMap((marker) => (marker.last_event ? [Date.parse(marker.last_event)] : []));
  if (firsts.length === 0) return null;
  return { first: firsts.reduce((a, b) => Math.min(a, b)), last: lasts.reduce((a, b) => Math.max(a, b)) };
}
