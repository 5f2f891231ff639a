/**
 * The lake's tables, declared once: the Parquet that the ingest writes, the views that the queries read, Glue's tables
 * and the documentation derive from them.
 */
import { type ColumnType, column, log, provenance, type Table } from './column.ts';
import { controlActivity } from './control-activity.ts';
import { dnsActivity } from './dns-activity.ts';
import { httpActivity } from './http-activity.ts';
import { minuteActivity } from './minute-activity.ts';
import { networkActivity } from './network-activity.ts';

export type { Column, ColumnType, Table } from './column.ts';
export { controlActivity, dnsActivity, httpActivity, minuteActivity, networkActivity };

export const rejects: Table = {
  name: 'rejects',
  about:
    'Records that are no event of their format. dt is the day of the first event of the object, 1990-01-01 without one.',
  partitioned: true,
  columns: [
    ...provenance,
    column('format', 'varchar', 'Id of the log format'),
    column('byte_offset', 'bigint', 'Where the record starts in the decompressed bytes', { unit: 'B' }),
    column('byte_length', 'bigint', 'Its length', { unit: 'B' }),
    column('sha256', 'varchar', 'SHA-256 of its bytes'),
    column('reason', 'varchar', 'Why it is no event', { example: 'no-closing-quote' }),
    column('raw', 'varchar', 'Its first 64 KiB; bytes that are no UTF-8 are written \\xHH'),
  ],
};

export const autonomousSystems: Table = {
  name: 'autonomous_systems',
  about: 'Names of autonomous systems, from the data set of the lake.',
  partitioned: false,
  columns: [
    column('asn', 'bigint', 'Number'),
    column('as_org', 'varchar', 'Organisation'),
    column('dataset', 'varchar', 'Data set that says so'),
  ],
};

export const notices: Table = {
  name: 'notices',
  about:
    'Records in which a log speaks of itself: an interval without data, records that it skipped, a change of its sampling. No event, and no reject.',
  partitioned: true,
  columns: [
    ...provenance,
    ...log,
    column('time', 'timestamp', 'From when it holds, UTC, floored to the millisecond'),
    column('end_time', 'timestamp', 'Until when, UTC; null: the record does not say'),
    column('notice', 'varchar', 'What it says', { example: 'skipped-data' }),
    column('subject', 'varchar', 'Of what: a network interface, say'),
  ],
};

/** The tables whose rows are events: each format writes one of them. */
export const eventTables = [httpActivity, networkActivity, dnsActivity, controlActivity] as const;

export const tables: readonly Table[] = [...eventTables, minuteActivity, rejects, notices, autonomousSystems];

/** Where parts without an event of their own go. */
export const EPOCH_DAY = '1990-01-01';

/** `<table>/dt=<event day>/<object id>-<part>.parquet` below `tables/`. */
export function partKey(table: Table, options: { day: string; objectId: string; part: number }): string {
  return `tables/${table.name}/dt=${options.day}/${options.objectId}-${String(options.part).padStart(4, '0')}.parquet`;
}

export const AUTONOMOUS_SYSTEMS_KEY = 'tables/autonomous_systems/autonomous-systems.parquet';

const SQL_TYPES: Record<ColumnType, string> = {
  bigint: 'BIGINT',
  boolean: 'BOOLEAN',
  varchar: 'VARCHAR',
  date: 'DATE',
  timestamp: 'TIMESTAMP',
};

/** A text as a literal of SQL. */
export function sqlText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

export function sqlType(type: ColumnType): string {
  return SQL_TYPES[type];
}
