import { archivesOf } from '../evidence/archives.ts';
import { type CustodyRecord, verifyCustodyRecord } from '../evidence/custody.ts';
import { type Deferral, readDeferral } from '../evidence/deferral.ts';
import { merkleRoot } from '../evidence/merkle.ts';
import { readCustody } from '../evidence/read-custody.ts';
import { byName, deliveredTo, readingBy } from '../evidence/readings.ts';
import { type Profile, readProfile } from '../ingest/profile.ts';
import { type Marker, MarkerError, markerKey, parseMarker } from '../lake/marker.ts';
import { sideBySide } from '../lake/side-by-side.ts';
import type { Store } from '../lake/store.ts';
import { EPOCH_DAY, tables } from '../lake/tables.ts';
import type { CaseFile } from './case-file.ts';
import { handLeaves, type InvestigatorsHand, readHand } from './investigators-hand.ts';
import { changedMarkers } from './marker-against-custody.ts';

/** Event days, YYYY-MM-DD, both inclusive. */
export type Days = { from: string; until: string };

/** The committed objects of a lake, as a report speaks of them. */
export type Snapshot = {
  profile: Profile;
  /** Null: all that the lake holds. */
  days: Days | null;
  markers: Marker[];
  /** All records, in the order of their names: a delivery that was read again has several. */
  custody: CustodyRecord[];
  /** Of these, the one that speaks for the lake, for each delivery and its bytes. */
  deliveries: CustodyRecord[];
  /** Deliveries that were set aside and not read yet: the report knows nothing of what is in them. */
  deferred: Deferral[];
  /** Custody records, markers and parts that are not as they were written, with what is wrong. */
  broken: { key: string; problem: string }[];
  /** Parts of objects that were never committed. */
  orphans: string[];
  /** What people say of the case: a report follows it. */
  hand: InvestigatorsHand;
  /** Merkle root over the committed object ids, in order, and over what people say of the case. */
  root: string;
};

export class LakeError extends Error {
  override name = 'LakeError';
}

/** A lake that does not come to rest, or holds what is not committed, cannot be reported on. */
export class UnsettledLakeError extends Error {
  override name = 'UnsettledLakeError';
}

/** Reads at a time: a store far away answers many at once. */
const READS = 32;

/** What is committed of some days, and which parts lie there without being so. */
type Committed = { ids: string[]; orphans: string[] };

const partitioned = tables.filter((table) => table.partitioned);

async function committed(store: Store, days: Days | null): Promise<Committed> {
  const parts = await partKeys(store, days);
  const inParts = new Set(parts.map(objectIdOf));
  // Of some days those objects that have parts there; of all days also those that have none.
  const there = new Set(days ? [] : await committedIds(store));
  if (days) {
    await sideBySide([...inParts], READS, async (id) => {
      if ((await store.read(markerKey(id))) !== null) there.add(id);
    });
  }
  return { ids: [...there].sort(), orphans: parts.filter((key) => !there.has(objectIdOf(key))) };
}

async function committedIds(store: Store): Promise<string[]> {
  return (await store.list('objects/')).map(({ key }) => key.slice('objects/'.length, -'.json'.length));
}

async function partKeys(store: Store, days: Days | null): Promise<string[]> {
  const folders = days
    ? partitioned.flatMap(({ name }) => daysOf(days).map((day) => `tables/${name}/dt=${day}/`))
    : partitioned.map(({ name }) => `tables/${name}/`);
  return (await sideBySide(folders, READS, (folder) => store.list(folder))).flat().map(({ key }) => key);
}

/** The object of a part: `<object id>-<part>.parquet`. */
function objectIdOf(key: string): string {
  const name = key.slice(key.lastIndexOf('/') + 1);
  return name.slice(0, name.lastIndexOf('-'));
}

/** Days of the events, and the day of the rejects of objects without any. */
function daysOf({ from, until }: Days): string[] {
  const days = [EPOCH_DAY];
  for (let at = Date.parse(from); at <= Date.parse(until); at += 86_400_000)
    days.push(new Date(at).toISOString().slice(0, 10));
  return [...new Set(days)];
}

function rootOf(ids: readonly string[], hand: InvestigatorsHand): string {
  return merkleRoot([...ids, ...handLeaves(hand)].map((leaf) => Buffer.from(leaf)));
}

/** The case file that was given in place of the lake's own. */
export type GivenCase = { caseFile?: CaseFile | null };

/** What the lake holds now of a snapshot's days: a report is of one snapshot, so this is looked at again after it. */
export async function lookAgain(
  store: Store,
  days: Days | null,
  { caseFile = null }: GivenCase = {},
): Promise<{ root: string; orphans: string[] }> {
  const { ids, orphans } = await committed(store, days);
  return { root: rootOf(ids, await readHand(store, caseFile)), orphans };
}

/**
 * Reads what the lake holds, of some days or of all. Throws LakeError where there is no lake, CaseFileError where its
 * case file cannot be used, MarkerError where a marker cannot be read, unless it is to go on: that is `broken` then.
 */
