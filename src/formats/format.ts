import { HeaderError, readHeader, type SqlFile } from '../lake/header.ts';
import { eventTables, httpActivity, type Table } from '../lake/tables.ts';
import { type Cells, LayoutError, lineCells } from './cells.ts';
import { readStraight, type Straight } from './straight.ts';

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
  /** Cuts plain records into columns of `records` beside `text`; null: the SELECT does all of it. */
  cells: Cells | null;
  /** How plain records become rows without the SELECT; null: the SELECT takes all. */
  straight: Straight | null;
  vantage: string;
  /** Column of the SELECT that names the producer (a zone, a balancer); null: the lake's source label. */
  source: string | null;
  /**
   * `anywhere`: what none but its records have, into which clients can write more than a value; `client`: a name of the
   * client in those whose owner chooses the names: see `recogniseFormat`.
   */
  recognise: { pattern: RegExp; expects: string; anywhere: RegExp | null; client: RegExp | null };
  /** Documented fields and the columns that they become. */
  mapped: Record<string, string[]>;
  /** Documented fields that become nothing, with the reason. */
  unmapped: Record<string, string>;
  sql: string;
  /** The file, and the lines in it that a fault can be in. */
  file: string;
  lines: { headers: number; source: number; sql: number; mapped: Record<string, number> };
  /** The user's own: a fault in it is its author's to mend, and no bug. */
  isOwn: boolean;
};

/** Records that say what the others mean. Patterns are of RE2, which is a subset of JavaScript's here. */
export type Headers = {
  /** The last of these before a record stands in `header`. */
  carry: string;
  /** The last of these stands below it, on a line of its own, or what the SELECT said last in `header_below`. */
  below: string | null;
  /** Further header records, which are counted and say nothing of the fields. */
  others: string | null;
  /** A carried header that is of this format and of no other. */
  recognise: RegExp;
};

export type FormatText = {
  id: string;
  text: string;
  /** The file of a format of the user's own; without it `formats/<id>.sql`, one of the house. */
  ownFile?: string;
};

const VANTAGES = ['edge', 'firewall', 'balancer', 'origin', 'network', 'dns', 'control'];
const FRAMINGS = ['lines', 'json'] as const;
const KEYS = [
  ...[
    'title',
    'reference',
    'table',
    'framing',
    'array',
    'headers',
    'cells',
    'straight',
    'vantage',
    'source',
    'recognise',
  ],
  ...['mapped', 'unmapped'],
];

/** The keys below a key that has those of Ascribe, and not names of fields. */
const KEYS_BELOW = {
  headers: ['carry', 'below', 'others', 'recognise'],
  recognise: ['pattern', 'expects', 'anywhere', 'client'],
};

/** Reads one format file. Throws HeaderError that names the file, the line and what is wrong. */
export function parseFormat({ id, text, ownFile }: FormatText): Format {
  const file = ownFile ?? `formats/${id}.sql`;
  const read = readHeader(text, file);
  const { header, sql, sqlLine, lineOf } = read;
  const reader = headerReader(read, file);
  for (const key of Object.keys(header))
    if (!KEYS.includes(key))
      reader.fail([key], `"${key}" is no key of a format; there are ${KEYS.join(', ')}`);
  const one = <Name extends string>(key: string, names: readonly Name[]): Name => {
    const value = names.find((name) => name === reader.text(key));
    return value ?? reader.fail([key], `${key} is none of ${names.join(', ')}`);
  };
  const framing = one('framing', FRAMINGS);
  const table = one(
    'table',
    eventTables.map(({ name }) => name),
  );
  for (const [group, keys] of Object.entries(KEYS_BELOW))
    for (const key of Object.keys(reader.group(group)))
      if (!keys.includes(key))
        reader.fail([group, key], `"${key}" is no key of ${group}; there are ${keys.join(', ')}`);
  if (sql === '') reader.fail([], 'there is no SELECT after the header');
  const client = reader.patternIfGiven('recognise', 'client');
  if (client && (framing !== 'json' || header.headers !== undefined))
    reader.fail(['recognise', 'client'], 'recognise.client: only a format of json without headers has one');
  const eventTable = eventTables.find(({ name }) => name === table)!;
  const isOwn = ownFile !== undefined;
  const source = typeof header.source === 'string' ? header.source : null;
  const mapped = reader.group('mapped');
  const cells = header.cells === undefined ? null : cellsOf(reader, { framing, header });
  return {
    id,
    title: reader.text('title'),
    reference: reader.text('reference'),
    table: eventTable,
    framing,
    array: typeof header.array === 'string' ? header.array : null,
    headers: header.headers === undefined ? null : headersOf(reader),
    cells,
    straight: straightOf(reader, { framing, header, cells, table: eventTable, source, isOwn }),
    vantage: one('vantage', VANTAGES),
    source,
    recognise: {
      pattern: reader.pattern('recognise', 'pattern'),
      expects: reader.text('recognise', 'expects'),
      anywhere: reader.patternIfGiven('recognise', 'anywhere'),
      client,
    },
    mapped: Object.fromEntries(
      Object.entries(mapped).map(([field, columns]) => [field, String(columns ?? '').split(/,\s*/)]),
    ),
    unmapped: reader.group('unmapped') as Record<string, string>,
    sql,
    file,
    lines: {
      headers: lineOf('headers'),
      source: lineOf('source'),
      sql: sqlLine,
      mapped: Object.fromEntries(Object.keys(mapped).map((field) => [field, lineOf('mapped', field)])),
    },
    isOwn,
  };
}

