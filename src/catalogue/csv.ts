import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { Result, Value } from './engine.ts';

/** Quoted where it needs it, and led by an apostrophe where a spreadsheet would take it for a formula (OWASP). */
export function csvField(field: string): string {
  if (!SPECIAL.test(field)) return field;
  const safe = /^[=+\-@\t\r]/.test(field) ? `'${field}` : field;
  return /[",\n\r']/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** One test for nearly all fields, of millions. */
const SPECIAL = /^[=+\-@\t]|[",\n\r']/;

/** CSV in which no field can be a formula. */
export function csvText({ columns, rows }: Result): string {
  return `${headLine(columns)}${rows.map(csvLine).join('')}`;
}

/** Rows that are written at a time: text of all of a long result would be more than a text can hold. */
const ROWS_AT_A_TIME = 10_000;
const FAST = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

/** The same as UTF-8, of any length: small until it is asked for, as the results of a report are many. */
export function packedCsv({ columns, rows }: Result): () => Buffer {
  const pieces: Buffer[] = [];
  let length = 0;
  const pack = (text: string): void => {
    const bytes = Buffer.from(text);
    length += bytes.length;
    pieces.push(zstdCompressSync(bytes, FAST));
  };
  pack(headLine(columns));
  for (let from = 0; from < rows.length; from += ROWS_AT_A_TIME)
    pack(
      rows
        .slice(from, from + ROWS_AT_A_TIME)
        .map(csvLine)
        .join(''),
    );
  return () => {
    const whole = Buffer.allocUnsafeSlow(length);
    let end = 0;
    for (const piece of pieces) end += zstdDecompressSync(piece).copy(whole, end);
    return whole;
  };
}

function headLine(columns: Result['columns']): string {
  return `${columns.map(({ name }) => name).join(',')}\n`;
}

function csvLine(row: readonly Value[]): string {
  const fields = row.map((value) => {
    if (value === null) return '';
    return typeof value === 'string' ? csvField(value) : String(value);
  });
  return `${fields.join(',')}\n`;
}