export async function takeSnapshot(
  store: Store,
  days: Days | null = null,
  { caseFile = null, goOn = false }: GivenCase & { goOn?: boolean } = {},
): Promise<Snapshot> {
  const profile = await readProfile(store);
  if (!profile)
    throw new LakeError(
      `there is no lake at ${store.locate('profile.json').replace(/.profile\.json$/, '')}: ascribe ingest makes one`,
    );
  const { ids, orphans } = await committed(store, days);
  const { markers, unreadable } = await markersOf(store, { ids, goOn });
  const of = { profile: profile.id, days };
  const { custody, broken } = await custodyOf(store, { ...of, ids: new Set(ids) });
  broken.push(...unreadable, ...changedMarkers(markers, { profile: profile.id, custody }));
  const deliveries = deliveredTo(profile.id, custody).map(({ record }) => record);
  const deferred = await deferredOf(store, { ...of, broken });
  const { broken: unfollowed, ...hand } = await readHand(store, caseFile);
  broken.push(...unfollowed);
  const parts = markers.flatMap((marker) => marker.parts);
  const digests = await sideBySide(parts, READS, (part) => store.digest(part.key));
  for (const [index, part] of parts.entries()) {
    if (digests[index] === null) broken.push({ key: part.key, problem: 'this part of the lake is missing' });
    else if (digests[index] !== part.sha256)
      broken.push({ key: part.key, problem: 'this part of the lake is not as it was written' });
  }
  return {
    ...{ profile, days, markers, custody, deliveries, deferred, broken, orphans, hand },
    root: rootOf(ids, hand),
  };
}

async function markersOf(
  store: Store,
  { ids, goOn }: { ids: readonly string[]; goOn: boolean },
): Promise<{ markers: Marker[]; unreadable: Snapshot['broken'] }> {
  const unreadable: Snapshot['broken'] = [];
  const markers = await sideBySide(ids, READS, async (objectId) => {
    const key = markerKey(objectId);
    try {
      const text = Buffer.from((await store.read(key)) ?? '').toString('utf8');
      return parseMarker(text, { objectId, place: store.locate(key) });
    } catch (error) {
      if (!goOn || !(error instanceof MarkerError)) throw error;
      unreadable.push({ key, problem: `this marker of an object ${error.problem}` });
      return null;
    }
  });
  return { markers: markers.filter((marker) => marker !== null), unreadable };
}

/**
 * Custody of the objects of a snapshot and of the archives they were in, and what was refused: with days, what arrived
 * from the first to a day after the last.
 */
async function custodyOf(
  store: Store,
  { days, ...of }: { days: Days | null; profile: string; ids: ReadonlySet<string> },
): Promise<Pick<Snapshot, 'custody' | 'broken'>> {
  const custody: CustodyRecord[] = [];
  const archives: CustodyRecord[] = [];
  const broken: Snapshot['broken'] = [];
  const onProblem = ({ key, problem }: Snapshot['broken'][number]): void => {
    broken.push({ key, problem: `this custody record ${problem}` });
  };
  for await (const { key, bytes } of readCustody(store, { onProblem })) {
    const verdict = verifyCustodyRecord(bytes, { key });
    if (!verdict.ok) onProblem({ key, problem: verdict.problem });
    else if (verdict.record.archive) archives.push(verdict.record);
    else if (!days || (await isOfDays(store, { record: verdict.record, days, ...of })))
      custody.push(verdict.record);
  }
  const holdsOne = archivesOf(custody);
  custody.push(...archives.filter((record) => !days || cameIn(record.received_at, days) || holdsOne(record)));
  // Under seal or not, in one order.
  custody.sort(byName);
  return { custody, broken };
}

/** What was set aside, with days what was from the first to a day after the last, and has not been read since. */
async function deferredOf(
  store: Store,
  { profile, days, broken }: { profile: string; days: Days | null; broken: Snapshot['broken'] },
): Promise<Deferral[]> {
  const deferred: Deferral[] = [];
  for (const { key } of await store.list('deferred/')) {
    const deferral = readDeferral((await store.read(key))!);
    if (!deferral)
      broken.push({ key, problem: 'this record of a delivery set aside is not as it was written' });
    else if (
      (!days || cameIn(deferral.deferred_at, days)) &&
      !(await readingBy(store, { profile, delivery: deferral.delivery }))
    )
      deferred.push(deferral);
  }
  return deferred;
}

type OfDays = { record: CustodyRecord; days: Days; profile: string; ids: ReadonlySet<string> };

async function isOfDays(store: Store, { record, days, profile, ids }: OfDays): Promise<boolean> {
  const { refused, object_id, received_at } = record;
  const isObjectOfDays = ids.has(object_id ?? '');
  if (!refused) return isObjectOfDays;
  if (record.profile === profile) return cameIn(received_at, days);
  // What another profile refused can be an object of this lake, and then goes where that does.
  return (
    isObjectOfDays || (cameIn(received_at, days) && (await store.read(markerKey(object_id ?? ''))) === null)
  );
}

function cameIn(time: string, { from, until }: Days): boolean {
  const at = Date.parse(time);
  return at >= Date.parse(from) && at < Date.parse(until) + 2 * 86_400_000;
}

/** First and last event of the snapshot within its days, ms since 1970; null without events. */
export function periodOf({
  markers,
  days,
}: Pick<Snapshot, 'markers' | 'days'>): { first: number; last: number } | null {
  const firsts = markers.flatMap((marker) => (marker.first_event ? [Date.parse(marker.first_event)] : []));
  const lasts = markers.flatMap((marker) => (marker.last_event ? [Date.parse(marker.last_event)] : []));
  if (firsts.length === 0) return null;
  const first = firsts.reduce((a, b) => Math.min(a, b));
  const last = lasts.reduce((a, b) => Math.max(a, b));
  const within = {
    first: Math.max(first, days ? Date.parse(days.from) : first),
    last: Math.min(last, days ? Date.parse(days.until) + 86_400_000 - 1 : last),
  };
  return within.first <= within.last ? within : null;
}
