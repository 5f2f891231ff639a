import type { Result, Value } from '../catalogue/engine.ts';
import { visible } from '../report/hostile-text.ts';

function plain(value: Value): string {
  return value === null ? '' : String(value);
}

const MOST_WIDE = 60;

/** A table of text for a terminal: numbers to the right, nothing that a log could use to steer the terminal. */
export function textTable(
  { columns, rows }: Result,
  options: { most: number; widest?: number; more?: string },
): string {
  const shown = rows
    .slice(0, options.most)
    .map((row) => row.map((value) => shorten(visible(plain(value)), options.widest ?? MOST_WIDE)));
  const widths = columns.map(({ name }, index) =>
    Math.max(name.length, ...shown.map((row) => [...row[index]!].length)),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, index) =>
        columns[index]!.type === 'bigint'
          ? ' '.repeat(widths[index]! - [...cell].length) + cell
          : cell + ' '.repeat(widths[index]! - [...cell].length),
      )
      .join('  ')
      .trimEnd();
  const head = [line(columns.map(({ name }) => name)), widths.map((width) => '─'.repeat(width)).join('  ')];
  const more = rows.length - shown.length;
  const tail =
    more > 0
      ? [
          `… and ${more.toLocaleString('en-GB')} more rows: ${options.more ?? '--format csv or json gives all'}`,
        ]
      : [];
  return [...head, ...shown.map(line), ...tail].join('\n');
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
