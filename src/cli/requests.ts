import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import { parse } from 'csv-parse/sync';
import { TOOL } from '../adapters/assets.ts';
import { openCatalogue } from '../adapters/catalogue.ts';
import { readText, writeWhole } from '../adapters/report-folder.ts';
import { attackRequests } from '../case/attack-requests.ts';
import {
  type OperatorRequests,
  operatorCsv,
  operatorNote,
  operatorRequests,
  PORT_CAVEAT,
  type Stretch,
  withoutPort,
} from '../case/operator-requests.ts';
import { createAnalyst } from '../catalogue/engine.ts';
import { allClusters, clustersFile } from './clusters-of-report.ts';
import { CommandError } from './command-error.ts';
import { addLakeOptions, type LakeOptions, openForQueries } from './lake.ts';
import { logToRead } from './log-to-read.ts';
import { say } from './progress.ts';
import { readReportFile } from './report-file.ts';
import { parseSpan } from './times.ts';
import { tell } from './wrap.ts';

type Options = LakeOptions & {
  network: string[];
  report?: string;
  window: string[];
  from?: string;
  until?: string;
  source?: string;
  out: string;
};

/** A source of the report: its network and the windows in which it attacked. */
type Source = { address: string; asn: number | null; country: string | null; windows: readonly string[] };

const gather = (value: string, all: string[]): string[] => [...all, value];

export function addRequests(program: Command): void {
  const command = program
    .command('requests')
    .description(
      'Write what a network operator needs to name a subscriber: a row a request, a file an operator',
    );
  addLakeOptions(command)
    .option('--network <asn>', 'number of the autonomous system, any number of times', gather, [])
    .option(
      '--report <file>',
      'report.json: its attacking addresses alone, and without --network all their networks',
    )
    .option(
      '--window <id>',
      'a window of the report, such as W1; without --report that beside the lake',
      gather,
      [],
    )
    .option('--from <time>', 'start, inclusive (UTC); without it all the lake holds')
    .option('--until <time>', 'end, exclusive (UTC)')
    .option('--source <id>', 'the log to read; without it that of the window, or the outermost one')
    .option('-o, --out <folder>', 'where the files go', 'ascribe-requests')
    .addHelpText(
      'after',
      '\nOf a report, in_attack says of each row whether it is a request of the attack as the report counts it, or what else came from that address (true, false; empty where nothing says it).\n\nExample:\n  $ ascribe requests --network 64496 --from "2019-11-12 13:20" --until "2019-11-12 14:02"\n  $ ascribe requests --report case-7/report.json --lake case-7/lake --out case-7/operators',
    )
    .action(requests);
}

async function requests(options: Options): Promise<void> {
  const given = parseSpan(options);
  const wanted = options.network.map(asnOf);
  const byReport = options.report !== undefined || options.window.length > 0;
  if (byReport && given)
    throw new CommandError('give either a window of the report or --from and --until, not both.', 2);
  if (!byReport && wanted.length === 0)
    throw new CommandError('give --network ASN, or --report report.json for all attacking networks.', 2);
  const report = byReport
    ? await readReport(options.report ?? join(dirname(options.lake), 'report.json'), options.window)
    : null;
  const { engine, wholeSpan, synthetic } = await openForQueries(options);
  try {
    const networks = wanted.length > 0 ? [...new Set(wanted)] : networksOf(report!.sources);
    const span = given ?? (report ? null : await wholeSpan());
    if (!report && !span) throw new CommandError('the lake holds no events.');
    const stretches = report
      ? report.stretches.map((each) => inLog(each, options.source))
      : [
          {
            windowId: null,
            // One that is named may be of requests or of flows.
            sourceId: options.source ?? (await logToRead(engine, { asked: undefined, span: span! })),
            span: span!,
            addresses: null,
            isAttack: null,
          },
        ];
    let files = 0;
    for (const asn of networks.sort((a, b) => a - b)) {
      const asked = await operatorRequests(createAnalyst(openCatalogue(), engine), { asn, stretches });
      if (asked.rows.length === 0) say(`AS${asn}: no request in that time.`);
      else files += write(asked, { out: options.out, synthetic, attackOnly: report !== null });
    }
    if (files === 0)
      throw new CommandError(
        'nothing was written: no request of these networks lies in that time in that log.',
      );
  } finally {
    await engine.close();
  }
}

