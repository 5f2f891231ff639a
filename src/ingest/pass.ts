import type { Delivery, Lock, Refusal, RefusalKind } from '../evidence/custody.ts';
import { recordDeliveries } from '../evidence/readings.ts';
import type { Format } from '../formats/format.ts';
import { type Marker, markerKey } from '../lake/marker.ts';
import type { Store } from '../lake/store.ts';
import { acceptedDelivery, refusedDelivery } from './delivery-record.ts';
import type { Block } from './framer.ts';
import { type Looked, look } from './look.ts';
import type { Profile } from './profile.ts';
import type { Projector } from './projection.ts';
import { ingestTogether, openRecords, type Surveyed } from './records.ts';
import type { Slots } from './slots.ts';
import type { Survey } from './survey.ts';

/** The object that was announced is no longer there. */
export class GoneError extends Error {
  override name = 'GoneError';
}

/** An object was not the same at the end of its reading as before it: it is still written to, or was rotated. */
export class ChangedObjectError extends Error {
  override name = 'ChangedObjectError';

  constructor() {
    super('changed while it was read: give it again once it is at rest');
  }
}

/** The time to work was over: the object at hand is not there at all. */
export class OutOfTimeError extends Error {
  override name = 'OutOfTimeError';
}

/** Decompressed bytes of one part, at most: whole records, cut here. */
export const PART_BYTES = 16 << 20;

export type LogObject = {
  /** What a person calls it. */
  name: string;
  delivery: Delivery;
  /** Its stored bytes, from the start, as often as asked. Throws GoneError, ChangedObjectError. */
  open(): AsyncIterable<Buffer>;
};

export type IngestContext = {
  store: Store;
  projector: Projector;
  formats: readonly Format[];
  profile: Profile;
  tool: { name: string; version: string };
  now(): Date;
  /** Blocks that are projected at a time. */
  slots: Slots;
  /**
   * The lake is a folder, which other processes may change: looked at before each batch goes in. One in S3 is never made
   * anew, and to look would be a call an object.
   */
  isInFolder: boolean;
  /** A fresh local file name in the store's own file system, for a part on its way. */
  stageFile(): string;
  /** Decompressed bytes of one part, at most; PART_BYTES where not given. */
  partBytes?: number;
  /** Locks the stored bytes once they are hashed; where not given, nothing does. */
  lock?(delivery: Delivery): Promise<Lock | null>;
  /** Throws when the time to work is over: the object at hand is then not there at all. */
  checkTime?(): void;
  /** Runs a commit, which whoever ends the process waits for; where not given, it just runs. */
  committing?(commit: () => Promise<void>): Promise<void>;
};

export type Outcome =
  | {
      status: 'ingested' | 'already-there';
      name: string;
      marker: Marker;
      storedBytes: number;
      damage: string | null;
      /** Custody knows other bytes under the same path, size and time. */
      isAltered: boolean;
    }
  /** `gone`: no longer there; null: could not be read. Of these two custody knows nothing. */
  | { status: 'refused'; name: string; reason: string; kind: RefusalKind | 'gone' | null };

/** Small objects are projected together, up to this many decompressed bytes and objects. */
const BATCH_BYTES = 16 << 20;
const BATCH_OBJECTS = 32;

/** Hears what became of an object. */
type Settle = (object: LogObject, outcome: Outcome) => void;

/** Takes the next objects for one batch from those that are left: `next` gives null when none is. */
export type Supply = { next(): LogObject | null };

type Pending = { format: Format; header: string | null; item: Surveyed; block: Block };

/**
 * The pass over the next objects: survey, recognise, project, parts, commit marker, custody record, in this order.
 * Stopped anywhere and run again it ends in the same lake. An object that can't be read is refused, with the
 * reason, and never half there. Hands on each outcome; false when no object is left.
 */
export async function ingestNext(supply: Supply, context: IngestContext, settle: Settle): Promise<boolean> {
  const pending: Pending[] = [];
  let bytes = 0;
  let taken = 0;
  while (bytes < BATCH_BYTES && taken < BATCH_OBJECTS) {
    const object = supply.next();
    if (!object) break;
    taken += 1;
    const looked = await look(object, context);
    if ('outcome' in looked) settle(object, looked.outcome);
    else if (looked.block === null) {
      await ingestLarge(looked, { context, settle });
    } else {
      pending.push({ ...looked, block: looked.block });
      bytes += looked.item.surveyed.bytes;
    }
  }
  for (const format of new Set(pending.map((each) => each.format))) {
    const items = pending.filter((each) => each.format === format);
    const made = await ingestTogether(items, { format, context });
    await commit(
      items.map(({ item }, index) => ({ item, made: made[index]! })),
      { context, settle },
    );
  }
  return taken > 0;
}

/** An object of its own, from memory where it was not parsed while it was read. */
async function ingestLarge(
  { item, format, cut, header, records }: Looked,
  { context, settle }: { context: IngestContext; settle: Settle },
): Promise<void> {
  const pass = records ?? (await openRecords({ name: item.object.name, format, cut, header, context }));
  try {
    if (item.frames) await pass.take(item.frames);
    else for (const bytes of item.surveyed.content ?? []) await pass.push(bytes);
    await commit([{ item, made: await pass.end(item) }], { context, settle });
  } finally {
    await pass.close();
  }
}

type Made = { item: Surveyed; made: Marker | Refusal };

/** Commits objects as one step, at whose end each is settled. */
async function commit(
  objects: readonly Made[],
  { context, settle }: { context: IngestContext; settle: Settle },
): Promise<void> {
  const step = async (): Promise<void> => {
    const outcomes = await commitAll(objects, context);
    for (const [index, { item }] of objects.entries()) settle(item.object, outcomes[index]!);
  };
  await (context.committing ? context.committing(step) : step());
}

/** Writes the markers of objects, and then what custody knows of them. */
async function commitAll(objects: readonly Made[], context: IngestContext): Promise<Outcome[]> {
  const accepted = objects.flatMap(({ made }) => ('reason' in made ? [] : [made]));
  // Of two deliveries of one content, taken side by side, one commits.
  const created = await context.store.createAll(
    accepted.map((marker) => ({
      key: markerKey(marker.object_id),
      bytes: Buffer.from(`${JSON.stringify(marker, null, 2)}\n`),
    })),
  );
  const altered = await recordDeliveries(
    context.store,
    objects.map(({ item, made }) =>
      'reason' in made
        ? refusedDelivery(item, { refused: made, context })
        : acceptedDelivery(item, { marker: made, context }),
    ),
  );
  return objects.map(({ item, made }, index) => {
    if ('reason' in made) return { status: 'refused', name: item.object.name, ...made };
    const status = created[accepted.indexOf(made)] === 'created' ? 'ingested' : 'already-there';
    return outcomeOf(status, {
      object: item.object,
      marker: made,
      surveyed: item.surveyed,
      isAltered: altered[index]!,
    });
  });
}

export function outcomeOf(
  status: 'ingested' | 'already-there',
  {
    object,
    marker,
    surveyed,
    isAltered,
  }: { object: LogObject; marker: Marker; surveyed: Survey; isAltered: boolean },
): Outcome {
  const { storedBytes, damage } = surveyed;
  return { status, name: object.name, marker, storedBytes, damage, isAltered };
}
