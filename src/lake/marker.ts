import type { Store } from './store.ts';
import { eventTables, notices, rejects } from './tables.ts';

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

/** A marker that is not as it was written: one sentence that names the file and what to do. */
export class MarkerError extends Error {
  override name = 'MarkerError';
  /** What is wrong, as it goes on after the name of the file. */
  readonly problem: string;

  constructor(place: string, problem: string) {
    super(
      `${place} is not as it was written: it ${problem}. Put it back from a copy, or remove it and ingest the same logs again, which writes it anew.`,
    );
    this.problem = problem;
  }
}

/**
 * The marker of an object, whose numbers hold; null: the object is not there. Throws MarkerError where it is not as it
 * was written.
 */
export async function readMarker(store: Store, objectId: string): Promise<Marker | null> {
  const key = markerKey(objectId);
  const bytes = await store.read(key);
  if (!bytes) return null;
  const place = store.locate(key);
  const marker = parseMarker(Buffer.from(bytes).toString('utf8'), { objectId, place });
  const problems = accountProblems(marker);
  if (problems.length > 0) throw new MarkerError(place, problems.join('; it '));
  return marker;
}

/** A marker from its text, whatever its numbers. Throws MarkerError where it is none of this object. */
export function parseMarker(text: string, { objectId, place }: { objectId: string; place: string }): Marker {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new MarkerError(place, text.trim() === '' ? 'is empty' : 'is no JSON');
  }
  const marker: Partial<Record<keyof Marker, unknown>> = isObject(value) ? value : {};
  const lacking = Object.entries(SHAPE).find(([name, isSo]) => !isSo(marker[name as keyof Marker]));
  if (lacking) throw new MarkerError(place, `has no valid ${lacking[0]}`);
  if (marker.object_id !== objectId) throw new MarkerError(place, 'is of another object than its name');
  return marker as Marker;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value);
const isText = (value: unknown): boolean => typeof value === 'string';
const isTextOrNone = (value: unknown): boolean => value === null || isText(value);
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
const isTimeOrNone = (value: unknown): boolean =>
  value === null || (typeof value === 'string' && !Number.isNaN(Date.parse(value)));
const isLedger = (value: unknown): boolean =>
  isObject(value) && Object.keys(NO_RECORDS).every((name) => isCount(value[name]));
const isPart = (value: unknown): boolean =>
  isObject(value) && isCount(value.rows) && [value.key, value.table, value.day, value.sha256].every(isText);

const SHAPE: Record<keyof Marker, (value: unknown) => boolean> = {
  object_id: isText,
  format: isText,
  vantage: isText,
  bytes: isCount,
  ledger: isLedger,
  first_event: isTimeOrNone,
  last_event: isTimeOrNone,
  damage: isTextOrNone,
  profile: isText,
  sources: (value) => Array.isArray(value) && value.every(isText),
  parts: (value) => Array.isArray(value) && value.every(isPart),
};

const EVENT_TABLES = new Set(eventTables.map(({ name }) => name));

/** What a marker's numbers contradict one another in, its parts' rows among them; none where they hold. */
export function accountProblems({ ledger, parts }: Marker): string[] {
  const accounted = accountedFor(ledger);
  const rowsOf = (isOf: (table: string) => boolean): number =>
    parts.reduce((sum, { table, rows }) => sum + (isOf(table) ? rows : 0), 0);
  const kept = {
    rows: rowsOf((table) => EVENT_TABLES.has(table)),
    rejects: rowsOf((table) => table === rejects.name),
    notices: rowsOf((table) => table === notices.name),
  };
  return [
    ...(accounted === ledger.records
      ? []
      : [`states ${ledger.records} records, and accounts for ${accounted}`]),
    ...Object.entries(kept)
      .filter(([name, rows]) => rows !== ledger[name as keyof typeof kept])
      .map(
        ([name, rows]) => `states ${ledger[name as keyof typeof kept]} ${name}, and parts that hold ${rows}`,
      ),
  ];
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
