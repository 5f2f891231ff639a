import type { Command } from 'commander';
import { writeParquet } from '../adapters/parquet-file.ts';
import { writeWhole } from '../adapters/report-folder.ts';
import { csvText } from '../catalogue/csv.ts';
import type { Result } from '../catalogue/engine.ts';
import { CommandError } from './command-error.ts';
import { say } from './progress.ts';
import { jsonText, textTable } from './table.ts';
import { widthOf } from './wrap.ts';

const FORMATS = ['table', 'csv', 'json', 'parquet'] as const;
type Format = (typeof FORMATS)[number];

export type OutputOptions = { json?: boolean; csv?: boolean; format?: string; out?: string };

/** The options of every command that gives rows. */
export function addOutputOptions(command: Command): Command {
  return command
    .option('--format <name>', 'table, csv (safe to open in a spreadsheet), json, or with --out parquet')
    .option('--json', 'the same as --format json')
    .option('--csv', 'the same as --format csv')
    .option('-o, --out <file>', 'write it there instead of to standard output');
}

/** Which format was asked for. Throws CommandError where it is none, or where two were. */
export function formatOf({ json, csv, format, out }: OutputOptions): Format {
  const asked = [
    ...(json ? ['json'] : []),
    ...(csv ? ['csv'] : []),
    ...(format === undefined ? [] : [format]),
  ];
  const unknown = asked.find((each) => !FORMATS.includes(each as Format));
  if (unknown !== undefined)
    throw new CommandError(`--format ${unknown} is none of ${FORMATS.join(', ')}.`, 2);
  if (new Set(asked).size > 1) throw new CommandError(`give one format, not ${asked.join(' and ')}.`, 2);
  const chosen = (asked[0] ?? 'table') as Format;
  if (chosen === 'parquet' && out === undefined)
    throw new CommandError('Parquet is no text for a terminal: give --out FILE.parquet.', 2);
  return chosen;
}

/** Gives a result as it was asked for. A table shows the first 100 rows on a terminal, and has all of them in a file. */
export async function giveResult(result: Result, options: OutputOptions): Promise<void> {
  const { out } = options;
  const format = formatOf(options);
  if (format === 'parquet') await writeParquet(result, out!);
  else {
    const shown =
      out === undefined
        ? { most: 100, width: widthOf(process.stdout) }
        : { most: result.rows.length, width: null };
    const text = textOf(result, { format, ...shown });
    if (out === undefined) process.stdout.write(text);
    else writeWhole(out, text);
  }
  if (out !== undefined) say(`${out}: ${result.rows.length.toLocaleString('en-GB')} rows`);
}

function textOf(
  result: Result,
  { format, ...shown }: { format: Exclude<Format, 'parquet'>; most: number; width: number | null },
): string {
  if (format === 'json') return jsonText(result);
  return format === 'csv' ? csvText(result) : `${textTable(result, shown)}\n`;
}