function write(
  asked: OperatorRequests,
  { out, ...marks }: { out: string; synthetic: boolean; attackOnly: boolean },
): number {
  const file = join(out, `AS${asked.asn}`);
  writeWhole(`${file}.csv`, operatorCsv(asked, marks));
  writeWhole(`${file}.txt`, operatorNote(asked, { ...marks, tool: TOOL }));
  const rows = asked.rows.length.toLocaleString('en-GB');
  tell(`${file}.csv: ${rows} rows`);
  const missing = withoutPort(asked);
  if (missing > 0)
    say(
      `AS${asked.asn}: ${missing.toLocaleString('en-GB')} of ${rows} rows have no source port: ${PORT_CAVEAT}.`,
    );
  return 1;
}

function asnOf(text: string): number {
  const digits = /^(?:AS)?(\d{1,10})$/i.exec(text.trim())?.[1];
  if (digits === undefined || Number(digits) > 4_294_967_295)
    throw new CommandError(
      `--network ${text} is no number of an autonomous system: write it as 64496 or AS64496.`,
      2,
    );
  return Number(digits);
}

/** The windows of a report and who attacked in each. Throws CommandError where there is none, or it lists no source. */
async function readReport(
  file: string,
  windowIds: readonly string[],
): Promise<{ stretches: Stretch[]; sources: Source[] }> {
  const report = await readReportFile(file);
  if (report === null) throw new CommandError(`there is no report at ${file}: give one with --report.`);
  const { windows, sources: listed } = report;
  const unknown = windowIds.find((id) => !windows.some((window) => window.id === id));
  if (unknown !== undefined)
    throw new CommandError(
      `${file} has no window ${unknown}: it has ${windows.map(({ id }) => id).join(', ') || 'none'}.`,
    );
  if (listed === null)
    throw new CommandError(
      `${file} lists no attacking address: give --network with --from and --until instead.`,
    );
  const list = join(dirname(file), listed);
  const csv = await readText(list);
  if (csv === null)
    throw new CommandError(`${list} is not there, which ${file} names: give a report with its files.`);
  const sources = (parse(csv, { columns: true }) as Record<string, string>[]).map(
    (row): Source => ({
      address: row.src_ip!,
      asn: row.asn ? Number(row.asn) : null,
      country: row.country || null,
      windows: row.window_ids!.split(' '),
    }),
  );
  const chosen = windows.filter(({ id }) => windowIds.length === 0 || windowIds.includes(id));
  const inChosen = sources.filter((source) => chosen.some(({ id }) => source.windows.includes(id)));
  const nameless = inChosen.filter(({ asn }) => asn === null).length;
  if (nameless > 0)
    say(`${nameless.toLocaleString('en-GB')} attacking addresses have no known network, and are in no file.`);
  const countries = new Map(inChosen.map(({ address, country }) => [address, country]));
  const hosts = (report.case?.hosts?.named ?? []).map((host) => host.toLowerCase());
  const clusters = (await readText(clustersFile(file))) === null ? [] : await allClusters(file);
  if (clusters.length === 0)
    say(
      `${clustersFile(file)} names no group of requests, so that in_attack stays empty: ascribe investigate of today writes it beside the report.`,
    );
  return {
    sources: inChosen,
    stretches: chosen.map(
      (window): Stretch => ({
        windowId: window.id,
        sourceId: window.source_id,
        span: { from: Date.parse(window.start), until: Date.parse(window.end) },
        addresses: new Set(
          inChosen.filter(({ windows }) => windows.includes(window.id)).map(({ address }) => address),
        ),
        isAttack: attackRequests({
          ...{ id: window.id, clusters, hosts },
          countryOf: (srcIp) => countries.get(srcIp) ?? null,
        }),
      }),
    ),
  };
}

/** A stretch of another log than that of the window: what is of the attack is known of the window's own log alone. */
function inLog(stretch: Stretch, sourceId: string | undefined): Stretch {
  return sourceId === undefined || sourceId === stretch.sourceId
    ? stretch
    : { ...stretch, sourceId, isAttack: null };
}

function networksOf(sources: readonly Source[]): number[] {
  return [...new Set(sources.flatMap(({ asn }) => (asn === null ? [] : [asn])))];
}
