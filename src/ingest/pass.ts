import {
  custodyKey,
  type Delivery,
  type Lock,
  type Refusal,
  type RefusalKind,
  verifyCustodyRecord,
} from '../evidence/custody.ts';
import type { Format } from '../formats/format.ts';
import { type Cut, recogniseFormat } from '../formats/recognise.ts';
import { type Marker, markerKey, readMarker } from '../lake/marker.ts';
import type { Store } from '../lake/store.ts';
import { deliveryRecord, refusalRecord } from './delivery-record.ts';
import type { Block, Frame } from './framer.ts';
import { blockBytes, ChangedObjectError, framerOf, framesOf, onlyFrame } from './frames.ts';
import { housekeepingOf } from './housekeeping.ts';
import type { Profile } from './profile.ts';
import type { Projector } from './projection.ts';
import { ingestRecords, ingestTogether, type Surveyed } from './records.ts';
import type { Slots } from './slots.ts';
import { type Survey, survey } from './survey.ts';
import { SMALL_BYTES } from './whole.ts';

/** The object that was announced is no longer there. */
export class GoneError extends Error {
  override name = 'GoneError';
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
  /** Its stored bytes, from the start, as often as asked. */
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
  /** A fresh local file name in the store's own file system, for a part on its way. */
  stageFile(): string;
  /** Decompressed bytes of one part, at most; PART_BYTES where not given. */
  partBytes?: number;
  /** Locks the stored bytes once they are hashed; where not given, nothing does. */
  lock?(delivery: Delivery): Promise<Lock | null>;
  /** Throws when the time to work is over: the object at hand is then not there at all. */
  checkTime?(): void;
};

export type Outcome =
  | {
      status: 'ingested' | 'already-there';
      name: string;
      marker: Marker;
      storedBytes: number;
      damage: string | null;
    }
  /** `gone`: no longer there; null: could not be read. Of these two custody knows nothing. */
  | { status: 'refused'; name: string; reason: string; kind: RefusalKind | 'gone' | null };

/** Small objects are projected together, up to this many decompressed bytes and objects. */
const BATCH_BYTES = 16 << 20;
const BATCH_OBJECTS = 64;

/** Takes the next objects for one batch from those that are left: `next` gives null when none is. */
export type Supply = { next(): LogObject | null };

type Pending = Recognised & { item: Surveyed; block: Block };

/**
 * The pass over the next objects: survey, recognise, project, parts, commit marker, custody record, in this order.
 * Stopped anywhere and run again it ends in the same lake. An object that can't be read is refused, with the
 * reason, and never half there. Hands on each outcome; false when no object is left.
 */
export async function ingestNext(
  supply: Supply,
  context: IngestContext,
  settle: (object: LogObject, outcome: Outcome) => void,
): Promise<boolean> {
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
      settle(object, await ingestLarge(looked.item, { found: looked, context }));
    } else {
      pending.push({ ...looked, block: looked.block });
      bytes += looked.item.surveyed.bytes;
    }
  }
  for (const format of new Set(pending.map((each) => each.format))) {
    const items = pending.filter((each) => each.format === format);
    const made = await ingestTogether(items, { format, context });
    const outcomes = await commit(
      items.map(({ item }, index) => ({ item, made: made[index]! })),
      context,
    );
    for (const [index, { item }] of items.entries()) settle(item.object, outcomes[index]!);
  }
  return taken > 0;
}

/** An object of its own: read again, since it did not fit. A log that is still written to is refused, not half there. */
async function ingestLarge(
  item: Surveyed,
  { found, context }: { found: Recognised; context: IngestContext },
): Promise<Outcome> {
  try {
    const made = await ingestRecords(item, { ...found, context });
    const [outcome] = await commit([{ item, made }], context);
    return outcome!;
  } catch (error) {
    if (!(error instanceof ChangedObjectError)) throw error;
    return { status: 'refused', name: item.object.name, reason: error.message, kind: null };
  }
}

/** A version of an object in S3, which nobody can change: its bytes were looked at when its record was made. */
export function isVersion(delivery: Delivery): boolean {
  return delivery.kind === 's3';
}

/** Why a delivery can't be the one that custody already knows under its name; null: it is, or it is new. */
async function otherDelivery(
  object: LogObject,
  { surveyed, context }: { surveyed: Survey; context: IngestContext },
): Promise<string | null> {
  // A version of S3 never has other bytes.
  if (isVersion(object.delivery)) return null;
  const bytes = await context.store.read(custodyKey(object.delivery));
  const verdict = bytes && verifyCustodyRecord(bytes);
  if (!verdict?.ok || verdict.record.stored_sha256 === surveyed.storedSha256) return null;
  return 'was delivered before with other bytes under the same path, size and time: give it under another name';
}

type Looked = { outcome: Outcome } | (Recognised & { item: Surveyed; block: Block | null });

