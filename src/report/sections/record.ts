/** What the report rests on: what these logs cannot say, coverage, method, ledger, queries, data sets, snapshot. */
import { type Block, left, list, note, paragraph, right, type Section, type Text } from '../blocks.ts';
import type { DatasetUse, ReportModel } from '../model.ts';
import { sectionQueries } from '../sentences.ts';
import { CLIENT_ADDRESS, count, counted, distance, span, time, VANTAGES } from '../words.ts';

export const cannotSaySection = (model: ReportModel): Section => ({
  id: 'cannot-say',
  title: 'What these logs cannot say',
  blocks: model.cannot_say.length > 0 ? [list(model.cannot_say)] : [paragraph('Nothing is recorded here.')],
});

export function coverageSection(model: ReportModel): Section {
  const { logs, gaps, orphans, sentence } = model.coverage;
  const queries = sectionQueries(model, 'coverage');
  const blocks: Block[] = [paragraph([sentence, { queries }])];
  if (logs.length > 0) {
    blocks.push({
      is: 'table',
      caption: 'Logs examined',
      fold_after: 40,
      columns: [
        left('Log'),
        left('Format'),
        left('Vantage'),
        left('Host'),
        left('First event'),
        left('Last event'),
        right('Records'),
        right('Rows'),
        right('Rejects'),
        right('Repeated ids'),
        left('Sampling'),
        left('Client address'),
      ],
      rows: logs.map((log) => [
        { value: log.source_id },
        log.format,
        VANTAGES[log.vantage],
        log.host === null ? 'not named' : { value: log.host },
        time(log.first),
        time(log.last),
        count(log.records),
        count(log.rows),
        count(log.rejects),
        count(log.duplicates),
        log.sampling,
        CLIENT_ADDRESS[log.client_address],
      ]),
    });
  }
  blocks.push({ is: 'heading', text: 'Gaps' });
  if (gaps.length === 0) blocks.push(paragraph('No gap was found in the logs examined.'));
  else {
    blocks.push({
      is: 'table',
      caption: 'Silence of a log is a gap, not an end',
      fold_after: 40,
      columns: [left('Log'), left('From, until'), right('Minutes'), left('What it means')],
      rows: gaps.map((gap) => [
        { value: gap.source_id },
        span(gap.from, gap.until),
        count(gap.minutes),
        gap.sentence,
      ]),
    });
  }
  if (orphans.length > 0) {
    blocks.push(
      { is: 'heading', text: 'Orphans' },
      paragraph('Parts in the lake without a commit marker. They are not in this report.'),
      list(orphans.map((orphan): Text => ({ value: orphan }))),
    );
  }
  return { id: 'coverage', title: 'Coverage and gaps', blocks };
}

const HOUSE_METHOD = [
  'Times are UTC and intervals half-open: the end is not inside. Volumes are "at least". No figure adds two vantages.',
  'Characters that do not print are written \\uXXXX here and URLs are written hxxp, so that nothing in a log acts on a reader. The file report.json holds every value unaltered.',
  'Each figure names its query; the texts and parameters are under Queries.',
];

export const methodSection = (model: ReportModel): Section => ({
  id: 'method',
  title: 'Method',
  blocks: [
    list([...model.method, ...HOUSE_METHOD]),
    paragraph(
      `Made by ${model.tool.name} ${model.tool.version}, report schema ${model.schema_version}. The same snapshot, configuration and version give the same bytes.`,
    ),
  ],
});

export function queriesSection(model: ReportModel): Section {
  if (model.queries.length === 0) {
    return { id: 'queries', title: 'Queries', blocks: [paragraph('No query was run.')] };
  }
  const parameters = (values: Record<string, string>): Text => {
    const parts = Object.entries(values).flatMap(([name, value], index) => [
      `${index === 0 ? '' : ', '}${name} `,
      { value },
    ]);
    return parts.length > 0 ? parts : 'none';
  };
  return {
    id: 'queries',
    title: 'Queries',
    blocks: [
      {
        is: 'table',
        caption: 'Queries run, in order',
        columns: [left('Query'), left('Title'), left('Parameters'), right('Rows')],
        rows: model.queries.map((run) => [
          { defines: run.id },
          run.title,
          parameters(run.parameters),
          count(run.rows),
        ]),
      },
      note('The text of each query is in report.json, and on screen below.'),
      ...distinct(model.queries.map((run) => [run.id, run.text] as const)).map(
        ([id, text]): Block => ({
          is: 'fold',
          title: `Text of ${id}`,
          on_paper: 'silent',
          blocks: [{ is: 'code', text }],
        }),
      ),
    ],
  };
}

/** One query runs for several windows; its text is shown once. */
const distinct = (runs: readonly (readonly [string, string])[]) => [...new Map(runs)];

export const datasetsSection = (model: ReportModel): Section => ({
  id: 'datasets',
  title: 'Data sets',
  blocks: [model.datasets.length === 0 ? paragraph('No data set was used.') : datasetsTable(model.datasets)],
});

const datasetsTable = (datasets: readonly DatasetUse[]): Block => ({
  is: 'table',
  caption: 'Data sets used',
  columns: [
    left('Name'),
    left('Version'),
    left('Date'),
    right('Distance from the events'),
    left('Licence'),
    left('Attribution'),
    left('SHA-256'),
  ],
  rows: datasets.map((one) => [
    `${one.name}${one.synthetic ? ' (synthetic)' : ''}`,
    one.version,
    one.date ?? 'not dated',
    distance(one.distance_days),
    { trusted: one.licence },
    { trusted: one.attribution },
    { value: one.sha256 },
  ]),
});

export const snapshotSection = (model: ReportModel): Section => ({
  id: 'snapshot',
  title: 'Snapshot',
  blocks: [
    {
      is: 'facts',
      items: [
        {
          term: 'Merkle root',
          text: model.snapshot.merkle_root ? { value: model.snapshot.merkle_root } : 'none',
        },
        { term: 'Objects', text: counted(model.snapshot.objects, 'object') },
        { term: 'Ingest profile', text: model.snapshot.profile ? { value: model.snapshot.profile } : 'none' },
        {
          term: 'Period',
          text: model.period ? span(model.period.from, model.period.until, ' until ') : 'no events',
        },
        ...(model.focus
          ? [
              {
                term: 'Reported',
                text: `${span(model.focus.from, model.focus.until, ' until ')}; the rest is what it is held against`,
              },
            ]
          : []),
        ...(model.supersedes ? [{ term: 'Takes the place of', text: { value: model.supersedes } }] : []),
      ],
    },
  ],
});
