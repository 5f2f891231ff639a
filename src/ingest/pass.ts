import {
  custodyKey,
  custodyRecord,
  type Delivery,
  encodeCustodyRecord,
  verifyCustodyRecord,
} from '../evidence/custody.ts';
import type { Format } from '../formats/format.ts';
import { recogniseFormat, SAMPLE_RECORDS } from '../formats/recognise.ts';
import { type Marker, markerKey } from '../lake/marker.ts';
import type { Store } from '../lake/store.ts';
import type { Block } from './framer.ts';
import type { Profile } from './profile.ts';
import type { Projector } from './projection.ts';
import { ChangedObjectError, framesOf, ingestRecords, ingestTogether, type Surveyed } from './records.ts';
import { type Survey, survey } from './survey.ts';

/** Decompressed bytes of one part, at most: whole records, cut here. */
export const PART_BYTES = 64 << 20;

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
  /** A fresh local file name in the store's own file system, for a part on its way. */
  stageFile(): string;
  /** Decompressed bytes of one part, at most; PART_BYTES where not given. */
  partBytes?: number;
};

export type Outcome =
  | {
      status: 'ingested' | 'already-there';
      name: string;
      marker: Marker;
      storedBytes: number;
      damage: string | null;
    }
  | { status: 'refused'; name: string; reason: string; inCustody: boolean };

/** Objects up to this size are projected together, up to this many decompressed bytes and objects. */
const SMALL_BYTES = 4 << 20;
const BATCH_BYTES = 16 << 20;
const BATCH_OBJECTS = 64;

/** Takes the next objects for one batch from those that are left: `next` gives null when none is. */
export type Supply = { next(): LogObject | null };

type Pending = { item: Surveyed; format: Format; block: Block };

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
      settle(object, await ingestLarge(looked.item, { format: looked.format, context }));
    } else {
      pending.push({ ...looked, block: looked.block });
      bytes += looked.item.surveyed.bytes;
    }
  }
  for (const format of new Set(pending.map((each) => each.format))) {
    const items = pending.filter((each) => each.format === format);
    const markers = await ingestTogether(items, { format, context });
    await Promise.all(
      items.map(async ({ item }, index) =>
        settle(item.object, await commit(item, { marker: markers[index]!, context })),
      ),
    );
  }
  return taken > 0;
}

/** An object of its own: read again, since it did not fit. A log that is still written to is refused, not half there. */
async function ingestLarge(
  item: Surveyed,
  { format, context }: { format: Format; context: IngestContext },
): Promise<Outcome> {
  try {
    return await commit(item, { marker: await ingestRecords(item, { format, context }), context });
  } catch (error) {
    if (!(error instanceof ChangedObjectError)) throw error;
    return { status: 'refused', name: item.object.name, reason: error.message, inCustody: false };
  }
}

/** Why a delivery can't be the one that custody already knows under its name; null: it is, or it is new. */
async function otherDelivery(
  object: LogObject,
  { surveyed, context }: { surveyed: Survey; context: IngestContext },
): Promise<string | null> {
  const bytes = await context.store.read(custodyKey(object.delivery));
  const verdict = bytes && verifyCustodyRecord(bytes);
  if (!verdict?.ok || verdict.record.stored_sha256 === surveyed.storedSha256) return null;
  return 'was delivered before with other bytes under the same path, size and time: give it under another name';
}

type Looked = { outcome: Outcome } | { item: Surveyed; format: Format; block: Block | null };

