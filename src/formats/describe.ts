import type { Format } from './format.ts';
import { INPUTS, MADE_OF, PROVENANCE } from './inputs.ts';

/** What a person asks of a format, in words and lists: for the terminal and for docs/formats/. */
export type FormatDescription = {
  framing: string;
  recognised: string;
  /** What becomes of header records; null: the format has none. */
  headers: string | null;
  /** What the log is called in `source_id`. */
  source: string;
  /** Whose address `src_ip` is. */
  address: string;
  /** Columns that it fills, in the order of its table; none named: the SELECT says what they come from. */
  columns: { name: string; about: string; fields: string[] }[];
  /** Fields that say that a record is about the log itself. */
  notices: string[];
  leftOut: { field: string; reason: string }[];
  /** Columns that no log of this format can fill. */
  empty: string[];
};

/** `given`: the columns of the SELECT, where the header need not name each of them. */
export function describeFormat(format: Format, given?: ReadonlySet<string>): FormatDescription {
  const { mapped, table } = format;
  const fieldsOf = (names: readonly string[]): string[] =>
    Object.entries(mapped).flatMap(([field, columns]) =>
      names.some((name) => columns.includes(name)) ? [field] : [],
    );
  const said = given ?? new Set(Object.values(mapped).flat());
  const filled = new Map<string, string[]>();
  for (const { name } of table.columns) {
    const from = sourcesOf(name).filter((input) => said.has(input));
    if (from.length > 0) filled.set(name, fieldsOf(from));
  }
  const rest = table.columns.filter(({ name }) => !(PROVENANCE as readonly string[]).includes(name));
  return {
    framing: framingOf(format),
    recognised: recognitionOf(format),
    headers: headersOf(format),
    source: sourceOf(format, fieldsOf),
    address: addressOf(format.sql, said),
    columns: rest
      .filter(({ name }) => filled.has(name))
      .map(({ name, about }) => ({ name, about, fields: filled.get(name)! })),
    notices: fieldsOf(['notice', 'notice_subject']),
    leftOut: Object.entries(format.unmapped).map(([field, reason]) => ({ field, reason: String(reason) })),
    empty: rest.filter(({ name }) => !filled.has(name)).map(({ name }) => name),
  };
}

/** Columns of a SELECT that a column of the table is made from: itself, or inputs of the ingest. */
function sourcesOf(made: string): string[] {
  const name = MADE_OF[made] ?? made;
  const inputs = Object.keys(INPUTS).filter((input) => INPUTS[input]!.becomes.includes(name));
  // The basis of a source is known where there is a source.
  const known = inputs.filter((input) => input !== 'peer_basis');
  return name in INPUTS ? known : [...known, name];
}

function framingOf({ framing, array }: Format): string {
  if (framing === 'lines') return 'one record a line';
  const list = array === null ? '' : `, or the elements of the list "${array}"`;
  return `JSON objects: one a line, over several lines, or the elements of a list${list}`;
}

function recognitionOf({ headers, recognise: { expects } }: Format): string {
  const records = `at least half of the first 100 records have ${expects}`;
  return headers === null
    ? records
    : `a header record of its own among the first 100 records; else ${records}`;
}

function headersOf({ headers }: Format): string | null {
  if (headers === null) return null;
  return `records that name the fields of those after them${headers.below === null ? '' : ', or say more of them'}${headers.others === null ? '' : ', and others that say nothing of the fields'}; all are counted, none is a row`;
}

function sourceOf({ id, source }: Format, fieldsOf: (names: string[]) => string[]): string {
  if (source === null) return `${id}: followed by the label of the ingest`;
  const fields = fieldsOf([source]);
  const named = fields.length > 0 ? fields.join(', ') : `the column ${source} of its SELECT`;
  return `${id}: followed by ${named}; where that says nothing, by the label of the ingest`;
}

function addressOf(sql: string, said: ReadonlySet<string>): string {
  const basis = (name: string): boolean => new RegExp(`'${name}'[^,]*\\bas peer_basis\\b`).test(sql);
  const peers = [
    ...(basis('packet') ? ['of packets, which a sender can forge'] : []),
    ...(basis('resolver') ? ['the resolver that asked'] : []),
  ];
  const http = said.has('after_agent')
    ? 'the peer; behind a trusted proxy what X-Forwarded-For earns, where nginx-main is trusted too'
    : said.has('forwarded_for')
      ? 'the peer; behind a trusted proxy what X-Forwarded-For earns'
      : 'the peer, unless that is a proxy';
  const peer = !said.has('peer_ip') ? [] : peers.length > 0 ? peers : [http];
  return [...(said.has('client_ip') ? ['given by the log'] : []), ...peer].join('; else ') || 'not logged';
}
