import type { Column, ColumnType, Table } from '../lake/tables.ts';

/** A column of a format's SELECT that is none of its table's: the ingest makes others of it. */
export type Input = { type: ColumnType; becomes: readonly string[] };

const ADDRESS = [
  ...['src_ip', 'src_ip_basis', 'src_prefix', 'country', 'country_basis', 'asn'],
  ...['network_type', 'reserved'],
];

export const INPUTS: Record<string, Input> = {
  time_ns: { type: 'bigint', becomes: ['time', 'time_ns'] },
  time_precision: { type: 'varchar', becomes: ['time_precision'] },
  end_ns: { type: 'bigint', becomes: ['end_time'] },
  client_ip: { type: 'varchar', becomes: ADDRESS },
  peer_ip: { type: 'varchar', becomes: ['peer_ip', ...ADDRESS] },
  forwarded_for: { type: 'varchar', becomes: [...ADDRESS, 'src_port'] },
  after_agent: { type: 'varchar', becomes: [...ADDRESS, 'src_port'] },
  peer_basis: { type: 'varchar', becomes: ['src_ip_basis'] },
  host: { type: 'varchar', becomes: ['host'] },
  target: { type: 'varchar', becomes: ['path', 'query'] },
  reject: { type: 'varchar', becomes: [] },
  notice: { type: 'varchar', becomes: [] },
  notice_subject: { type: 'varchar', becomes: [] },
  header_below: { type: 'varchar', becomes: [] },
};

/** Columns that every SELECT gives. */
export const REQUIRED = ['record_no', 'time_ns', 'time_precision', 'reject'] as const;

/** Columns that the ingest makes of another column of the table. */
export const MADE_OF: Readonly<Record<string, string>> = { path_template: 'path', query_template: 'query' };

/** Columns that the ingest alone fills: a format that did would speak of what it does not know. */
export const DERIVED = [
  ...['object_id', 'source_id', 'format', 'vantage', 'time', 'end_time'],
  ...ADDRESS,
  ...Object.keys(MADE_OF),
] as const;

/** Columns of a table that say which record of which log a row is of. */
export const PROVENANCE = ['object_id', 'record_no', 'source_id', 'format', 'vantage'] as const;

/** The type that a column of a SELECT must have; null: no such column. */
export function typeOfColumn(name: string, table: Table): ColumnType | null {
  if ((DERIVED as readonly string[]).includes(name)) return null;
  return INPUTS[name]?.type ?? table.columns.find((column: Column) => column.name === name)?.type ?? null;
}
