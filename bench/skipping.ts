/** How the parts of one day's log lie, and what a query for ten minutes of it reads against one for the day. */
import { join } from 'node:path';
import { directoryStore } from '../src/adapters/directory.ts';
import { type LakePart, partsOf } from '../src/adapters/duckdb-engine.ts';
import { takeSnapshot } from '../src/case/snapshot.ts';
import type { Span } from '../src/case/span.ts';
import { BY_STATUS, bytesRead, CAN_COUNT_BYTES, type Question } from './bytes-read.ts';
import { inFolder, measureIngest } from './contenders.ts';
import { START } from './lines.ts';
import { benchLog } from './logs.ts';
import { median } from './measure.ts';
import { count, machine, print, table, tell } from './printed.ts';
import { timeGroups } from './row-groups.ts';

const [MINUTE, HOUR, DAY] = [60_000, 3_600_000, 86_400_000];
const kilobytes = (bytes: number): string => count(Math.round(bytes / 1000));

export async function benchSkipping({ lines }: { lines: number }): Promise<void> {
  if (!CAN_COUNT_BYTES) throw new Error('the bytes that a query reads are counted on Linux alone');
  const log = await benchLog('alb', lines, { linesASecond: lines / (DAY / 1000) });
  await inFolder(async (folder) => {
    const lake = join(folder, 'lake');
    tell('ascribe ingest');
    await measureIngest(log.file, { lake, lines });
    const store = directoryStore(lake);
    const { markers } = await takeSnapshot(store);
    const parts = partsOf(store, markers);
    const source = markers[0]!.sources[0]!;
    print(`\n${count(lines)} ALB lines of one day, ${machine()}\n`);
    print(await layout(parts));
    const questions: [string, Question][] = [
      ['sql: requests and bytes by status', BY_STATUS],
      ['query origin/countries', { query: 'origin/countries', source }],
      ['query technique/paths', { query: 'technique/paths', source }],
    ];
    const rows: string[][] = [];
    for (const [name, question] of questions) rows.push([name, ...(await readings(question, parts))]);
    const head = ['kB read for', 'the day', 'ten minutes', 'least', 'most', 'of the day', 'no event'];
    print(`\n${table(head, rows)}`);
    print(
      '\nTen minutes: median, least and most of the 24 from half past each hour. No event: what looking costs.',
    );
  });
}

/** Row groups of the events, as the parts themselves describe them. */
async function layout(parts: readonly LakePart[]): Promise<string> {
  const files = parts.filter(({ table }) => table.name === 'http_activity').map(({ file }) => file);
  const groups = await timeGroups(files);
  const rows = groups.map((group) => group.rows);
  const minutes = groups.map((group) => (group.last - group.first) / MINUTE);
  const meeting = Array.from({ length: DAY / (10 * MINUTE) }, (_, index) => START + index * 10 * MINUTE).map(
    (from) => groups.filter((group) => group.last >= from && group.first < from + 10 * MINUTE).length,
  );
  const range = (values: number[]): string[] =>
    [Math.min(...values), median(values), Math.max(...values)].map((value) => count(Math.round(value)));
  return table(
    [`${count(files.length)} parts, ${count(groups.length)} row groups`, 'least', 'median', 'most'],
    [
      ['rows of a row group', ...range(rows)],
      ['kB of a row group', ...range(groups.map((group) => group.bytes / 1000))],
      ['minutes from its first to its last event', ...range(minutes)],
      ['row groups that ten minutes meet', ...range(meeting)],
    ],
  );
}

async function readings(question: Question, parts: readonly LakePart[]): Promise<string[]> {
  // One object fills the day, so that its marker's first and last event tell the engine nothing.
  const read = (span: Span): Promise<number> => bytesRead(question, { parts, span });
  const whole = await read({ from: START, until: START + DAY });
  const short: number[] = [];
  for (let hour = 0; hour < 24; hour += 1) {
    const from = START + hour * HOUR + 30 * MINUTE;
    short.push(await read({ from, until: from + 10 * MINUTE }));
  }
  // After the last event, and told to look all the same.
  const unknown = parts.map((part) => ({ ...part, events: null }));
  const none = await bytesRead(question, {
    parts: unknown,
    span: { from: START + DAY - 1, until: START + DAY },
  });
  const middle = median(short);
  return [
    kilobytes(whole),
    kilobytes(middle),
    kilobytes(Math.min(...short)),
    kilobytes(Math.max(...short)),
    `1 / ${(whole / middle).toFixed(1)}`,
    kilobytes(none),
  ];
}
