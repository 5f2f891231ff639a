import type {
  AcceptedDelivery,
  ArchiveAccount,
  OpenedDelivery,
  Refusal,
  RefusedDelivery,
} from '../evidence/custody.ts';
import type { Marker } from '../lake/marker.ts';
import type { IngestContext } from './pass.ts';
import type { Surveyed } from './records.ts';
import type { Survey } from './survey.ts';

/** An object of which all is known that its custody record says. */
export type Arrived = Omit<Surveyed, 'frames'>;

/** An archive, of which its stored bytes alone are looked at. */
type ArrivedArchive = Omit<Arrived, 'surveyed'> & {
  surveyed: Pick<Survey, 'storedSha256' | 'storedBytes' | 'damage'>;
};

function arrival({ object, surveyed, lock }: ArrivedArchive, context: IngestContext) {
  return {
    delivery: object.delivery,
    receivedAt: context.now().toISOString(),
    event: 'received' as const,
    tool: context.tool,
    profile: context.profile.id,
    storedSha256: surveyed.storedSha256,
    storedBytes: surveyed.storedBytes,
    lock,
    damage: surveyed.damage,
  };
}

/** What custody keeps of a delivery that is in the lake. */
export function acceptedDelivery(
  item: Arrived,
  { marker, context }: { marker: Marker; context: IngestContext },
): AcceptedDelivery {
  return {
    ...arrival(item, context),
    objectId: item.surveyed.objectId,
    bytes: item.surveyed.bytes,
    format: marker.format,
    sourceId: marker.sources.join(' '),
    ledger: marker.ledger,
    firstEvent: marker.first_event,
    lastEvent: marker.last_event,
  };
}

/** What it keeps of one that could not be read. */
export function refusedDelivery(
  item: Arrived,
  { refused, context }: { refused: Refusal; context: IngestContext },
): RefusedDelivery {
  const { bomb, objectId, bytes } = item.surveyed;
  return {
    ...arrival(item, context),
    ...(bomb ? {} : { objectId, bytes }),
    refused,
  };
}

/** What it keeps of an archive, beside the records of its members. */
export function openedDelivery(
  item: ArrivedArchive,
  { account, context }: { account: ArchiveAccount; context: IngestContext },
): OpenedDelivery {
  return { ...arrival(item, context), archive: account };
}
