import { custodyKey, type Delivery } from '../evidence/custody.ts';
import { deferralKey, encodeDeferral } from '../evidence/deferral.ts';
import { readingBy } from '../evidence/readings.ts';
import { markerKey } from '../lake/marker.ts';
import { isArchiveInS3 } from './archive.ts';
import { type IngestContext, ingestNext, type LogObject, type Outcome, OutOfTimeError } from './pass.ts';

/** A message that announces an object; several can announce one. */
export type Announcement = { messageId: string; object: LogObject; storedBytes: number };

export type DeliveryContext = IngestContext & {
  /** Stored bytes from which on an object is set aside for the command line. */
  mostStoredBytes: number;
  /** Tells people of an object that can never be read. */
  quarantine(object: LogObject, reason: string): Promise<void>;
  /** Hands an object on to the command line. */
  setAside(object: LogObject, reason: string): Promise<void>;
};

export type Delivered = {
  /** Messages to be given again: whatever is not known to be done. */
  failed: string[];
  records: number;
  rejects: number;
  refused: number;
  deferred: number;
  /** What made objects fail, for the log. */
  errors: { name: string; error: unknown }[];
};

/**
 * Ingests announced objects until each is done for good: read, refused with a custody record, or set aside with a
 * record. What may pass another time stays failed, and only that. Given again in any order, it ends in the same lake.
 */
export async function deliver(
  announcements: readonly Announcement[],
  context: DeliveryContext,
): Promise<Delivered> {
  const open = new Map<string, { object: LogObject; storedBytes: number; messageIds: string[] }>();
  for (const { messageId, object, storedBytes } of announcements) {
    const key = custodyKey(object.delivery);
    const known = open.get(key);
    if (known) known.messageIds.push(messageId);
    else open.set(key, { object, storedBytes, messageIds: [messageId] });
  }
  const delivered: Delivered = { failed: [], records: 0, rejects: 0, refused: 0, deferred: 0, errors: [] };
  const done = (object: LogObject): void => {
    open.delete(custodyKey(object.delivery));
  };
  const settle = async (object: LogObject, outcome: Outcome): Promise<void> => {
    if (outcome.status === 'refused') {
      if (outcome.kind === null) {
        delivered.errors.push({ name: object.name, error: outcome.reason });
        return;
      }
      if (outcome.kind !== 'not-a-log') {
        await context.quarantine(object, outcome.reason);
        delivered.refused += 1;
      }
    } else if (outcome.status === 'ingested') {
      delivered.records += outcome.marker.ledger.records;
      delivered.rejects += outcome.marker.ledger.rejects;
    }
    done(object);
  };

  const setAside = async (object: LogObject, reason: string): Promise<void> => {
    await defer(object, { reason, context });
    delivered.deferred += 1;
    done(object);
  };

  for (const { object, storedBytes } of [...open.values()]) {
    const earlier = await earlierOutcome(object.delivery, context);
    if (earlier?.refused) await context.quarantine(object, earlier.refused);
    if (earlier) done(object);
    else if (storedBytes >= context.mostStoredBytes)
      await setAside(
        object,
        `holds ${storedBytes} stored bytes, and one run takes less than ${context.mostStoredBytes}`,
      );
    // Custody has one record of a version: were it refused here, what is in it could never be told beside that.
    else if (isArchiveInS3(object.delivery))
      await setAside(object, 'is an archive by its name, which "ascribe ingest" on the command line opens');
  }

  // The largest first, so that it has the whole time of the run: what it does not finish then, no run will.
  const queue = [...open.values()].sort((a, b) => b.storedBytes - a.storedBytes).map(({ object }) => object);
  const [largest] = queue;
  try {
    await take(queue, { context, settle });
  } catch (error) {
    const rest = queue.filter((object) => open.has(custodyKey(object.delivery)));
    if (error instanceof OutOfTimeError) {
      if (rest.includes(largest!)) await setAside(largest!, 'could not be read within the time of one run');
    } else {
      // One that fails must not take its neighbours with it.
      for (const object of rest)
        await take([object], { context, settle }).catch((each: unknown) =>
          delivered.errors.push({ name: object.name, error: each }),
        );
    }
  }
  delivered.failed = [...open.values()].flatMap(({ messageIds }) => messageIds);
  return delivered;
}

async function take(
  objects: readonly LogObject[],
  { context, settle }: { context: IngestContext; settle(object: LogObject, outcome: Outcome): Promise<void> },
): Promise<void> {
  const left = objects.values();
  const supply = { next: () => left.next().value ?? null };
  const settled: Promise<void>[] = [];
  try {
    while (
      await ingestNext(supply, context, (object, outcome) => {
        const settling = settle(object, outcome);
        // Looked at below; until then a failure must not pass for one that nobody looks at.
        settling.catch(() => {});
        settled.push(settling);
      })
    );
  } finally {
    const failure = (await Promise.allSettled(settled)).find((each) => each.status === 'rejected');
    // biome-ignore lint/correctness/noUnsafeFinally: what could not be settled is a failure of the run as well.
    if (failure) throw failure.reason;
  }
}

/**
 * What an earlier run made of a delivery: null, or done, with the reason where it was refused. A version of S3 never
 * changes, so that its record says all. What another profile made of it, or this one in another lake, is not done here.
 */
async function earlierOutcome(
  delivery: Delivery,
  context: IngestContext,
): Promise<{ refused: string | null } | null> {
  if (delivery.kind !== 's3') return null;
  const record = await readingBy(context.store, { profile: context.profile.id, delivery });
  if (!record) return null;
  const { object_id } = record;
  const refused = record.refused ?? null;
  // An object is done where the lake has it; what has none, where its record says why.
  if (record.ledger && (await context.store.read(markerKey(object_id ?? ''))) === null) return null;
  return { refused: refused && refused.kind !== 'not-a-log' ? refused.reason : null };
}

async function defer(
  object: LogObject,
  { reason, context }: { reason: string; context: DeliveryContext },
): Promise<void> {
  await context.lock?.(object.delivery);
  const record = encodeDeferral({
    delivery: object.delivery,
    deferredAt: context.now().toISOString(),
    tool: context.tool,
    reason,
  });
  await context.store.create(deferralKey(object.delivery), record);
  await context.setAside(object, reason);
}
