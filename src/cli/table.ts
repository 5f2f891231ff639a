import type { Result, Value } from '../catalogue/engine.ts';
import { visible } from '../report/hostile-text.ts';
import { hanging, wrapped } from './wrap.ts';

function plain(value: Value, { name, type }: Result['columns'][number]): string {
  if (value === null) return '';
  const isNumber = typeof value === 'number' || typeof value === 'bigint';
  return isNumber && type === 'bigint' && !NAMES.test(name) ? value.toLocaleString('en-GB') : String(value);
}

/** What a cell is cut to; of a block, which has a line a value. An id or an address is never cut: it would lead nowhere. */
const MOST_WIDE = 64;
const MOST_IN_BLOCK = 400;

/** Where all rows and whole values are to be had. */
const ALL = '--format csv or json gives all';

/** Words in the name of a column whose whole texts are ids or addresses. */
const IDS = /(^|_)(id|ids|ip|prefix|sha256|ja3|ja4|fingerprint)$/;

/** Words in the name of a column whose numbers name something and count nothing: they have no separators. */
const NAMES = /(^|[^a-z])(asn|port|no|code|status|number|protocol|version|account|id|ns|year)([^a-z]|$)/i;

type TableOptions = {
  most: number;
  widest?: number;
  more?: string;
  /** Columns of the terminal: a wider table becomes a block a row. Null: as wide as it is. */
  width?: number | null;
};

/** A table of text for a terminal: numbers to the right, nothing that a log could use to steer the terminal. */
export function textTable(
  { columns, rows }: Result,
  { most, widest, more = ALL, width = null }: TableOptions,
): string {
  const shown = rows
    .slice(0, most)
    .map((row) => row.map((value, index) => visible(plain(value, columns[index]!))));
  const left = rows.length - shown.length;
  const cut = (cells: readonly string[], longest: number): string[] =>
    cells.map((cell, index) => (IDS.test(columns[index]!.name) ? cell : shorten(cell, longest)));
  const tailOf = (wide: number): string[] => {
    const isCut = shown.some((cells) => cut(cells, wide).some((cell, index) => cell !== cells[index]));
    if (left > 0) return [`… and ${left.toLocaleString('en-GB')} more rows: ${more}`];
    return isCut && more === ALL ? [`… ends what is cut: ${ALL}`] : [];
  };
  const longest = widest ?? MOST_WIDE;
  const lines = tableLines(
    columns,
    shown.map((cells) => cut(cells, longest)),
  );
  if (width === null || lines.every((line) => [...line].length <= width))
    return [...lines, ...tailOf(longest)].join('\n');
  const names = columns.map(({ name }) => name);
  if (rows.length === 0) return wrapped(`No rows of ${names.join(', ')}`, width);
  const blocks = shown.map((cells, index) =>
    blockLines(names, { cells: cut(cells, MOST_IN_BLOCK), number: index + 1, width }),
  );
  return [...blocks.flat(), ...tailOf(MOST_IN_BLOCK).map((line) => wrapped(line, width))].join('\n');
}

function tableLines(columns: Result['columns'], shown: readonly string[][]): string[] {
  const widths = columns.map(({ name }, index) =>
    Math.max([...name].length, ...shown.map((row) => [...row[index]!].length)),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, index) => {
        const blanks = ' '.repeat(widths[index]! - [...cell].length);
        return columns[index]!.type === 'bigint' ? blanks + cell : cell + blanks;
      })
      .join('  ')
      .trimEnd();
  return [
    line(columns.map(({ name }) => name)),
    widths.map((wide) => '─'.repeat(wide)).join('  '),
    ...shown.map(line),
  ];
}

/** A row as a block: a line a column. */
function blockLines(
  names: readonly string[],
  { cells, number, width }: { cells: readonly string[]; number: number; width: number },
): string[] {
  const wide = Math.max(...names.map((name) => [...name].length));
  return [
    `── ${number.toLocaleString('en-GB')} `.padEnd(Math.min(width, wide + 40), '─'),
    ...names.flatMap((name, index) => {
      const cell = cells[index]!;
      const before = `${name}${' '.repeat(wide - [...name].length)}  `;
      // An id that has no room beside its name has a line of its own.
      const fits = cell.split(' ').every((word) => before.length + [...word].length <= width);
      return fits
        ? hanging(before, cell, width).map((line) => line.trimEnd())
        : [name, ...hanging('  ', cell, width)];
    }),
  ];
}

/** Cut to so many characters, the last a mark that it is. */
export function shorten(text: string, most: number): string {
  const characters = [...text];
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join('')}…`;
}

/** JSON: an array of objects; integers beyond 2^53 as text. */
export function jsonText({ columns, rows }: Result): string {
  const objects = rows.map((row) =>
    Object.fromEntries(
      columns.map(({ name }, index) => [
        name,
        typeof row[index] === 'bigint' ? String(row[index]) : row[index],
      ]),
    ),
  );
  return `${JSON.stringify(objects, null, 2)}\n`;
}
