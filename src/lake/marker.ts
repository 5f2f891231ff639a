import type { Store } from './store.ts';

/**
 * The commit marker of an object, `objects/<object id>.json`: an object is in the lake when its marker is.
 * Written last and once; it holds nothing of the wall clock, so that the same bytes give the same marker.
 */
export type Ledger = {
  records: number;
  rows: number;
  rejects: number;
  headers: number;
  blanks: number;
  notices: number;
};

export type PartEntry = { key: string; table: string; day: string; rows: number; sha256: string };

export type Marker = {
  object_id: string;
  format: string;
  vantage: string;
  /** Decompressed bytes. */
  bytes: number;
  ledger: Ledger;
  /** First and last event, RFC 3339 UTC; null without rows. */
  first_event: string | null;
  last_event: string | null;
  /** What ended the object before its end (truncated gzip, say); null: whole. */
  damage: string | null;
  profile: string;
  sources: string[];
  parts: PartEntry[];
};

export function markerKey(objectId: string): string {
  return `objects/${objectId}.json`;
}

/** The marker of an object; null: the object is not there. */
export async function readMarker(store: Store, objectId: string): Promise<Marker | null> {
  const bytes = await store.read(markerKey(objectId));
  return bytes && (JSON.parse(Buffer.from(bytes).toString('utf8')) as Marker);
}

export const NO_RECORDS: Ledger = { records: 0, rows: 0, rejects: 0, headers: 0, blanks: 0, notices: 0 };

export function addLedgers(a: Ledger, b: Ledger): Ledger {
  return {
    records: a.records + b.records,
    rows: a.rows + b.rows,
    rejects: a.rejects + b.rejects,
    headers: a.headers + b.headers,
    blanks: a.blanks + b.blanks,
    notices: a.notices + b.notices,
  };
}

/** Records that became something: all of them, where the ledger balances. */
export function accountedFor(ledger: Ledger): number {
  return ledger.rows + ledger.rejects + ledger.headers + ledger.blanks + ledger.notices;
}

/** Every record is accounted for, or the pass has a bug: it throws. */
export function assertLedger(ledger: Ledger, place: string): void {
  const sum = accountedFor(ledger);
  if (sum !== ledger.records) {
    throw new Error(
      `${place}: ${ledger.records} records framed but ${sum} accounted for (${JSON.stringify(ledger)})`,
    );
  }
}
