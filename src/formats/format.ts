import { HeaderError, readHeader, requiredText } from '../lake/header.ts';
import { eventTables, type Table } from '../lake/tables.ts';

/** A log format, as `formats/<id>.sql` declares it. */
export type Format = {
  id: string;
  title: string;
  reference: string;
  table: Table;
  /**
   * How records are cut. `lines`: at newlines. `json`: at newlines too where each line is a whole object; else JSON
   * objects that span lines, or the elements of an array, at the top or under the key `array`.
   */
  framing: 'lines' | 'json';
  array: string | null;
  headers: Headers | null;
  vantage: string;
  /** Column of the SELECT that names the producer (a zone, a balancer); null: the lake's source label. */
  source: string | null;
  recognise: { pattern: RegExp; expects: string };
  /** Documented fields and the columns that they become. */
  mapped: Record<string, string[]>;
  /** Documented fields that become nothing, with the reason. */
  unmapped: Record<string, string>;
  sql: string;
};

/** Records that say what the others mean. Patterns are of RE2, which is a subset of JavaScript's here. */
export type Headers = {
  /** The last of these before a record stands in `header`. */
  carry: string;
  /** Further header records, which are counted and say nothing of the fields. */
  others: string | null;
  /** A carried header that is of this format and of no other. */
  recognise: RegExp;
};

export type FormatText = {
  id: string;
  text: string;
  /** What a person calls the file; `formats/<id>.sql` where not given. */
  file?: string;
};

const VANTAGES = ['edge', 'firewall', 'balancer', 'origin', 'network', 'dns', 'control'];
const FRAMINGS = ['lines', 'json'] as const;

/** Reads one format file. Throws HeaderError that names the file and what is wrong. */
export function parseFormat({ id, text, file = `formats/${id}.sql` }: FormatText): Format {
  const { header, sql } = readHeader(text, file);
  const one = <Name extends string>(key: string, names: readonly Name[]): Name => {
    const value = names.find((name) => name === requiredText(file, header, key));
    if (!value) throw new HeaderError(file, `${key} is none of ${names.join(', ')}`);
    return value;
  };
  const table = one(
    'table',
    eventTables.map(({ name }) => name),
  );
  const recognise = group(file, header, 'recognise');
  return {
    id,
    title: requiredText(file, header, 'title'),
    reference: requiredText(file, header, 'reference'),
    table: eventTables.find(({ name }) => name === table)!,
    framing: one('framing', FRAMINGS),
    array: typeof header.array === 'string' ? header.array : null,
    headers: header.headers === undefined ? null : headersOf(file, group(file, header, 'headers')),
    vantage: one('vantage', VANTAGES),
    source: typeof header.source === 'string' ? header.source : null,
    recognise: {
      pattern: pattern(file, recognise, { key: 'pattern', of: 'recognise' }),
      expects: requiredText(file, recognise, 'expects'),
    },
    mapped: Object.fromEntries(
      Object.entries(group(file, header, 'mapped')).map(([field, columns]) => [
        field,
        String(columns).split(/,\s*/),
      ]),
    ),
    unmapped: group(file, header, 'unmapped') as Record<string, string>,
    sql,
  };
}

function headersOf(file: string, headers: Record<string, unknown>): Headers {
  const carry = pattern(file, headers, { key: 'carry', of: 'headers' }).source;
  const others =
    headers.others === undefined ? null : pattern(file, headers, { key: 'others', of: 'headers' }).source;
  return { carry, others, recognise: pattern(file, headers, { key: 'recognise', of: 'headers' }) };
}

function group(file: string, header: Record<string, unknown>, key: string): Record<string, unknown> {
  const value = header[key] ?? {};
  if (typeof value !== 'object' || Array.isArray(value))
    throw new HeaderError(file, `${key} is no list of keys and values`);
  return value as Record<string, unknown>;
}

function pattern(
  file: string,
  from: Record<string, unknown>,
  { key, of }: { key: string; of: string },
): RegExp {
  try {
    return new RegExp(requiredText(file, from, key));
  } catch (error) {
    if (error instanceof HeaderError) throw error;
    throw new HeaderError(file, `${of}.${key}: ${(error as Error).message}`);
  }
}
