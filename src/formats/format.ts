import { HeaderError, readHeader, requiredText } from '../lake/header.ts';
import { httpActivity, type Table } from '../lake/tables.ts';

/** A log format, as `formats/<id>.sql` declares it. */
export type Format = {
  id: string;
  title: string;
  reference: string;
  table: Table;
  framing: 'lines';
  vantage: string;
  /** Column of the SELECT that names the producer (a zone, a balancer); null: the lake's source label. */
  source: string | null;
  recognise: { pattern: RegExp; expects: string };
  unmapped: Record<string, string>;
  sql: string;
};

export type FormatText = { id: string; text: string };

const TABLES: Record<string, Table> = { http_activity: httpActivity };
const VANTAGES = ['edge', 'firewall', 'balancer', 'origin', 'network', 'dns', 'control'];

/** Reads one format file. Throws HeaderError that names the file and what is wrong. */
export function parseFormat({ id, text }: FormatText): Format {
  const file = `formats/${id}.sql`;
  const { header, sql } = readHeader(text, file);
  const table = TABLES[requiredText(file, header, 'table')];
  if (!table) throw new HeaderError(file, `table is none of ${Object.keys(TABLES).join(', ')}`);
  const vantage = requiredText(file, header, 'vantage');
  if (!VANTAGES.includes(vantage)) throw new HeaderError(file, `vantage is none of ${VANTAGES.join(', ')}`);
  if (requiredText(file, header, 'framing') !== 'lines')
    throw new HeaderError(file, 'framing is not "lines"');
  const recognise = (header.recognise ?? {}) as Record<string, unknown>;
  return {
    id,
    title: requiredText(file, header, 'title'),
    reference: requiredText(file, header, 'reference'),
    table,
    framing: 'lines',
    vantage,
    source: typeof header.source === 'string' ? header.source : null,
    recognise: {
      pattern: pattern(file, requiredText(file, recognise, 'pattern')),
      expects: requiredText(file, recognise, 'expects'),
    },
    unmapped: (header.unmapped ?? {}) as Record<string, string>,
    sql,
  };
}

function pattern(file: string, text: string): RegExp {
  try {
    return new RegExp(text);
  } catch (error) {
    throw new HeaderError(file, `recognise.pattern: ${(error as Error).message}`);
  }
}
