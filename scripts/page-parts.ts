/** What the generated pages of docs/ are made of. */
export type Page = { path: string; text: string };

/** The text of a cell: a bar would end it, a line end the table. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|').replace(/\s+/g, ' ').trim();
}

export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n');
}

export const madeFrom = (source: string): string =>
  `Made from ${source} by \`scripts/write-docs.ts\`: change that, and run it.`;
