/** What the benchmarks print: the table on standard output, how far they are on standard error. */
import { availableParallelism } from 'node:os';

export function tell(progress: string): void {
  process.stderr.write(`${progress}\n`);
}

export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Names to the left, numbers to the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]!.length)),
  );
  return [head, ...rows]
    .map((row) =>
      row
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

export const count = (value: number): string => value.toLocaleString('en-GB');
export const megabytes = (bytes: number): string => count(Math.round(bytes / 1e6));
export const mebibytes = (bytes: number): string => (bytes > 0 ? count(Math.round(bytes / 2 ** 20)) : '-');
export const seconds = (value: number): string => value.toFixed(2);
export const ratio = (value: number): string => value.toFixed(2);

export function machine(): string {
  return `${availableParallelism()} cores, Node ${process.version}`;
}
