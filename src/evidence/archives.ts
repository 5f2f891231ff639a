import { type CustodyRecord, type Delivery, deliveryId } from './custody.ts';

/** What an archive holds and nobody could read: a member, or (null) what follows damage, or anything at all. */
export type ArchiveFault = { member: string | null; reason: string };

/** Why not all of an archive is in custody as objects; none where it is, and of what is no archive. */
export function archiveFaults({
  archive,
  damage,
}: Pick<CustodyRecord, 'archive' | 'damage'>): ArchiveFault[] {
  if (!archive) return [];
  if (archive.members === 0 && damage === null)
    return [{ member: null, reason: 'is an archive that holds no file' }];
  return [...archive.problems, ...(damage === null ? [] : [{ member: null, reason: damage }])];
}

/** Tells the records of archives that these were delivered in. */
export function archivesOf(records: readonly CustodyRecord[]): (record: CustodyRecord) => boolean {
  const ids = new Set(records.map(({ delivery }) => archiveIdOf(delivery)));
  return ({ archive, delivery_id }) => archive !== undefined && ids.has(delivery_id);
}

/** The archive that a member was delivered in; null for what is no member. */
export function archiveOf(delivery: Delivery): Delivery | null {
  if (delivery.member === undefined) return null;
  const { member: _member, ...archive } = delivery;
  return archive;
}

/** Its delivery id. */
export function archiveIdOf(delivery: Delivery): string | null {
  const archive = archiveOf(delivery);
  return archive && deliveryId(archive);
}
