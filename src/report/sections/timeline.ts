/** When: the log that a window takes its counts from, drawn and counted; then the surges that are no attack. */
import {
  type Block,
  heading,
  type Inline,
  left,
  list,
  note,
  paragraph,
  right,
  type Section,
  type Text,
  type TimelineChart,
} from '../blocks.ts';
import type { ObservedWindow, ReportModel, Series, Surge } from '../model.ts';
import { sectionQueries } from '../sentences.ts';
import { bucketName, busiest } from '../timeline-points.ts';
import {
  ATTACK_KINDS,
  count,
  counted,
  duration,
  ofTheKind,
  RUNGS,
  SURGE_KINDS,
  share,
  span,
  time,
  unit,
  VANTAGES,
} from '../words.ts';

const OVERVIEW_POINTS = 240;
const CLOSE_POINTS = 120;
const MOST_CLOSE_UPS = 6;

export function timelineSection(model: ReportModel): Section {
  const blocks: Block[] = [];
  if (model.windows.length === 0) blocks.push(paragraph(NO_WINDOW[model.finding]));
  else {
    const queries = [...new Set(model.windows.flatMap((window) => window.queries))];
    blocks.push(
      windowsTable(model.windows),
      note(['Log of each window: ', ...logNames(model.windows), '.', { queries }]),
      ...baselines(model.windows),
      heading('The evidence of each window'),
      ...model.windows.flatMap(testsOf),
    );
  }
  for (const series of model.series) {
    const [from, until] = bounds(series);
    if (from === undefined || until === undefined) continue;
    blocks.push(...drawn(model, series, from, until, OVERVIEW_POINTS, ''));
    const windows = model.windows.filter((window) => window.source_id === series.source_id);
    for (const window of windows.slice(0, MOST_CLOSE_UPS)) {
      const [start, end] = [Date.parse(window.start), Date.parse(window.end)];
      const margin = Math.max(10 * 60_000, (end - start) / 2);
      if (!(end - start + 2 * margin < (until - from) / 3)) continue;
      const [near, far] = [Math.max(from, start - margin), Math.min(until, end + margin)];
      blocks.push(...drawn(model, series, near, far, CLOSE_POINTS, `, ${window.id} close up`));
    }
  }
  return { id: 'timeline', title: 'Timeline', blocks };
}

const NO_WINDOW = {
  attack: 'The attack has no window in these logs.',
  'no-attack': 'No window of attack was observed.',
  'cannot-say': 'These logs cannot say whether there was a window of attack.',
} as const;

function windowsTable(windows: readonly ObservedWindow[]): Block {
  return {
    is: 'table',
    caption: 'Observed windows of attack. Volumes are "at least"; each row is one vantage.',
    columns: [
      left('Window'),
      left('From, until'),
      left('Peak'),
      left('Vantage, host'),
      right('Attack, of all'),
      right('Addresses'),
      right('Stopped'),
      right('Reached the origin'),
    ],
    rows: windows.map((window) => [
      [
        { strong: window.id },
        ` ${ATTACK_KINDS[window.kind]}${window.forced ? ', given by the analyst' : ''}`,
      ],
      `${span(window.start, window.end, ' until ')} (${duration(window.start, window.end)})`,
      `${time(window.peak_at)}: ${count(window.peak_per_minute)} ${unit(window.surface)} a minute`,
      [`${VANTAGES[window.vantage]}: `, ...hosts(window)],
      share(window.requests, window.requests_total),
      window.sources === null ? notCounted(window) : count(window.sources),
      window.mitigated === null ? 'not logged' : share(window.mitigated, window.requests),
      window.reached_origin === null ? notReached(window) : share(window.reached_origin, window.requests),
    ]),
  };
}

const notCounted = ({ surface }: ObservedWindow): string =>
  surface === 'http' ? 'not logged' : surface === 'dns' ? 'resolvers' : 'spoofable';

const notReached = ({ surface }: ObservedWindow): string =>
  surface === 'http' ? 'not logged' : 'does not apply';

function logNames(windows: readonly ObservedWindow[]): Inline[] {
  const names = [...new Set(windows.map((window) => window.source_id))];
  return names.flatMap((value, index): Inline[] => (index === 0 ? [{ value }] : [', ', { value }]));
}

function hosts(window: ObservedWindow): Inline[] {
  if (window.host === null) return ['no host named'];
  const others = window.hosts.filter((host) => host !== window.host).length;
  return [{ value: window.host }, others > 0 ? ` and ${count(others)} more` : ''];
}

function baselines(windows: readonly ObservedWindow[]): Block[] {
  return [
    heading('What is usual here'),
    list(
      windows.map((window) => [
        { strong: window.id },
        `, baseline: ${RUNGS[window.baseline.rung]}; ` +
          `${count(window.baseline.expected_per_minute)} ${unit(window.surface)} ${ofTheKind(window)}expected in the peak minute. ${window.baseline.sentence}` +
          (window.duplicates > 0
            ? ` Left out: ${counted(window.duplicates, 'request')} with a repeated id.`
            : ''),
        ...alsoSeen(window),
      ]),
    ),
  ];
}

