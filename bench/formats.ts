/** The whole pass over one log of each format, against `zcat` on the same file in the same run. */
import { join } from 'node:path';
import { goaccess, inFolder, measureIngest, zcat } from './contenders.ts';
import type { BenchFormat } from './lines.ts';
import { type BenchLog, benchLog } from './logs.ts';
import { type Middle, measure, middle, type Run } from './measure.ts';
import { count, machine, mebibytes, megabytes, print, ratio, seconds, table, tell } from './printed.ts';

/** What the pass may take, in times of `zcat`. */
const ASKED: Record<BenchFormat, number> = { alb: 1.4, cloudflare: 1.4, combined: 2.6 };
/** How many times the speed of GoAccess is asked for. */
const ASKED_OF_GOACCESS = 8;

type Timed = { format: BenchFormat; log: BenchLog; zcat: Middle; ingest: Middle; goaccess: Run | null };

export async function benchFormats(
  formats: readonly BenchFormat[],
  { lines, rounds }: { lines: number; rounds: number },
): Promise<void> {
  const timed: Timed[] = [];
  for (const format of formats) timed.push(await time(format, await benchLog(format, lines), rounds));
  print(`\n${count(lines)} lines a format, median of ${rounds}, ${machine()}\n`);
  const head = ['', 'MB', 'gzip MB', 'zcat s', 'ascribe s', 'of zcat', 'asked', 'times GoAccess', 'asked'];
  print(table([...head, 'µs a record', 'CPU s', 'peak MiB'], timed.map(cells)));
  if (timed.some(({ format, goaccess }) => format === 'combined' && !goaccess))
    print('\ngoaccess: not installed');
}

/** In turn, so that whatever else the machine does falls on each alike. */
async function time(format: BenchFormat, log: BenchLog, rounds: number): Promise<Timed> {
  return inFolder(async (folder) => {
    const [plain, whole]: [Run[], Run[]] = [[], []];
    for (let round = 1; round <= rounds; round += 1) {
      plain.push(await measure(zcat(log.file)));
      whole.push(await measureIngest(log.file, { lake: join(folder, 'lake'), lines: log.lines }));
      const [a, b] = [plain.at(-1)!.seconds, whole.at(-1)!.seconds];
      tell(
        `${format} ${round}/${rounds}: zcat ${seconds(a)} s, ascribe ${seconds(b)} s, ratio ${ratio(b / a)}`,
      );
    }
    // Once: it is far slower, and what it is held to is not a matter of a tenth.
    const other = format === 'combined' ? goaccess(log.file, join(folder, 'report.json')) : null;
    if (other) tell(`${format}: goaccess`);
    return {
      format,
      log,
      zcat: middle(plain),
      ingest: middle(whole),
      goaccess: other && (await measure(other)),
    };
  });
}

function cells({ format, log, zcat, ingest, goaccess }: Timed): string[] {
  return [
    format,
    megabytes(log.bytes),
    megabytes(log.storedBytes),
    seconds(zcat.seconds),
    seconds(ingest.seconds),
    ratio(ingest.seconds / zcat.seconds),
    `≤ ${ASKED[format]}`,
    goaccess ? `${(goaccess.seconds / ingest.seconds).toFixed(1)} ×` : '-',
    goaccess ? `≥ ${ASKED_OF_GOACCESS} ×` : '-',
    ((ingest.seconds * 1e6) / log.lines).toFixed(2),
    seconds(ingest.cpuSeconds),
    mebibytes(ingest.peakBytes),
  ];
}