/** Surveys an object. It is there already, or refused, or to be ingested: as one block where it is small. */
async function look(object: LogObject, context: IngestContext): Promise<Looked> {
  let surveyed: Survey;
  try {
    surveyed = await survey(object, {
      keepBytes: context.partBytes ?? PART_BYTES,
      checkTime: context.checkTime,
    });
  } catch (error) {
    if (error instanceof OutOfTimeError) throw error;
    const reason = `could not be read: ${(error as Error).message}`;
    const kind = error instanceof GoneError ? 'gone' : null;
    return { outcome: { status: 'refused', name: object.name, reason, kind } };
  }
  const other = await otherDelivery(object, { surveyed, context });
  if (other) return { outcome: { status: 'refused', name: object.name, reason: other, kind: null } };
  const lock = (await context.lock?.(object.delivery)) ?? null;
  const there = surveyed.bomb ? null : await readMarker(context.store, surveyed.objectId);
  if (there) {
    await context.store.createAll([deliveryRecord({ object, surveyed, lock }, { marker: there, context })]);
    return { outcome: outcome('already-there', { object, marker: there, surveyed }) };
  }
  const found = formatOrRefusal(object, { surveyed, context });
  if ('reason' in found) {
    await context.store.createAll([refusalRecord({ object, surveyed, lock }, { refused: found, context })]);
    return { outcome: { status: 'refused', name: object.name, ...found } };
  }
  const frames = framesOfSmall(surveyed, { found, context });
  const [only] = frames ?? [];
  return {
    item: { object, surveyed, lock, frames },
    ...found,
    block: frames?.length === 1 && only?.kind === 'block' ? only : null,
  };
}

/** The frames of an object that may go with others; null: too large for that. */
function framesOfSmall(
  { content, bytes, damage }: Survey,
  { found, context }: { found: Recognised; context: IngestContext },
): Frame[] | null {
  if (!content || bytes > SMALL_BYTES) return null;
  const most = blockBytes(context);
  const only = damage === null ? onlyFrame(content, { cut: found.cut, most }) : null;
  return only ?? framesOf(content, { framer: framerOf(found, most), damaged: damage !== null });
}

/** Writes the markers of objects, and then what custody knows of them. */
async function commit(
  objects: readonly { item: Surveyed; made: Marker | Refusal }[],
  context: IngestContext,
): Promise<Outcome[]> {
  const accepted = objects.flatMap(({ made }) => ('reason' in made ? [] : [made]));
  // Of two deliveries of one content, taken side by side, one commits.
  const created = await context.store.createAll(
    accepted.map((marker) => ({
      key: markerKey(marker.object_id),
      bytes: Buffer.from(`${JSON.stringify(marker, null, 2)}\n`),
    })),
  );
  await context.store.createAll(
    objects.map(({ item, made }) =>
      'reason' in made
        ? refusalRecord(item, { refused: made, context })
        : deliveryRecord(item, { marker: made, context }),
    ),
  );
  return objects.map(({ item, made }) => {
    if ('reason' in made) return { status: 'refused', name: item.object.name, ...made };
    const status = created[accepted.indexOf(made)] === 'created' ? 'ingested' : 'already-there';
    return outcome(status, { object: item.object, marker: made, surveyed: item.surveyed });
  });
}

function outcome(
  status: 'ingested' | 'already-there',
  { object, marker, surveyed }: { object: LogObject; marker: Marker; surveyed: Survey },
): Outcome {
  return { status, name: object.name, marker, storedBytes: surveyed.storedBytes, damage: surveyed.damage };
}

type Recognised = { format: Format; cut: Cut };

/** The format of an object, or why it can't be taken. */
function formatOrRefusal(
  object: LogObject,
  { surveyed, context }: { surveyed: Survey; context: IngestContext },
): Recognised | Refusal {
  if (surveyed.bomb) return { kind: 'bomb', reason: surveyed.bomb };
  if (surveyed.bytes === 0) {
    return surveyed.damage
      ? { kind: 'damaged', reason: `nothing could be read: ${surveyed.damage}` }
      : { kind: 'empty', reason: 'is empty: there is no record in it' };
  }
  const housekeeping = housekeepingOf(nameOfDelivery(object.delivery), surveyed.sample.lines);
  if (housekeeping) return { kind: 'not-a-log', reason: `is no log but ${housekeeping}` };
  const recognition = recogniseFormat(surveyed.sample, context.formats);
  if (recognition.format) return recognition;
  const tried = recognition.tried.map(({ id, reason }) => `${id}: ${reason}`).join('; ');
  return {
    kind: 'unknown-format',
    reason: `is of no known format. Tried ${tried || 'none: it holds blank lines only'}`,
  };
}

function nameOfDelivery(delivery: Delivery): string {
  return delivery.kind === 's3' ? delivery.key : (delivery.member ?? delivery.path);
}