/** What other logs saw of a flood, beside it. */
function alsoSeen({ surface, also_seen = [] }: ObservedWindow): Inline[] {
  return also_seen.flatMap((other): Inline[] => [
    ' The same flood was seen in ',
    { value: other.source_id },
    ` as ${ATTACK_KINDS[other.kind]}, ${span(other.start, other.end, ' until ')}: at least ${count(other.requests)} attack ${unit(surface)}, which are added to nothing.`,
  ]);
}

function bounds(series: Series): [number | undefined, number | undefined] {
  const times = series.points.map((point) => Date.parse(point.at)).filter(Number.isFinite);
  const first = times.reduce<number | undefined>((a, b) => (a === undefined || b < a ? b : a), undefined);
  const last = times.reduce<number | undefined>((a, b) => (a === undefined || b > a ? b : a), undefined);
  return [first, last === undefined ? undefined : last + series.bucket_seconds * 1000];
}

function drawn(
  model: ReportModel,
  series: Series,
  from: number,
  until: number,
  most: number,
  suffix: string,
): Block[] {
  const { points, step_ms, merged } = busiest(series, { from, until, most });
  if (points.length === 0) return [];
  const bucket = bucketName(series.bucket_seconds);
  const surface = model.windows.find((window) => window.source_id === series.source_id)?.surface;
  const what = surface ? unit(surface) : 'requests';
  const period = span(new Date(from).toISOString(), new Date(until).toISOString());
  const each = merged > 1 ? ` Each point is the busiest ${bucket} of ${merged}.` : '';
  const peak = points.reduce((a, b) => (b.requests > a.requests ? b : a));
  const overlaps = (one: { from: number; until: number }) => one.from < until && one.until > from;
  const chart: TimelineChart = {
    kind: 'timeline',
    title: `Log ${series.source_id} at ${VANTAGES[series.vantage]}${suffix}`,
    description:
      `${count(points.length)} points of ${what} per ${bucket}, ${period}.${each} ` +
      `The highest is ${count(peak.requests)} at ${time(peak.at)}, of which ${count(peak.attack)} are attack. The table below holds the same numbers.`,
    unit: `${what} per ${bucket}`,
    step_ms,
    points,
    from,
    until,
    windows: model.windows
      .map((window) => ({ label: window.id, from: Date.parse(window.start), until: Date.parse(window.end) }))
      .filter(overlaps),
    gaps: model.coverage.gaps
      .filter((gap) => gap.source_id === series.source_id)
      .map((gap) => ({ from: Date.parse(gap.from), until: Date.parse(gap.until) }))
      .filter(overlaps),
  };
  const queries = sectionQueries(model, 'series');
  return [
    heading(['Log ', { value: series.source_id }, ` at ${VANTAGES[series.vantage]}${suffix}`]),
    { is: 'chart', chart },
    note([`${period}.${each} Shaded: observed windows. Grey: the log is silent.`, { queries }]),
    {
      is: 'fold',
      title: `The ${counted(points.length, 'point')} of this chart as a table`,
      on_paper: 'said',
      blocks: [pointsTable(chart, points)],
    },
  ];
}

function pointsTable(chart: TimelineChart, points: TimelineChart['points']): Block {
  return {
    is: 'table',
    caption: `${chart.title}: ${chart.unit}`,
    columns: [left('At'), right('All'), right('Attack'), right('Stopped'), right('Expected')],
    rows: points.map((point) => [
      time(point.at),
      count(point.requests),
      count(point.attack),
      point.mitigated === null ? 'not logged' : count(point.mitigated),
      point.expected === null ? 'not known' : count(point.expected),
    ]),
  };
}

export function surgesSection(model: ReportModel): Section {
  const blocks: Block[] = [];
  if (model.surges.length === 0) {
    blocks.push(paragraph('No growth over the baseline was left that is no attack or not decided.'));
  }
  for (const surge of model.surges) blocks.push(...surgeBlocks(surge));
  return { id: 'surges', title: 'Surges that are no attack, or not decided', blocks };
}

function surgeBlocks(surge: Surge): Block[] {
  const host: Text = surge.host === null ? 'no host named' : { value: surge.host };
  return [
    heading(`${surge.id}: ${SURGE_KINDS[surge.kind]}`),
    paragraph([surge.sentence, { queries: surge.queries }]),
    paragraph([
      `${span(surge.start, surge.end, ' until ')} (${duration(surge.start, surge.end)}) at ${VANTAGES[surge.vantage]}, log `,
      { value: surge.source_id },
      ', ',
      ...(typeof host === 'string' ? [host] : [host as { value: string }]),
      `: at least ${count(surge.requests)} ${unit(surge.surface)}; peak ${count(surge.peak_per_minute)} a minute at ${time(surge.peak_at)}, ` +
        `where ${count(surge.baseline.expected_per_minute)} were expected. ${surge.baseline.sentence}`,
    ]),
    ...testsOf(surge),
  ];
}

/** What each test of the evidence speaks for; nothing where there was none. */
function testsOf({ id, tests }: Pick<Surge, 'id' | 'tests'>): Block[] {
  if (tests.length === 0) return [];
  return [
    {
      is: 'table',
      caption: `Tests of ${id}`,
      columns: [left('Test'), left('Speaks for'), left('Observed')],
      rows: tests.map((test) => [test.id, SPEAKS_FOR[test.result], test.observation]),
    },
  ];
}

const SPEAKS_FOR = {
  attack: 'attack',
  benign: 'no attack',
  neither: 'neither',
  'not-computable': 'not computable from this log',
} as const;
