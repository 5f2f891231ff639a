import type { Result } from '../catalogue/engine.ts';

/** Quoted where it needs it, and led by an apostrophe where a spreadsheet would take it for a formula (OWASP). */
export function csvField(field: string): string {
  const safe = /^[=+\-@\t\r]/.test(field) ? `'${field}` : field;
  return /[",\n\r']/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** CSV in which no field can be a formula. */
export function csvText({ columns, rows }: Result): string {
  const lines = rows.map((row) =>
    row
      .map((value) => (typeof value === 'string' ? csvField(value) : value === null ? '' : String(value)))
      .join(','),
  );
  return `${[columns.map(({ name }) => name).join(','), ...lines].join('\n')}\n`;
}
