import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import { openCatalogue } from '../adapters/catalogue.ts';
import { type Span, timeParameters } from '../case/span.ts';
import { createAnalyst, type Result, type Row, type Value } from '../catalogue/engine.ts';
import { formatAddress, formatPrefix, parseAddress, parseCidr } from '../enrich/address.ts';
import { visible } from '../report/hostile-text.ts';
import { clusterText } from './cluster.ts';
import { CommandError } from './command-error.ts';
import { addLakeOptions, type LakeOptions, openForQueries } from './lake.ts';
import { readReportFile } from './report-file.ts';
import { textTable } from './table.ts';
import { parseSpan } from './times.ts';
import { tell, widthOf } from './wrap.ts';

export function addShow(program: Command): void {
  const command = program
    .command('show')
    .description(
      'Everything that the lake knows of one address, prefix, JA4 fingerprint or request id; or a cluster of its report',
    )
    .argument('<thing>', 'such as 198.18.3.102, 198.18.3.0/24, a JA4 or a Ray id');
  addLakeOptions(command)
    .option('--from <time>', 'start, inclusive (UTC); without it all the lake holds')
    .option('--until <time>', 'end, exclusive (UTC)')
    .option('--rows <number>', 'how many records to show', '20')
    .addHelpText('after', '\nExample:\n  $ ascribe show 198.18.3.102 --lake ascribe-demo/lake')
    .action(show);
}

type Thing = { kind: 'ip' | 'prefix' | 'ja4' | 'request-id'; value: string };

/** What a text names, in the form that the lake has it. */
export function thingOf(text: string): Thing {
  const address = parseAddress(text);
  if (address) return { kind: 'ip', value: formatAddress(address) };
  const cidr = parseCidr(text);
  if (cidr) {
    const bits = cidr.version === 4 ? 24 : 48;
    if (cidr.bits !== bits)
      throw new CommandError(
        `${text}: the lake knows prefixes of /24 (IPv4) and /48 (IPv6) only; this one is /${cidr.bits}.`,
        2,
      );
    return { kind: 'prefix', value: formatPrefix(cidr.first) };
  }
  if (/^[tqd]\d{2}[di]\d{4}\w{2}_[0-9a-f]{12}_[0-9a-f]{12}$/.test(text)) return { kind: 'ja4', value: text };
  return { kind: 'request-id', value: text };
}

type Options = LakeOptions & { rows: string; from?: string; until?: string };

async function show(text: string, options: Options): Promise<void> {
  const cluster = await clusterText(text, options);
  if (cluster !== null) {
    process.stdout.write(cluster);
    return;
  }
  const thing = thingOf(text);
  const most = Number(options.rows);
  if (!Number.isInteger(most) || most < 0)
    throw new CommandError(`--rows ${options.rows} is no number of rows.`, 2);
  const given = parseSpan(options);
  const { engine, wholeSpan, synthetic } = await openForQueries(options);
  try {
    const whole = given ?? (await wholeSpan());
    if (!whole) throw new CommandError('the lake holds no events.');
    const analyst = createAnalyst(openCatalogue(), engine);
    const ask = (span: Span): Promise<Row[]> =>
      analyst.ask('origin/seen', { ...timeParameters(span), ...thing });
    const seen = await ask(whole);
    if (seen.length === 0)
      throw new CommandError(
        `the lake has nothing of ${thing.kind} ${visible(thing.value)}.${asPeer(thing)}`,
      );
    const lines = [`${synthetic ? 'SYNTHETIC. ' : ''}${thing.kind} ${visible(thing.value)}`];
    for (const [log, rows] of Map.groupBy(seen, (row) => String(row.source_id)))
      lines.push(`  ${volume(rows)} in ${log}`);
    for (const { name, span } of await phases(options.lake, whole)) {
      for (const [log, rows] of Map.groupBy(await ask(span), (row) => String(row.source_id)))
        lines.push(`  ${name}: ${volume(rows)} in ${log}`);
    }
    lines.push(
      '',
      'Paths, agents and what the defence did',
      table(seen, ['source_id', 'host', 'path', 'user_agent', 'fingerprint', 'action', 'requests'], 20),
    );
    const rows = await analyst.ask('origin/seen-rows', { ...timeParameters(whole), ...thing });
    const columns = [
      'time',
      'source_id',
      'src_ip',
      'src_port',
      'http_method',
      'path',
      'status_code',
      'action',
      'object_id',
      'record_no',
    ];
    lines.push('', 'Records (object and number lead to the original line)', table(rows, columns, most));
    tell(lines.join('\n'));
  } finally {
    await engine.close();
  }
}

/** Where an address stands that connected for others, and is no source of anything. */
function asPeer({ kind, value }: Thing): string {
  return kind === 'ip'
    ? ` As a proxy, which is nobody's source, it would stand in peer_ip: ascribe sql "select source_id, count(*) from http_activity where peer_ip = '${value}' group by source_id".`
    : '';
}

function volume(rows: readonly Row[]): string {
  const requests = rows.reduce((sum, row) => sum + Number(row.requests), 0);
  const first = rows.map((row) => String(row.first_seen)).sort()[0]!;
  const last = rows
    .map((row) => String(row.last_seen))
    .sort()
    .at(-1)!;
  return `${requests.toLocaleString('en-GB')} requests, first ${first}, last ${last}`;
}

/** Before, during and after the windows of the report beside the lake; none where there is no report. */
async function phases(lake: string, whole: Span): Promise<{ name: string; span: Span }[]> {
  const windows = (await readReportFile(join(dirname(lake), 'report.json')))?.windows ?? [];
  if (windows.length === 0) return [];
  const spans = windows.map((window) => ({
    name: `during ${window.id}`,
    span: { from: Date.parse(window.start), until: Date.parse(window.end) },
  }));
  const first = Math.min(...spans.map(({ span }) => span.from));
  const last = Math.max(...spans.map(({ span }) => span.until));
  return [
    { name: 'before', span: { from: whole.from, until: first } },
    ...spans,
    { name: 'after', span: { from: last, until: whole.until } },
  ];
}

function table(rows: readonly Row[], names: readonly string[], most: number): string {
  const result: Result = {
    columns: names.map((name) => ({
      name,
      type: typeof rows[0]?.[name] === 'number' ? 'bigint' : 'varchar',
    })),
    rows: rows.map((row) => names.map((name): Value => row[name] ?? null)),
  };
  return textTable(result, { most, more: '--rows shows more', width: widthOf(process.stdout) });
}
