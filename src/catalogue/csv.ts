import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { type ColumnValues, countOf, NO_TEXT, TextValues, valuesOf } from './column-values.ts';
import type { Result } from './engine.ts';

/** Quoted where it needs it, and led by an apostrophe where a spreadsheet would take it for a formula (OWASP). */
export function csvField(field: string): string {
  if (!SPECIAL.test(field)) return field;
  const safe = /^[=+\-@\t\r]/.test(field) ? `'${field}` : field;
  return /[",\n\r']/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** One test for nearly all fields, of millions. */
const SPECIAL = /^[=+\-@\t]|[",\n\r']/;

/** CSV in which no field can be a formula. */
export function csvText(result: Result): string {
  return headLine(result) + writerOf(result)(0, countOf(result));
}

/** Rows that are written at a time: text of all of a long result would be more than a text can hold. */
const ROWS_AT_A_TIME = 10_000;
const FAST = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

/** The same as UTF-8, of any length: small until it is asked for, as the results of a report are many. */
export function packedCsv(result: Result): () => Buffer {
  const pieces: Buffer[] = [];
  let length = 0;
  const pack = (text: string): void => {
    const bytes = Buffer.from(text);
    length += bytes.length;
    pieces.push(zstdCompressSync(bytes, FAST));
  };
  pack(headLine(result));
  const count = countOf(result);
  const lines = writerOf(result);
  for (let from = 0; from < count; from += ROWS_AT_A_TIME)
    pack(lines(from, Math.min(from + ROWS_AT_A_TIME, count)));
  return () => {
    const whole = Buffer.allocUnsafeSlow(length);
    let end = 0;
    for (const piece of pieces) end += zstdDecompressSync(piece).copy(whole, end);
    return whole;
  };
}

function headLine({ columns }: Result): string {
  return `${columns.map(({ name }) => name).join(',')}\n`;
}

/** Writes the lines of some rows, the last of which is not one of them. */
function writerOf(result: Result): (from: number, until: number) => string {
  const fields = valuesOf(result).map(fieldOf);
  return (from, until) => {
    let text = '';
    for (let row = from; row < until; row += 1) {
      for (let column = 0; column < fields.length; column += 1)
        text += (column === 0 ? '' : ',') + fields[column]!(row);
      text += '\n';
    }
    return text;
  };
}

function fieldOf(values: ColumnValues): (row: number) => string {
  if (values instanceof TextValues) {
    const { places } = values;
    const fields = values.texts.map(csvField);
    return (row) => (places[row] === NO_TEXT ? '' : fields[places[row]!]!);
  }
  return (row) => {
    const value = values.at(row);
    if (value === null) return '';
    return typeof value === 'string' ? csvField(value) : String(value);
  };
}
