/** The processes that are timed: `ascribe`, as a user starts it, and those that it is held against. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Command, measure, type Run } from './measure.ts';

const CLI = fileURLToPath(new URL('../bin/ascribe.js', import.meta.url));

export function measureAscribe(...args: string[]): Promise<Run> {
  return measure({
    name: `ascribe ${args.slice(0, 2).join(' ')}`,
    command: process.execPath,
    args: [CLI, ...args],
  });
}

/**
 * Ingests a file or folder into a new lake. Throws unless each of its lines is a row afterwards: what reads less
 * would be faster.
 */
export async function measureIngest(
  path: string,
  { lake, lines, networks }: { lake: string; lines: number; networks?: string },
): Promise<Run> {
  rmSync(lake, { recursive: true, force: true });
  const known = networks === undefined ? [] : ['--networks', networks];
  const run = await measureAscribe('ingest', path, ...known, '--lake', lake);
  // The closing table, whose last line is the sum: format, objects, records, rows, rejects, headers, blanks, notices.
  const sums = [...run.output.matchAll(/^\S+ +[\d,]+ +[\d,]+ +([\d,]+)(?: +[\d,]+){4}$/gm)];
  const rows = sums.at(-1)?.[1] ?? '0';
  if (Number(rows.replaceAll(',', '')) !== lines)
    throw new Error(`${lines} lines went in, and ${path} gave:\n${run.output}`);
  return run;
}

/** Reads and unpacks the logs of a folder, and writes files of the sizes of those that a lake keeps of them. */
export function measureBareFiles(logs: string, { lake, out }: { lake: string; out: string }): Promise<Run> {
  const script = fileURLToPath(new URL('bare-files.ts', import.meta.url));
  return measure({ name: 'bare files', command: process.execPath, args: [script, logs, lake, out] });
}

const shell = (name: string, script: string, ...args: string[]): Command => ({
  name,
  command: 'sh',
  args: ['-c', script, 'sh', ...args],
});

export function zcat(file: string): Command {
  return shell('zcat', 'zcat "$1" > /dev/null', file);
}

/** Null where it is not installed. https://goaccess.io */
export function goaccess(file: string, report: string): Command | null {
  if (spawnSync('goaccess', ['--version']).status !== 0) return null;
  const script = 'zcat "$1" | goaccess - --log-format=COMBINED --no-progress -o "$2"';
  return shell('goaccess', script, file, report);
}

/** A folder for lakes, on the disk of the temporary files, gone afterwards. */
export async function inFolder<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'ascribe-bench-run-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
