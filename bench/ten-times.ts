/** The peak of memory on a log, and on one that is ten times longer. */
import { join } from 'node:path';
import { inFolder, measureIngest, zcat } from './contenders.ts';
import type { BenchFormat } from './lines.ts';
import { benchLog } from './logs.ts';
import { measure, middle } from './measure.ts';
import { count, machine, mebibytes, megabytes, print, ratio, seconds, table, tell } from './printed.ts';

const ASKED_MEGABYTES = 700;

/** `lines` are those of the longer log. */
export async function benchTenTimes(
  format: BenchFormat,
  { lines, rounds }: { lines: number; rounds: number },
): Promise<void> {
  const logs = [await benchLog(format, Math.ceil(lines / 10)), await benchLog(format, lines)];
  const rows: string[][] = [];
  const peaks: number[] = [];
  for (const log of logs) {
    const [plain, whole] = await inFolder(async (folder) => {
      const runs = [await measure(zcat(log.file))];
      const own = [];
      for (let round = 1; round <= rounds; round += 1) {
        tell(`${count(log.lines)} ${format} lines ${round}/${rounds}`);
        own.push(await measureIngest(log.file, { lake: join(folder, 'lake'), lines: log.lines }));
      }
      return [middle(runs), middle(own)];
    });
    peaks.push(whole.peakBytes);
    rows.push([
      `${count(log.lines)} ${format}`,
      megabytes(log.bytes),
      megabytes(log.storedBytes),
      seconds(whole.seconds),
      ratio(whole.seconds / plain.seconds),
      ((whole.seconds * 1e6) / log.lines).toFixed(2),
      seconds(whole.cpuSeconds),
      mebibytes(whole.peakBytes),
      megabytes(whole.peakBytes),
    ]);
  }
  print(`\n${machine()}\n`);
  const head = [
    'lines',
    'MB',
    'gzip MB',
    'ascribe s',
    'of zcat',
    'µs a record',
    'CPU s',
    'peak MiB',
    'peak MB',
  ];
  print(table(head, rows));
  print(
    `\nten times the log: ${ratio(peaks[1]! / peaks[0]!)} of the peak; asked: under ${ASKED_MEGABYTES} MB`,
  );
}
