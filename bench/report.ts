/** What the queries of a report take against the ingest of the same events, and what each reads. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { directoryStore } from '../src/adapters/directory.ts';
import { partsOf } from '../src/adapters/duckdb-engine.ts';
import { takeSnapshot } from '../src/case/snapshot.ts';
import { MINUTE } from '../src/case/span.ts';
import { bytesRead, CAN_COUNT_BYTES } from './bytes-read.ts';
import { inFolder, measureAscribe, measureIngest } from './contenders.ts';
import { benchIncident } from './incident.ts';
import { measure, type Run } from './measure.ts';
import { count, machine, mebibytes, print, ratio, seconds, table, tell } from './printed.ts';
import type { MeasuredQuery } from './report-queries.ts';

const QUERIES = fileURLToPath(new URL('./report-queries.ts', import.meta.url));
const SET = fileURLToPath(new URL('./report-set.ts', import.meta.url));
const [ASKED_OF_INGEST, ASKED_BYTES] = [1 / 3, 2e9];

/** Inside the first attack of the scenario. */
const TEN_MINUTES = Date.parse('2019-11-11T15:50:00Z');
const DAY = { from: Date.parse('2019-11-11T00:00:00Z'), until: Date.parse('2019-11-12T00:00:00Z') };
/** Of the queries whose only times are a window. */
const WINDOWED = [
  'technique/signatures',
  'technique/source-signatures',
  'technique/paths',
  'origin/countries',
  'origin/sources',
  'impact/outcomes-by-source',
];

const kilobytes = (bytes: number): string => count(Math.round(bytes / 1000));

export async function benchReport({ events }: { events: number }): Promise<void> {
  if (!CAN_COUNT_BYTES) throw new Error('the bytes that a query reads are counted on Linux alone');
  const incident = await benchIncident(events);
  await inFolder(async (folder) => {
    const [lake, asked] = [join(folder, 'lake'), join(folder, 'asked.json')];
    tell('ascribe ingest');
    const ingest = await measureIngest(incident.logs, { lake, ...incident });
    tell('the queries of a report');
    const queries = await measure({
      name: 'the queries of a report',
      command: process.execPath,
      args: [QUERIES, lake, asked],
    });
    tell('the same queries alone');
    const set = await measure({
      name: 'the queries alone',
      command: process.execPath,
      args: [SET, lake, asked],
    });
    tell('ascribe investigate');
    const report = await measureAscribe('investigate', '--lake', lake, '--out', join(folder, 'report'));
    print(`\n${count(incident.lines)} events in ${count(incident.objects)} objects, ${machine()}\n`);
    const measured = JSON.parse(queries.output) as MeasuredQuery[];
    print(processes({ ingest, set: { ...set, seconds: Number(set.output) }, queries, report, measured }));
    print(`\n${byQuery(measured)}`);
    print(`\n${await tenMinutes(lake)}`);
  });
}

type Processes = { ingest: Run; set: Run; queries: Run; report: Run; measured: readonly MeasuredQuery[] };

function processes({ ingest, set, queries, report, measured }: Processes): string {
  const row = (name: string, { seconds: took, cpuSeconds, peakBytes }: Run): string[] => [
    name,
    seconds(took),
    ratio(took / ingest.seconds),
    seconds(cpuSeconds),
    mebibytes(peakBytes),
  ];
  const asked = [
    'asked of the queries',
    '',
    `≤ ${ratio(ASKED_OF_INGEST)}`,
    '',
    `≤ ${mebibytes(ASKED_BYTES)}`,
  ];
  return table(
    ['', 's', 'of ingest', 'CPU s', 'peak MiB'],
    [
      row('ascribe ingest', ingest),
      row(`${measured.length} queries alone`, set),
      row('one at a time, with what is made of them', queries),
      row('ascribe investigate, whole', report),
      asked,
    ],
  );
}

/** One row a query; what was asked several times of several windows is one sum. Most time first. */
function byQuery(measured: readonly MeasuredQuery[]): string {
  const sum = (runs: readonly MeasuredQuery[], of: 'seconds' | 'bytes' | 'rows'): number =>
    runs.reduce((total, run) => total + run[of], 0);
  const all = sum(measured, 'seconds');
  const rows = [...Map.groupBy(measured, ({ id }) => id)]
    .sort(([a, x], [b, y]) => sum(y, 'seconds') - sum(x, 'seconds') || (a < b ? -1 : 1))
    .map(([id, runs]) => [
      id,
      count(runs.length),
      seconds(sum(runs, 'seconds')),
      `${((100 * sum(runs, 'seconds')) / all).toFixed(1)} %`,
      kilobytes(sum(runs, 'bytes')),
      count(sum(runs, 'rows')),
    ]);
  const last = [
    'all',
    count(measured.length),
    seconds(all),
    '',
    kilobytes(sum(measured, 'bytes')),
    count(sum(measured, 'rows')),
  ];
  return table(['query', 'runs', 's', 'of all', 'kB read', 'rows'], [...rows, last]);
}

/** Bytes that a window of ten minutes costs, against the day that it is in. */
async function tenMinutes(lake: string): Promise<string> {
  const store = directoryStore(lake);
  const { markers } = await takeSnapshot(store);
  const parts = partsOf(store, markers);
  const source = markers.find(({ vantage }) => vantage === 'edge')!.sources[0]!;
  const window = { from: TEN_MINUTES, until: TEN_MINUTES + 10 * MINUTE };
  const rows: string[][] = [];
  for (const query of WINDOWED) {
    tell(`bytes of ${query}`);
    const day = await bytesRead({ query, source }, { parts, span: DAY });
    const short = await bytesRead({ query, source }, { parts, span: window });
    rows.push([query, kilobytes(day), kilobytes(short), `1 / ${(day / short).toFixed(1)}`]);
  }
  return table(['kB read for', 'the day', 'ten minutes', 'of the day'], rows);
}
