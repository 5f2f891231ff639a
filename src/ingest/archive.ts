import { createHash } from 'node:crypto';
import type { ArchiveAccount, Delivery } from '../evidence/custody.ts';
import { recordDeliveries } from '../evidence/readings.ts';
import { openedDelivery } from './delivery-record.ts';
import { ChangedObjectError, type IngestContext, type LogObject } from './pass.ts';

/** An archive as it was handed over, and the objects that are in it. */
export type LogArchive = {
  object: LogObject;
  members: LogObject[];
  account: ArchiveAccount;
  /** What ends it before its end; null: it was read whole. */
  damage: string | null;
};

/** In S3 the name alone decides what is opened as an archive: to look at each object would be a request for each. */
export function isArchiveInS3(delivery: Delivery): boolean {
  return delivery.kind === 's3' && /\.(zip|tar|tar\.\w+|tgz|tbz2?|tzst)$/i.test(delivery.key);
}

/**
 * Writes what custody knows of an archive, whose members are done: so a run that was killed before leaves none, and
 * one after it writes the same. Gives why it can't be written, or whether custody knew other bytes in its place. One
 * reading from start to end.
 */
export async function recordArchive(
  archive: LogArchive,
  context: IngestContext,
): Promise<{ reason: string } | { isAltered: boolean }> {
  const { object, account, damage } = archive;
  let stored: { storedSha256: string; storedBytes: number };
  try {
    stored = await digestOf(object);
  } catch (error) {
    const { message } = error as Error;
    return { reason: error instanceof ChangedObjectError ? message : `could not be read: ${message}` };
  }
  const surveyed = { ...stored, damage };
  const lock = (await context.lock?.(object.delivery)) ?? null;
  const opened = openedDelivery({ object, surveyed, lock }, { account, context });
  const [isAltered = false] = await recordDeliveries(context.store, [opened]);
  return { isAltered };
}

async function digestOf(object: LogObject): Promise<{ storedSha256: string; storedBytes: number }> {
  const hash = createHash('sha256');
  let storedBytes = 0;
  for await (const piece of object.open()) {
    hash.update(piece);
    storedBytes += piece.length;
  }
  return { storedSha256: hash.digest('hex'), storedBytes };
}
