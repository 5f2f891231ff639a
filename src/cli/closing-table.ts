import type { Outcome } from '../ingest/pass.ts';
import { addLedgers, type Ledger, NO_RECORDS } from '../lake/marker.ts';
import { type Ingested, isUnread } from './ingest-found.ts';

type Read = Exclude<Outcome, { status: 'refused' }>;

/** What an ingest read: records = rows + rejects + headers + blanks + notices, by format. */
export function closingTable({ outcomes, faults, unread }: Ingested, width: number | null): string {
  const read = outcomes.filter((outcome) => outcome.status !== 'refused');
  const groups = Map.groupBy(read, (outcome) => outcome.marker.format);
  const rows = [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([format, group]) => cells(format, group));
  if (groups.size > 1) rows.push(cells('all', read));
  const again = read.filter((outcome) => outcome.status === 'already-there');
  const refused = outcomes.length - read.length - outcomes.filter(isUnread).length + faults;
  const wide = wideLines(rows);
  return [
    ...(width !== null && wide.some((line) => line.length > width) ? narrowLines(rows) : wide),
    ...(again.length > 0 ? [againLine(again)] : []),
    ...(refused > 0 ? [`${refused} refused: the reasons are above.`] : []),
    ...(unread.length > 0 ? [`${unread.length} could not be read: the reasons are above.`] : []),
  ].join('\n');
}

/** Objects of the table that the lake had, so that its numbers and a report's agree. */
function againLine(again: readonly Read[]): string {
  const { records } = sumOf(again);
  return `${again.length.toLocaleString('en-GB')} of the objects were there already (${records.toLocaleString('en-GB')} of the records): the lake has them once.`;
}

function sumOf(outcomes: readonly Read[]): Ledger {
  return outcomes.map((outcome) => outcome.marker.ledger).reduce(addLedgers, NO_RECORDS);
}

const TITLES = ['format', 'objects', 'records', 'rows', 'rejects', 'headers', 'blanks', 'notices'];

function cells(name: string, outcomes: readonly Read[]): string[] {
  const { records, rows, rejects, headers, blanks, notices } = sumOf(outcomes);
  const numbers = [outcomes.length, records, rows, rejects, headers, blanks, notices];
  return [name, ...numbers.map((value) => value.toLocaleString('en-GB'))];
}

const WIDTHS = [26, 8, 12, 12, 10, 10, 10, 10];

function wideLines(rows: readonly string[][]): string[] {
  return [
    'format                      objects      records =       rows +  rejects +  headers +   blanks +  notices',
    ...rows.map(([name, ...numbers]) =>
      [name!.padEnd(WIDTHS[0]!), ...numbers.map((number, index) => number.padStart(WIDTHS[index + 1]!))].join(
        ' ',
      ),
    ),
  ];
}

/** Two lines a format, the second of which is the equation, with columns as wide as what stands in them. */
function narrowLines(rows: readonly string[][]): string[] {
  const lines = [TITLES, ...rows];
  const widths = TITLES.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
  return lines.flatMap(([name, objects, ...numbers]) => {
    const [records, ...parts] = numbers.map((number, index) => number.padStart(widths[index + 2]!));
    return [
      `${name!.padEnd(widths[0]!)}  ${objects!.padStart(widths[1]!)}`,
      `  ${records} = ${parts.join(' + ')}`,
    ];
  });
}
