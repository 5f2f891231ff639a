import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import { awsClients } from '../adapters/aws-clients.ts';
import { isInS3, openLakeStore } from '../adapters/lake-location.ts';
import { readMarkers } from '../adapters/markers.ts';
import { type Checklist, type ChecklistEntry, checklist } from '../case/checklist.ts';
import { periodOf } from '../case/snapshot.ts';
import type { Span } from '../case/span.ts';
import { readProfile } from '../ingest/profile.ts';
import type { Marker } from '../lake/marker.ts';
import { CommandError } from './command-error.ts';
import { DEFAULT_LAKE } from './default-places.ts';
import { readReportFile } from './report-file.ts';
import { parseSpan, parseTime } from './times.ts';
import { hanging } from './wrap.ts';

type Options = { lake: string; from?: string; until?: string; since?: string; json?: boolean };

export function addChecklist(program: Command): void {
  program
    .command('checklist')
    .description('List the logs to preserve now, from whom, and when they expire; no lake is needed')
    .option(
      '--lake <place>',
      'a lake, to say what it has already: a folder, or s3://bucket/prefix',
      DEFAULT_LAKE,
    )
    .option(
      '--from <time>',
      'start of the incident (UTC); without it of the report beside the lake, or of all that the lake holds',
    )
    .option('--until <time>', 'end of the incident, exclusive (UTC)')
    .option('--since <time>', 'from when retention is counted; without it from the end of the incident')
    .option('--json', 'JSON, with the source of each retention')
    .addHelpText(
      'after',
      '\nExample:\n  $ ascribe checklist --from "2019-11-12 13:20" --until "2019-11-12 14:02"',
    )
    .action(async ({ lake, json, ...options }: Options, command: Command) => {
      const given = parseSpan(options);
      const since = options.since === undefined ? null : parseTime(options.since, '--since');
      const named = command.getOptionValueSource('lake') !== 'default';
      const markers = await markersOf(lake, named);
      const period = given ?? (await windowsOf(lake)) ?? wholeOf(markers);
      const listed = checklist({ markers, period, since });
      process.stdout.write(json ? `${JSON.stringify(listed, null, 2)}\n` : `${textOf(listed)}\n`);
    });
}

/** Markers of a lake; null where there is none and nobody named one. Throws CommandError where a named one is not there. */
async function markersOf(lake: string, named: boolean): Promise<Marker[] | null> {
  if (!named && isInS3(lake)) return null;
  const store = await openLakeStore(lake, awsClients());
  if ((await readProfile(store)) !== null) return readMarkers(store);
  if (named)
    throw new CommandError(
      `there is no lake at ${lake}: leave --lake out, or give one that ascribe ingest made.`,
    );
  return null;
}

/** From the first window of the report beside the lake to the end of the last; null where there is none. */
async function windowsOf(lake: string): Promise<Span | null> {
  const report = isInS3(lake) ? null : await readReportFile(join(dirname(lake), 'report.json'));
  const windows = report?.windows ?? [];
  if (windows.length === 0) return null;
  return {
    from: Math.min(...windows.map(({ start }) => Date.parse(start))),
    until: Math.max(...windows.map(({ end }) => Date.parse(end))),
  };
}

function wholeOf(markers: Marker[] | null): Span | null {
  const events = markers && periodOf({ markers, days: null });
  return events && { from: events.first, until: events.last + 1 };
}

const WIDE = 80;
const HELD = { whole: 'yes', part: 'in part', none: 'no' } as const;
const minute = (time: string): string => time.slice(0, 16).replace('T', ' ');

/** The table, and below what to do about each log; no line is wider than 80 columns. */
function textOf({ period, since, entries }: Checklist): string {
  const head = period
    ? `Incident: ${minute(period.from)} to ${minute(period.until)} UTC.`
    : 'No time of the incident is known: give --from and --until, or a lake.';
  const rows = entries.map((entry) => [
    entry.expires === null ? 'ask now' : minute(entry.expires),
    entry.kept,
    entry.in_lake === null ? '-' : HELD[entry.in_lake],
    entry.from,
    entry.log,
  ]);
  const names = ['expires (UTC)', 'kept', 'in lake', 'from', 'log'];
  const widths = names
    .slice(0, -1)
    .map((name, index) => Math.max(name.length, ...rows.map((row) => row[index]!.length)));
  const before = widths.reduce((sum, width) => sum + width + 1, 0);
  const line = (row: readonly string[]): string[] =>
    hanging('', row.at(-1)!, WIDE - before).map((part, index) =>
      [...widths.map((width, column) => (index === 0 ? row[column]! : '').padEnd(width)), part]
        .join(' ')
        .trimEnd(),
    );
  const counted = since
    ? `Counted from ${minute(since)} UTC by the vendors' defaults of November 2026: plans, contracts and settings differ. What came before that moment goes earlier. "ask now": no default is known.`
    : 'Expiry needs a time: it counts from the end of the incident, or from --since.';
  return [
    ...hanging('', head, WIDE),
    '',
    ...[names, ...rows].flatMap(line),
    '',
    ...hanging('', counted, WIDE),
    '',
    'What to do, what is gone first coming first:',
    ...entries.flatMap((entry, index) => stepOf(entry, index)),
  ].join('\n');
}

function stepOf(
  { log, action, source, held_from, held_until, in_lake }: ChecklistEntry,
  index: number,
): string[] {
  const has = in_lake === 'part' ? ` The lake has ${minute(held_from!)} to ${minute(held_until!)}.` : '';
  const [first, ...rest] = hanging('', `${log}: ${action}${has}`, WIDE - 4);
  const lines = [`${String(index + 1).padStart(2)}. ${first}`, ...rest.map((each) => `    ${each}`)];
  return source === null ? lines : [...lines, `    ${source}`];
}