/** Surveys an object. It is there already, or refused, or to be ingested: as one block where it is small. */
async function look(object: LogObject, context: IngestContext): Promise<Looked> {
  const partBytes = context.partBytes ?? PART_BYTES;
  let surveyed: Survey;
  try {
    surveyed = await survey(object, { keepBytes: partBytes, sampleRecords: SAMPLE_RECORDS });
  } catch (error) {
    return {
      outcome: {
        status: 'refused',
        name: object.name,
        reason: `could not be read: ${(error as Error).message}`,
        inCustody: false,
      },
    };
  }
  const other = await otherDelivery(object, { surveyed, context });
  if (other) return { outcome: { status: 'refused', name: object.name, reason: other, inCustody: false } };
  const there = await readMarker(context.store, surveyed.objectId);
  if (there) {
    await recordDelivery(object, { surveyed, marker: there, context });
    return { outcome: outcome('already-there', { object, marker: there, surveyed }) };
  }
  const format = formatOrReason(surveyed, context);
  if (typeof format === 'string') {
    await recordRefusal(object, { surveyed, reason: format, context });
    return { outcome: { status: 'refused', name: object.name, reason: format, inCustody: true } };
  }
  const frames =
    surveyed.content && surveyed.bytes <= SMALL_BYTES
      ? framesOf(surveyed.content, { damaged: surveyed.damage !== null, partBytes })
      : [];
  const [only] = frames;
  return {
    item: { object, surveyed },
    format,
    block: frames.length === 1 && only?.kind === 'block' ? only : null,
  };
}

async function commit(
  item: Surveyed,
  { marker, context }: { marker: Marker; context: IngestContext },
): Promise<Outcome> {
  // Of two deliveries of one content, taken side by side, one commits.
  const created = await context.store.create(
    markerKey(marker.object_id),
    Buffer.from(`${JSON.stringify(marker, null, 2)}\n`),
  );
  await recordDelivery(item.object, { surveyed: item.surveyed, marker, context });
  return outcome(created === 'created' ? 'ingested' : 'already-there', {
    object: item.object,
    marker,
    surveyed: item.surveyed,
  });
}

function outcome(
  status: 'ingested' | 'already-there',
  { object, marker, surveyed }: { object: LogObject; marker: Marker; surveyed: Survey },
): Outcome {
  return { status, name: object.name, marker, storedBytes: surveyed.storedBytes, damage: surveyed.damage };
}

/** The format of an object, or the reason why it can't be taken. */
function formatOrReason(surveyed: Survey, context: IngestContext): Format | string {
  if (surveyed.bytes === 0) {
    return surveyed.damage
      ? `nothing could be read: ${surveyed.damage}`
      : 'is empty: there is no record in it';
  }
  const recognition = recogniseFormat(surveyed.firstRecords, context.formats);
  if (recognition.format) return recognition.format;
  const tried = recognition.tried.map(({ id, reason }) => `${id}: ${reason}`).join('; ');
  return `is of no known format. Tried ${tried || 'none: it holds blank lines only'}`;
}

export async function readMarker(store: Store, objectId: string): Promise<Marker | null> {
  const bytes = await store.read(markerKey(objectId));
  return bytes && (JSON.parse(Buffer.from(bytes).toString('utf8')) as Marker);
}

function arrival(object: LogObject, { surveyed, context }: { surveyed: Survey; context: IngestContext }) {
  return {
    delivery: object.delivery,
    receivedAt: context.now().toISOString(),
    event: 'received' as const,
    tool: context.tool,
    profile: context.profile.id,
    storedSha256: surveyed.storedSha256,
    storedBytes: surveyed.storedBytes,
    objectId: surveyed.objectId,
    bytes: surveyed.bytes,
    damage: surveyed.damage,
  };
}

async function recordDelivery(
  object: LogObject,
  { surveyed, marker, context }: { surveyed: Survey; marker: Marker; context: IngestContext },
): Promise<void> {
  const record = custodyRecord({
    ...arrival(object, { surveyed, context }),
    format: marker.format,
    sourceId: marker.sources.join(' '),
    ledger: marker.ledger,
    firstEvent: marker.first_event,
    lastEvent: marker.last_event,
  });
  await context.store.create(custodyKey(object.delivery), encodeCustodyRecord(record));
}

async function recordRefusal(
  object: LogObject,
  { surveyed, reason, context }: { surveyed: Survey; reason: string; context: IngestContext },
): Promise<void> {
  const record = custodyRecord({ ...arrival(object, { surveyed, context }), refused: { reason } });
  await context.store.create(custodyKey(object.delivery), encodeCustodyRecord(record));
}
