import { archiveIdOf, archiveOf } from '../evidence/archives.ts';
import type { CustodyRecord, Delivery } from '../evidence/custody.ts';
import type { Delivered } from '../evidence/readings.ts';
import { markerKey } from '../lake/marker.ts';
import type { Snapshot } from './snapshot.ts';

/** Where custody and the lake do not tell of the same objects; all empty where they do. */
export type Differences = {
  /** Originals that custody knows as read, and of which the lake has no object: each with its deliveries. */
  lacking: { object_id: string; deliveries: string[] }[];
  /** Objects of the lake that no custody record tells of. */
  unknown: string[];
  /** Archives of which custody and their members' do not tell the same. */
  archives: { delivery: string; problem: string }[];
  /** Deliveries that were set aside and not read yet. */
  set_aside: { delivery: string; reason: string }[];
  /** Custody records, markers and parts that are not as they were written. */
  broken: { key: string; problem: string }[];
  /** Parts of objects that were never committed. */
  orphans: string[];
};

export type CustodyAgainstLake = {
  /** Objects of the lake that custody tells of. */
  agreeing: number;
  /** Deliveries that were refused, and so have no object: no difference. */
  refused: number;
  /** Archives, whose members are deliveries of their own. */
  archives: number;
  /** Places that were delivered with more than one content under one name, size and time; each is read, so no difference. */
  altered: { delivery: string; contents: number }[];
  differences: Differences;
};

/** Holds the custody of a whole lake against its objects. */
export function custodyAgainstLake({
  deliveries,
  markers,
  deferred,
  broken,
  orphans,
}: Pick<Snapshot, 'deliveries' | 'markers' | 'deferred' | 'broken' | 'orphans'>): CustodyAgainstLake {
  const delivered = Map.groupBy(
    deliveries.filter((record) => record.ledger),
    (record) => record.object_id ?? '',
  );
  const committed = new Set(markers.map((marker) => marker.object_id));
  const isUnreadable = new Set(broken.map(({ key }) => key));
  return {
    agreeing: [...committed].filter((id) => delivered.has(id)).length,
    refused: deliveries.filter((record) => record.refused).length,
    archives: deliveries.filter((record) => record.archive).length,
    altered: [...Map.groupBy(deliveries, ({ delivery_id }) => delivery_id).values()]
      .filter((contents) => contents.length > 1)
      .map((contents) => ({ delivery: placeOfDelivery(contents[0]!.delivery), contents: contents.length }))
      .sort((a, b) => (a.delivery < b.delivery ? -1 : 1)),
    differences: {
      lacking: [...delivered]
        .filter(([id]) => !committed.has(id) && !isUnreadable.has(markerKey(id)))
        .map(([object_id, records]) => ({
          object_id,
          deliveries: records.map(({ delivery }) => placeOfDelivery(delivery)).sort(),
        }))
        .sort((a, b) => (a.object_id < b.object_id ? -1 : 1)),
      unknown: [...committed].filter((id) => !delivered.has(id)).sort(),
      archives: archiveDifferences(deliveries),
      set_aside: deferred
        .map(({ delivery, reason }) => ({ delivery: placeOfDelivery(delivery), reason }))
        .sort((a, b) => (a.delivery < b.delivery ? -1 : 1)),
      broken: [...broken],
      orphans: [...orphans],
    },
  };
}

/** How many differences there are in all. */
export function differencesIn(differences: Differences): number {
  const { lacking, unknown, archives, set_aside, broken, orphans } = differences;
  return [lacking, unknown, archives, set_aside, broken, orphans].reduce(
    (sum, { length }) => sum + length,
    0,
  );
}

/** Archives without a record of their own, and those whose members have not as many as they say. */
function archiveDifferences(deliveries: readonly CustodyRecord[]): Differences['archives'] {
  const members = Map.groupBy(deliveries, ({ delivery }) => archiveIdOf(delivery));
  members.delete(null);
  const told = new Set(deliveries.map(({ delivery_id }) => delivery_id));
  const found: Differences['archives'] = [];
  const archives = deliveries.filter(({ archive }) => archive);
  // With another content under its name, size and time, the members of both are known by one name.
  for (const contents of Map.groupBy(archives, ({ delivery_id }) => delivery_id).values()) {
    const { delivery_id, delivery } = contents[0]!;
    const known = new Set(members.get(delivery_id)?.map((record) => record.delivery_id)).size;
    const objects = Math.max(...contents.map(({ archive }) => archive!.objects));
    if (contents.length > 1 ? known < objects : known !== objects)
      found.push({
        delivery: placeOfDelivery(delivery),
        problem: `holds ${objects} objects, and custody has records of ${known}`,
      });
  }
  for (const [id, [first]] of members) {
    if (told.has(id!)) continue;
    found.push({
      delivery: placeOfDelivery(archiveOf(first!.delivery)!),
      problem: 'has members in custody and no record of its own',
    });
  }
  return found.sort((a, b) => (a.delivery < b.delivery ? -1 : 1));
}

