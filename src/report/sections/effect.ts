/** To what effect, what was examined of access to data, and what points further. */
import { type Block, left, list, paragraph, right, type Section, type Text } from '../blocks.ts';
import type { DefenceTime, Measure, ReportModel } from '../model.ts';
import { ACCESS, sectionQueries } from '../sentences.ts';
import { count } from '../words.ts';

export function effectSection(model: ReportModel): Section {
  const { attack_caused, mitigation_caused, times = [], sentence } = model.impact;
  return {
    id: 'effect',
    title: 'Effect',
    blocks: [
      paragraph(sentence),
      { is: 'heading', text: 'Caused by the attack' },
      measures(attack_caused),
      { is: 'heading', text: 'Caused by the defence' },
      measures(mitigation_caused),
      ...timesOf(times),
    ],
  };
}

function measures(rows: readonly Measure[]): Block {
  if (rows.length === 0) return paragraph('None was measured in these logs.');
  const figure = (value: number | null, unit: string) =>
    value === null ? 'not known' : `${count(value)} ${unit}`;
  return {
    is: 'table',
    caption: 'Before and during the window',
    columns: [
      left('Window'),
      left('Measure'),
      right('Before'),
      right('During'),
      left('What changed'),
      left('Query'),
    ],
    rows: rows.map((row) => [
      { strong: row.window_id },
      row.measure,
      figure(row.before, row.unit),
      figure(row.during, row.unit),
      row.sentence,
      { queries: [row.query] },
    ]),
  };
}

function timesOf(times: readonly DefenceTime[]): Block[] {
  if (times.length === 0) return [];
  return [
    { is: 'heading', text: 'Until the defence acted, and until service was as usual again' },
    {
      is: 'table',
      caption: 'Times from the start of the attack',
      columns: [left('Window'), left('Until'), right('Time'), left('What was seen'), left('Query')],
      rows: times.map((time) => [
        { strong: time.window_id },
        time.what === 'mitigate' ? 'the defence acted' : 'service was as usual',
        spanOf(time),
        time.sentence,
        { queries: [time.query] },
      ]),
    },
  ];
}

function spanOf({ answer, least_seconds, most_seconds }: DefenceTime): string {
  if (answer === 'not-affected') return 'not affected';
  if (least_seconds === null || most_seconds === null) return 'cannot be said';
  return least_seconds === most_seconds
    ? `${count(least_seconds)} s`
    : `${count(least_seconds)} to ${count(most_seconds)} s`;
}

const MOST_ADDRESSES = 10;

export function dataAccessSection(model: ReportModel): Section {
  const { answer, sentence, needs, findings } = model.data_access;
  const queries = sectionQueries(model, 'data_access');
  const blocks: Block[] = [paragraph([{ strong: ACCESS[answer] }, ` ${sentence}`, { queries }])];
  if (needs.length > 0) {
    blocks.push(paragraph('To answer further, these are needed:'), list(needs));
  }
  if (findings.length > 0) {
    blocks.push({
      is: 'table',
      caption: 'Findings',
      fold_after: 20,
      columns: [left('Finding'), left('Addresses'), left('Rows (object, record)')],
      rows: findings.map((finding) => [
        finding.sentence,
        some(finding.addresses.map((address) => ({ value: address }))),
        some(finding.rows.map((row) => ({ value: `${row.object_id.slice(0, 12)} ${row.record_no}` }))),
      ]),
    });
  }
  return { id: 'data-access', title: 'Data access', blocks };
}

function some(values: readonly { value: string }[]): Text {
  const shown = values
    .slice(0, MOST_ADDRESSES)
    .flatMap((value, index) => (index === 0 ? [value] : [', ', value]));
  const rest = values.length - MOST_ADDRESSES;
  if (values.length === 0) return 'none';
  return rest > 0 ? [...shown, ` and ${count(rest)} more in report.json`] : shown;
}

export function leadsSection(model: ReportModel): Section {
  if (model.leads.length === 0) {
    return { id: 'leads', title: 'Leads', blocks: [paragraph('No lead was found in these logs.')] };
  }
  return {
    id: 'leads',
    title: 'Leads',
    blocks: [
      {
        is: 'table',
        caption: 'What points further',
        fold_after: 20,
        columns: [left('Kind'), left('Value'), left('Window'), left('Why'), left('Query')],
        rows: model.leads.map((lead) => [
          lead.kind,
          { value: lead.value },
          lead.window_id ?? 'outside windows',
          lead.sentence,
          { queries: [lead.query] },
        ]),
      },
    ],
  };
}
