/**
 * Custody of what was delivered: one record a delivery, named by the delivery, hashed by itself, written once; and one
 * more for each other reading of it, named by that too (`readings.ts`).
 * No number and no link to a record before: records are written side by side, and a seal orders them later.
 */
import { canonicalJson, sha256 } from '../lake/digest.ts';
import { accountedFor, type Ledger } from '../lake/marker.ts';
import type { Store } from '../lake/store.ts';

export type Delivery =
  | {
      kind: 'file';
      path: string;
      /** Path inside the archive `path`, where the log lay in one. */
      member?: string;
      /** Bytes as stored. */
      size: number;
      /** RFC 3339, UTC. */
      mtime: string;
    }
  | {
      kind: 's3';
      bucket: string;
      key: string;
      version: string;
      /** Path inside the archive `key`, where the log lay in one. */
      member?: string;
    };

/** `reingested`: the bytes that the first record of the delivery tells of, read by another ingest profile. */
export type CustodyEvent = 'received' | 'reingested';

/** What keeps the stored bytes from being changed or deleted, on the exact version. */
export type Lock = {
  mode: 'GOVERNANCE' | 'COMPLIANCE';
  /** RFC 3339, UTC. */
  until: string;
};

/** Why a delivery was not read; `not-a-log` is a producer's housekeeping, about which nobody need be called. */
export type RefusalKind = 'not-a-log' | 'unknown-format' | 'empty' | 'damaged' | 'bomb' | 'scattered';

export type Refusal = { kind: RefusalKind; reason: string };

type Arrival = {
  delivery: Delivery;
  /** RFC 3339, UTC: the only wall clock that Ascribe writes. */
  receivedAt: string;
  event: CustodyEvent;
  tool: { name: string; version: string };
  /** SHA-256 of the ingest profile. */
  profile: string;
  storedSha256: string;
  storedBytes: number;
  /** Null: not locked by us. */
  lock?: Lock | null;
  /** Another reading of the same delivery has its first record. */
  isLater?: boolean;
};

export type AcceptedDelivery = Arrival & {
  refused?: null;
  /** SHA-256 of the decompressed bytes. */
  objectId: string;
  /** Decompressed bytes. */
  bytes: number;
  format: string;
  sourceId: string;
  ledger: Ledger;
  /** RFC 3339, UTC; null where the object holds no event. */
  firstEvent: string | null;
  lastEvent: string | null;
  /** What was broken though the rest could be read, as a cut gzip stream. */
  damage: string | null;
};

/** A refused delivery is evidence too: the record says what arrived and why it was not read. */
export type RefusedDelivery = Arrival & {
  refused: Refusal;
  objectId?: string | null;
  bytes?: number | null;
  format?: string | null;
  sourceId?: string | null;
  damage?: string | null;
};

/** What became of the members of an archive: each is an object with a custody record of its own, or has a reason. */
export type ArchiveAccount = {
  /** All but folders, as the archive names them up to damage. */
  members: number;
  objects: number;
  /** In the order of the archive. */
  problems: { member: string; reason: string }[];
};

/** An archive is a delivery of its own, beside those of its members; `damage` is what nothing is known behind. */
export type OpenedDelivery = Omit<RefusedDelivery, 'refused'> & { refused?: null; archive: ArchiveAccount };

export type CustodyRecord = {
  custody_version: 1;
  delivery_id: string;
  /** `readingId`, and part of its name; the first record of a delivery has none. */
  reading_id?: string;
  delivery: Delivery;
  received_at: string;
  event: CustodyEvent;
  tool: { name: string; version: string };
  profile: string;
  stored_sha256: string;
  stored_bytes: number;
  /** Null: not locked by us. */
  lock: Lock | null;
  object_id: string | null;
  bytes: number | null;
  format: string | null;
  source_id: string | null;
  ledger: Ledger | null;
  first_event: string | null;
  last_event: string | null;
  damage: string | null;
  refused: Refusal | null;
  /** There where the delivery is an archive, which has neither a ledger nor a refusal. */
  archive?: ArchiveAccount;
  /** SHA-256 of the canonical JSON of all the rest. */
  hash: string;
};

const ids = new WeakMap<Delivery, string>();

export function deliveryId(delivery: Delivery): string {
  const id = ids.get(delivery) ?? sha256(canonicalJson(delivery));
  ids.set(delivery, id);
  return id;
}

/** Key of the first record of a delivery. */
export function custodyKey(delivery: Delivery): string {
  return keyOfRecord({ delivery_id: deliveryId(delivery) });
}

export function keyOfRecord({
  delivery_id,
  reading_id,
}: Pick<CustodyRecord, 'delivery_id' | 'reading_id'>): string {
  return `custody/${delivery_id}${reading_id === undefined ? '' : `-${reading_id}`}.json`;
}

/** A reading of a delivery is what one ingest profile made of one string of stored bytes. */
export type Reading = Pick<CustodyRecord, 'profile' | 'stored_sha256'>;