/** Where a delivery lay, whatever its version. */
export function placeOf(delivery: Delivery): string {
  const place = delivery.kind === 'file' ? delivery.path : `s3://${delivery.bucket}/${delivery.key}`;
  return delivery.member === undefined ? place : `${place}!${delivery.member}`;
}

/** What a person calls the place of a delivery. */
export function placeOfDelivery(delivery: Delivery): string {
  return delivery.kind === 's3' ? `${placeOf(delivery)}, version ${delivery.version}` : placeOf(delivery);
}

/** How long after their last event the objects of a log came, of one hour. Minutes are whole, rounded down. */
export type Delay = {
  source_id: string;
  /** Hour of the last event of each object, RFC 3339 UTC. */
  hour: string;
  objects: number;
  least_minutes: number;
  median_minutes: number;
  most_minutes: number;
  /** Objects that came much later than the log's objects usually do. */
  late: number;
  /** What says when they came: the time of the file (`file`), or of the receipt (`receipt`), or both. */
  basis: 'file' | 'receipt' | 'both';
};

const MINUTE = 60_000;
const HOUR = 3_600_000;

/** An object is late from an hour on, where that is also three times what is usual of its log. */
const LEAST_LATE = HOUR;
const TIMES_USUAL = 3;

type Arrival = { sourceId: string; lastEvent: number; delay: number; basis: 'file' | 'receipt' };

/**
 * Late delivery, by log and hour. An object counts once, by its first arrival; one without events has no delay. A
 * copy that was made much later tells of the copying: where that holds of all objects, none stands out as late.
 */
export function deliveryDelays(delivered: readonly Delivered[]): Delay[] {
  const first = new Map<string, Arrival>();
  for (const each of delivered) {
    const arrival = arrivalOf(each);
    const objectId = each.record.object_id ?? '';
    const known = first.get(objectId);
    if (arrival && (!known || arrival.delay < known.delay)) first.set(objectId, arrival);
  }
  const logs = Map.groupBy(first.values(), ({ sourceId }) => sourceId);
  const delays = [...logs].flatMap(([source_id, arrivals]) => {
    const usual = median(arrivals.map(({ delay }) => delay));
    const isLate = ({ delay }: Arrival): boolean => delay >= LEAST_LATE && delay > TIMES_USUAL * usual;
    const hours = Map.groupBy(arrivals, ({ lastEvent }) => Math.floor(lastEvent / HOUR));
    return [...hours].map(([hour, group]): Delay => {
      const each = group.map(({ delay }) => delay);
      const bases = new Set(group.map(({ basis }) => basis));
      return {
        source_id,
        hour: new Date(hour * HOUR).toISOString(),
        objects: group.length,
        least_minutes: Math.floor(Math.min(...each) / MINUTE),
        median_minutes: Math.floor(median(each) / MINUTE),
        most_minutes: Math.floor(Math.max(...each) / MINUTE),
        late: group.filter(isLate).length,
        basis: bases.size === 2 ? 'both' : [...bases][0]!,
      };
    });
  });
  return delays.sort((a, b) =>
    a.source_id === b.source_id ? (a.hour < b.hour ? -1 : 1) : a.source_id < b.source_id ? -1 : 1,
  );
}

/** When an object came, at the earliest that custody can say; null where it holds no event. */
function arrivalOf({ record, receivedAt }: Delivered): Arrival | null {
  const { delivery, source_id, last_event, format } = record;
  if (last_event === null) return null;
  const lastEvent = Date.parse(last_event);
  const received = Date.parse(receivedAt);
  const written = delivery.kind === 'file' ? Date.parse(delivery.mtime) : Number.NaN;
  // A file that is older than its last event has a time that somebody set.
  const byFile = written >= lastEvent && written <= received;
  return {
    sourceId: source_id ?? format ?? '',
    lastEvent,
    delay: Math.max(0, (byFile ? written : received) - lastEvent),
    basis: byFile ? 'file' : 'receipt',
  };
}

/** By nearest rank. */
function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.ceil(sorted.length / 2) - 1]!;
}
