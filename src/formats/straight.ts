import type { Table } from '../lake/column.ts';
import { type Cells, LayoutError } from './cells.ts';

/**
 * How the cells of a record become a column of its row without the SELECT, which gives the same and which tests hold it
 * to. An absent cell is like an empty one.
 *
 * - `always TEXT`: in every record.
 * - `text CELL`: as it stands; null where it is empty.
 * - `word CELL…`: the first that is neither empty nor a dash; `id CELL…`: nor 0.
 * - `host CELL…`: the same, a host; `target CELL…`: the path and the query of a request; `address CELL`: who asked.
 * - `rfc3339 CELL`, `clf CELL`: a time; `stamp CELL…`: the first of them that is one, also as digits since 1970;
 *   `precision`: that of the stamp.
 * - `integer CELL…`: the first that is there and no dash; `positive CELL…`: the same, and null where it is 0; `milliseconds CELL`, `nanoseconds CELL`: the same, in microseconds.
 * - `seconds CELL…`: their sum in microseconds, null where one is negative.
 * - `example CELL…`: what the SELECT gives for one record stands for all that have the same cells.
 *
 * Of numbers, `KIND CELL or KIND CELL` is the second where the first is null, and `… if CELL` null unless that is above 0.
 */
const KINDS = [
  'always',
  'text',
  'word',
  'id',
  'host',
  'target',
  'address',
  'rfc3339',
  'clf',
  'stamp',
  'precision',
  'integer',
  'positive',
  'seconds',
  'milliseconds',
  'nanoseconds',
  'example',
] as const;
export type StraightKind = (typeof KINDS)[number];

export type StraightColumn = {
  /** Columns of the SELECT: several where an example gives them, or where all are alike. */
  names: readonly string[];
  kind: StraightKind;
  cells: readonly number[];
  /** What is always there. */
  text: string;
  /** Of a number: what it is where it is null, and the cell that must be above 0. */
  or: Pick<StraightColumn, 'kind' | 'cells'> | null;
  onlyIf: number | null;
};

export type Straight = {
  /** What records are cut into: the format's own, or members of an object. */
  cells: Cells;
  columns: readonly StraightColumn[];
  /** Cells with which a record needs the SELECT. */
  unless: readonly number[];
};

/** Columns that are no table's, and what only they can be. */
const OWN_KINDS: Partial<Record<string, readonly StraightKind[]>> = {
  time_ns: ['rfc3339', 'clf', 'stamp'],
  target: ['target'],
  client_ip: ['address'],
  peer_ip: ['address'],
  host: ['host'],
};

const NUMBER_KINDS = ['integer', 'positive', 'seconds', 'milliseconds', 'nanoseconds'] as const;

const OF_TYPE: Partial<Record<string, readonly StraightKind[]>> = {
  varchar: ['always', 'text', 'word', 'id', 'precision', 'example'],
  bigint: [...NUMBER_KINDS, 'example'],
  boolean: ['example'],
};

/** Reads what a header says under `straight`. Of a format without cells of its own, cells are the members of a JSON object. Throws LayoutError. */
export function readStraight(
  header: Readonly<Record<string, unknown>>,
  { cells, table, source }: { cells: Cells | null; table: Table; source: string | null },
): Straight {
  const members: string[] = [];
  const cellOf = (name: string): number => {
    if (!cells && !members.includes(name)) members.push(name);
    const cell = (cells?.names ?? members).indexOf(name);
    return cell >= 0 ? cell : fail(`${name} is no cell`);
  };
  const columns: StraightColumn[] = [];
  let unless: number[] = [];
  for (const [key, value] of Object.entries(header)) {
    const said = String(value).trim();
    if (key === 'unless') {
      unless = said.split(/\s+/).map(cellOf);
      continue;
    }
    const names = key.split(/,\s*/);
    const [what = '', onlyIf] = said.split(' if ');
    const [first, or] = what.split(' or ').map((alternative) => {
      const [word = '', ...words] = alternative.split(/\s+/);
      const kind =
        KINDS.find((each) => each === word) ?? fail(`${key}: ${word} is none of ${KINDS.join(', ')}`);
      for (const name of names) checkKind(name, { kind, table, source });
      if ((words.length === 0) !== (kind === 'precision')) fail(`${key}: ${kind} of what?`);
      if (kind === 'address' && words.length > 1) fail(`${key}: an address is of one cell`);
      return { kind, cells: kind === 'always' ? [] : words.map(cellOf), text: words.join(' ') };
    });
    const isNumber = (NUMBER_KINDS as readonly StraightKind[]).includes(first!.kind);
    if ((or || onlyIf) && !isNumber) fail(`${key}: only a number can be another, or depend on one`);
    columns.push({ names, ...first!, or: or ?? null, onlyIf: onlyIf === undefined ? null : cellOf(onlyIf) });
  }
  if (!columns.some(({ names }) => names.includes('time_ns'))) fail('there is no time_ns');
  return { cells: cells ?? { names: members, layouts: null }, columns, unless };
}

function checkKind(
  name: string,
  { kind, table, source }: { kind: StraightKind; table: Table; source: string | null },
): void {
  const type = name === source ? 'varchar' : table.columns.find((column) => column.name === name)?.type;
  const kinds = OWN_KINDS[name] ?? OF_TYPE[type ?? ''] ?? fail(`${name} is no column that can be straight`);
  if (!kinds.includes(kind)) fail(`${name} can be ${kinds.join(', ')}, and not ${kind}`);
}

function fail(problem: string): never {
  throw new LayoutError(problem);
}