export function readingId({ profile, stored_sha256 }: Reading): string {
  return sha256(canonicalJson({ profile, stored_sha256 }));
}

export function custodyRecord(arrival: AcceptedDelivery | RefusedDelivery | OpenedDelivery): CustodyRecord {
  const accepted = arrival.refused || 'archive' in arrival ? null : arrival;
  if (accepted && !balances(accepted.ledger)) {
    throw new Error(`The ledger of ${accepted.objectId} does not balance: ${canonicalJson(accepted.ledger)}`);
  }
  const record: Omit<CustodyRecord, 'hash'> = {
    custody_version: 1,
    delivery_id: deliveryId(arrival.delivery),
    delivery: arrival.delivery,
    received_at: arrival.receivedAt,
    event: arrival.event,
    tool: arrival.tool,
    profile: arrival.profile,
    stored_sha256: arrival.storedSha256,
    stored_bytes: arrival.storedBytes,
    lock: arrival.lock ?? null,
    object_id: arrival.objectId ?? null,
    bytes: arrival.bytes ?? null,
    format: arrival.format ?? null,
    source_id: arrival.sourceId ?? null,
    ledger: accepted?.ledger ?? null,
    first_event: accepted?.firstEvent ?? null,
    last_event: accepted?.lastEvent ?? null,
    damage: arrival.damage ?? null,
    refused: arrival.refused ?? null,
    ...('archive' in arrival ? { archive: arrival.archive } : {}),
  };
  if (arrival.isLater) record.reading_id = readingId(record);
  return { ...record, hash: sha256(canonicalJson(record)) };
}

export function encodeCustodyRecord(record: CustodyRecord): Uint8Array {
  return Buffer.from(`${canonicalJson(record)}\n`);
}

export type CustodyVerdict = { ok: true; record: CustodyRecord } | { ok: false; problem: string };

/** Checks the hash, the name (also against the key it was found under, where given) and the account of a record. */
export function verifyCustodyRecord(bytes: Uint8Array, options: { key?: string } = {}): CustodyVerdict {
  const record = parsed(bytes);
  if (record === null) return { ok: false, problem: 'is no JSON object' };
  const { hash, ...rest } = record;
  if (sha256(canonicalJson(rest)) !== hash) return { ok: false, problem: 'does not have the hash it states' };
  // Two values under one name, or other spacing, would let two readers see two records under one hash.
  if (!Buffer.from(bytes).equals(Buffer.from(`${canonicalJson(record)}\n`))) {
    return { ok: false, problem: 'is not in canonical form' };
  }
  if (record.custody_version !== 1) return { ok: false, problem: 'has a version this tool does not know' };
  const id = sha256(canonicalJson(record.delivery ?? null));
  if (record.delivery_id !== id) return { ok: false, problem: 'is not named by its delivery' };
  const { reading_id } = record;
  if (reading_id !== undefined && reading_id !== readingId(record as Reading))
    return { ok: false, problem: 'is not named by its profile and its stored bytes' };
  const key = keyOfRecord({ delivery_id: id, ...(reading_id === undefined ? {} : { reading_id }) });
  if (options.key !== undefined && options.key !== key)
    return { ok: false, problem: `lies under ${options.key} but belongs under ${key}` };
  if ([record.ledger, record.refused, 'archive' in record].filter(Boolean).length !== 1)
    return {
      ok: false,
      problem: 'is neither accepted nor refused nor an archive, or more than one of these',
    };
  if (record.ledger && !balances(record.ledger))
    return { ok: false, problem: 'has a ledger that does not balance' };
  if ('archive' in record && !isWhole(record.archive))
    return { ok: false, problem: 'has members that are neither objects nor problems' };
  if ('archive' in record && (record.object_id ?? record.format ?? record.source_id ?? null) !== null)
    return { ok: false, problem: 'is an archive and an object' };
  return { ok: true, record: record as CustodyRecord };
}

function parsed(bytes: Uint8Array): Partial<CustodyRecord> | null {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return value !== null && typeof value === 'object' && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

function balances(ledger: Ledger): boolean {
  return ledger.records === accountedFor(ledger);
}

function isWhole(account: ArchiveAccount | undefined): boolean {
  const { members, objects, problems } = account ?? {};
  return (
    [members, objects].every((count) => Number.isSafeInteger(count) && count! >= 0) &&
    Array.isArray(problems) &&
    problems.every((problem) => typeof problem?.member === 'string' && typeof problem.reason === 'string') &&
    members === objects! + problems.length
  );
}

/** The record under a key; null where there is none, or it is not as it was written. */
export async function readRecord(store: Store, key: string): Promise<CustodyRecord | null> {
  const bytes = await store.read(key);
  const verdict = bytes && verifyCustodyRecord(bytes, { key });
  return verdict?.ok ? verdict.record : null;
}