function headersOf(reader: HeaderReader): Headers {
  const ifGiven = (key: string): string | null => reader.patternIfGiven('headers', key)?.source ?? null;
  return {
    carry: reader.pattern('headers', 'carry').source,
    below: ifGiven('below'),
    others: ifGiven('others'),
    recognise: reader.pattern('headers', 'recognise'),
  };
}

/** Columns of `records` beside the cells. */
const OF_RECORDS = ['record_no', 'text', 'header', 'is_cut'];

function cellsOf(
  reader: HeaderReader,
  { framing, header }: { framing: Format['framing']; header: SqlFile['header'] },
): Cells {
  try {
    if (framing !== 'lines') throw new LayoutError('only lines have cells');
    if (header.headers !== undefined) throw new LayoutError('a format with headers has no cells');
    const cells = lineCells([header.cells].flat().map(String));
    const taken = cells.names.find((name) => OF_RECORDS.includes(name));
    if (taken) throw new LayoutError(`${taken} is a column that every record has`);
    return cells;
  } catch (error) {
    if (!(error instanceof LayoutError)) throw error;
    return reader.fail(['cells'], `cells: ${error.message}`);
  }
}

function straightOf(
  reader: HeaderReader,
  of: Pick<Format, 'framing' | 'cells' | 'table' | 'source' | 'isOwn'> & { header: SqlFile['header'] },
): Straight | null {
  // Of a copy of one of the house, no test holds it to its SELECT.
  if (of.header.straight === undefined || of.isOwn) return null;
  try {
    if (of.table !== httpActivity) throw new LayoutError('only rows of http_activity are straight');
    if (of.header.headers !== undefined) throw new LayoutError('no row is, of a format with headers');
    if (of.framing === 'lines' && !of.cells) throw new LayoutError('no line is without cells');
    return readStraight(reader.group('straight'), of);
  } catch (error) {
    if (!(error instanceof LayoutError)) throw error;
    return reader.fail(['straight'], `straight: ${error.message}`);
  }
}

type HeaderReader = {
  /** Throws HeaderError, at the line of a key. */
  fail(path: string[], problem: string): never;
  group(key: string): Record<string, unknown>;
  text(...path: string[]): string;
  pattern(...path: string[]): RegExp;
  /** Null where the header has no such key. */
  patternIfGiven(name: string, key: string): RegExp | null;
};

function headerReader({ header, lineOf }: SqlFile, file: string): HeaderReader {
  const fail = (path: string[], problem: string): never => {
    throw new HeaderError(file, `line ${lineOf(...path)}: ${problem}`);
  };
  const group = (key: string): Record<string, unknown> => {
    const value = header[key] ?? {};
    if (typeof value !== 'object' || Array.isArray(value))
      return fail([key], `${key} is no list of keys and values`);
    return value as Record<string, unknown>;
  };
  const text = (...path: string[]): string => {
    const key = path.at(-1)!;
    const value = path.length === 1 ? header[key] : group(path[0]!)[key];
    if (typeof value === 'string' && value.trim() !== '') return value.trim();
    const lacks = value === undefined || value === null ? 'lacks' : 'has no text as';
    return fail(path, `the header ${lacks} "${key}"${path.length > 1 ? ` below ${path[0]}` : ''}`);
  };
  const pattern = (...path: string[]): RegExp => {
    const source = text(...path);
    try {
      return new RegExp(source);
    } catch (error) {
      return fail(path, `${path.join('.')}: ${(error as Error).message}`);
    }
  };
  return {
    fail,
    group,
    text,
    pattern,
    patternIfGiven: (name, key) => (group(name)[key] === undefined ? null : pattern(name, key)),
  };
}
