/**
 * A delivery that is read again, by another profile or with other bytes in its place, has one more record beside its
 * first, which stays. Which process writes the first decides its name, and nothing else: each reading is told once.
 */
import { sideBySide } from '../lake/side-by-side.ts';
import type { Store } from '../lake/store.ts';
import {
  type AcceptedDelivery,
  type CustodyRecord,
  custodyKey,
  custodyRecord,
  type Delivery,
  deliveryId,
  encodeCustodyRecord,
  keyOfRecord,
  type OpenedDelivery,
  type RefusedDelivery,
  readingId,
  readRecord,
} from './custody.ts';

type Arrival = AcceptedDelivery | RefusedDelivery | OpenedDelivery;

const READS = 32;

/**
 * Writes what custody keeps of deliveries, in two steps. Stopped between them and run again it ends the same. Gives for
 * each whether its first record is of other bytes.
 */
export async function recordDeliveries(store: Store, arrivals: readonly Arrival[]): Promise<boolean[]> {
  const written = await createRecords(store, arrivals);
  const known = await sideBySide(
    arrivals.map((arrival, index) => ({ arrival, isFirst: written[index] === 'created' })),
    READS,
    async ({ arrival, isFirst }) => ({
      arrival,
      isFirst,
      first: isFirst ? null : await readRecord(store, custodyKey(arrival.delivery)),
    }),
  );
  await createRecords(
    store,
    known.flatMap(({ arrival, isFirst, first }) => (isFirst ? [] : laterReading(arrival, first))),
  );
  return known.map(({ arrival, first }) => !!first && first.stored_sha256 !== arrival.storedSha256);
}

function createRecords(store: Store, arrivals: readonly Arrival[]): Promise<('created' | 'exists')[]> {
  const records = arrivals.map(custodyRecord);
  return store.createAll(
    records.map((record) => ({ key: keyOfRecord(record), bytes: encodeCustodyRecord(record) })),
  );
}

/** The arrival as one that has a record of its own; none: the first record of its delivery tells of it. */
function laterReading(arrival: Arrival, first: CustodyRecord | null): Arrival[] {
  const isSameBytes = first?.stored_sha256 === arrival.storedSha256;
  if (isSameBytes && first?.profile === arrival.profile) return [];
  return [{ ...arrival, isLater: true, event: isSameBytes ? 'reingested' : 'received' }];
}

/** What a profile made of the bytes that a delivery first had; null where custody does not know. */
export async function readingBy(
  store: Store,
  { profile, delivery }: { profile: string; delivery: Delivery },
): Promise<CustodyRecord | null> {
  const first = await readRecord(store, custodyKey(delivery));
  if (!first || first.profile === profile) return first;
  const { stored_sha256 } = first;
  const ids = { delivery_id: deliveryId(delivery), reading_id: readingId({ profile, stored_sha256 }) };
  return readRecord(store, keyOfRecord(ids));
}

/** A delivery of one string of stored bytes. */
export type Delivered = {
  /** What speaks for the lake, of all records of it. */
  record: CustodyRecord;
  /** When it first came, RFC 3339 UTC, whoever read it then. */
  receivedAt: string;
};

/**
 * Each delivery once for each string of bytes that it had. The record of the lake's own profile speaks for it; where it
 * has none, or no lake is asked about (null), the last of those that read it, or the last. In an order that does not
 * depend on which record came first.
 */
export function deliveredTo(profile: string | null, records: readonly CustodyRecord[]): Delivered[] {
  const groups = Map.groupBy(records, ({ delivery_id, stored_sha256 }) => `${delivery_id} ${stored_sha256}`);
  const inOrder = [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
  return inOrder.map(([, group]) => {
    const byReceipt = group.toSorted((a, b) => Date.parse(a.received_at) - Date.parse(b.received_at));
    const own = group.find((record) => record.profile === profile);
    const last = byReceipt.findLast(({ refused }) => !refused) ?? byReceipt.at(-1)!;
    return { record: own ?? last, receivedAt: byReceipt[0]!.received_at };
  });
}

/** In the order of their names. */
export function byName(a: CustodyRecord, b: CustodyRecord): number {
  return keyOfRecord(a) < keyOfRecord(b) ? -1 : 1;
}
