import type { Format } from '../formats/format.ts';
import { assertLedger, type Marker, type PartEntry, readMarker } from '../lake/marker.ts';
import { sideBySide } from '../lake/side-by-side.ts';
import type { Store } from '../lake/store.ts';
import { EPOCH_DAY, partKey, rejects as rejectsTable } from '../lake/tables.ts';
import type { IngestContext } from './pass.ts';
import { assertProfile } from './profile.ts';
import type { Progress, StagedPart } from './progress.ts';
import type { Projection } from './projection.ts';
import type { Surveyed } from './records.ts';
import type { Survey } from './survey.ts';

/** Parts that go into the lake at a time. */
const ADOPTIONS = 32;

/** A part under its name in the lake. */
export type NamedPart = { entry: PartEntry; content: string | Uint8Array };

/** An object whose records are all accounted for, and its parts, which are not in the lake yet. */
export type Finished = { marker: Marker; parts: readonly NamedPart[] };

/** Gives the parts of an object its id. Throws if one record is unaccounted for. */
export async function finish(
  progress: Progress,
  {
    item: { object, surveyed },
    format,
    projection,
    context,
  }: { item: Surveyed; format: Format; projection: Projection; context: IngestContext },
): Promise<Finished> {
  const parts = await named(progress.parts, surveyed.objectId);
  const rejects = await writeRejects({ surveyed, progress, context, projection });
  if (rejects) parts.push(rejects);
  // Lanes end their parts in any order.
  parts.sort((a, b) => (a.entry.key < b.entry.key ? -1 : 1));
  assertLedger(progress.ledger, object.name);
  const marker: Marker = {
    object_id: surveyed.objectId,
    format: format.id,
    vantage: format.vantage,
    bytes: surveyed.bytes,
    ledger: progress.ledger,
    first_event: toRfc3339(progress.first),
    last_event: toRfc3339(progress.last),
    damage: surveyed.damage,
    profile: context.profile.id,
    sources: [...progress.sources].sort(),
    parts: parts.map(({ entry }) => entry),
  };
  return { marker, parts };
}

function toRfc3339(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}

/** Rejects lie on the day of the object's first event, so that they are found where its rows are. */
async function writeRejects(by: {
  surveyed: Survey;
  progress: Progress;
  context: IngestContext;
  projection: Projection;
}): Promise<NamedPart | null> {
  const { objectId } = by.surveyed;
  const { rejects, first } = by.progress;
  if (rejects.length === 0) return null;
  const day = toRfc3339(first)?.slice(0, 10) ?? EPOCH_DAY;
  const file = by.context.stageFile();
  const { rows, sha256 } = await by.projection.writeRejects(rejects, { objectId, file });
  const key = partKey(rejectsTable, { day, objectId, part: 0 });
  return { entry: { key, table: rejectsTable.name, day, rows, sha256 }, content: file };
}

/** Parts under the id of their object, which those in files get now, each from what made it, side by side. */
async function named(parts: readonly StagedPart[], objectId: string): Promise<NamedPart[]> {
  const digests = new Map<StagedPart, string>();
  const inFiles = parts.flatMap((part) => {
    const { projection, table, content } = part;
    return typeof content === 'string' ? [{ part, projection, file: { table, file: content } }] : [];
  });
  await Promise.all(
    [...Map.groupBy(inFiles, ({ projection }) => projection)].map(async ([projection, own]) => {
      const found = await projection.nameParts(
        own.map(({ file }) => file),
        objectId,
      );
      for (const [index, { part }] of own.entries()) digests.set(part, found[index]!);
    }),
  );
  return parts.map((part) => {
    const { table, day, rows, number, content } = part;
    const sha256 = typeof content === 'string' ? digests.get(part)! : content.sha256;
    const entry = {
      key: partKey(table, { day, objectId, part: number }),
      table: table.name,
      day,
      rows,
      sha256,
    };
    return { entry, content: typeof content === 'string' ? content : content.bytes };
  });
}

/**
 * Moves all parts of objects that were read to their ends into the lake, side by side: a sync waits for the disk, and
 * a store far away for the network, not for the next part. Throws ProfileError where the lake is another by now.
 */
export async function adoptParts(
  finished: readonly Finished[],
  { store, profile, isInFolder }: IngestContext,
): Promise<void> {
  if (isInFolder) await assertProfile(store, profile);
  const left = isInFolder ? await uncommitted(finished, store) : finished;
  const parts = left.flatMap((each) => each.parts);
  await store.putAll(
    parts.flatMap(({ entry: { key }, content }) =>
      typeof content === 'string' ? [] : [{ key, bytes: content }],
    ),
  );
  await sideBySide(parts, ADOPTIONS, async ({ entry: { key }, content }) => {
    if (typeof content === 'string') await store.adopt(key, content);
  });
}

/** Without those that another process committed meanwhile: what a marker names is never written over. */
async function uncommitted(finished: readonly Finished[], store: Store): Promise<Finished[]> {
  const there = await Promise.all(finished.map(({ marker }) => readMarker(store, marker.object_id)));
  return finished.filter((_, index) => there[index] === null);
}
