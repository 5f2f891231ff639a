/** Requests of one log over time: all, attack, stopped and expected, with the observed windows shaded. */
import type { TimelineChart } from './blocks.ts';
import { COLOURS, CONFIG, type Drawing } from './charts.ts';
import { shownWords } from './hostile-text.ts';

const WIDTH = 640;
const HEIGHT = 220;
const MARGIN = { left: 76, right: 26, top: 44, bottom: 34 };

const SERIES = ['All', 'Attack', 'Stopped', 'Expected'] as const;

/** 24 hours and ISO dates: no name of a month, which depends on a locale. */
const TIMES = {
  year: '%Y-%m-%d',
  quarter: '%Y-%m-%d',
  month: '%Y-%m-%d',
  week: '%m-%d',
  date: '%m-%d',
  hours: '%H:%M',
  minutes: '%H:%M',
  seconds: '%H:%M:%S',
  milliseconds: '%H:%M:%S',
};

export function timelineSpec(chart: TimelineChart): Drawing {
  const attacked = chart.points.some((point) => point.attack > 0);
  const rows = lines(chart).filter((row) => attacked || row.series !== 'Attack');
  const seen = SERIES.filter((name) => rows.some((row) => row.series === name && row.value !== null));
  const x = {
    field: 'from',
    type: 'temporal' as const,
    scale: { type: 'utc' as const, nice: false as const },
    axis: { title: null, format: TIMES, tickCount: 8, grid: false, labelOverlap: true, labelFlush: false },
  };
  const shade = (name: string, colour: string) => ({
    data: { name, values: spans(name === 'windows' ? chart.windows : chart.gaps, chart) },
    mark: { type: 'rect' as const, color: colour, aria: false },
    encoding: { x, x2: { field: 'until' } },
  });
  return {
    width: WIDTH,
    height: HEIGHT,
    margin: MARGIN,
    spec: {
      width: WIDTH,
      height: HEIGHT,
      autosize: { type: 'none' },
      config: CONFIG,
      layer: [
        shade('windows', COLOURS.window),
        shade('gaps', COLOURS.gap),
        {
          data: { name: 'labels', values: spans(chart.windows, chart) },
          mark: {
            type: 'text',
            align: 'left',
            baseline: 'bottom',
            dx: 1,
            dy: -3,
            fontSize: 12,
            fontWeight: 600,
            aria: false,
          },
          encoding: { x, y: { value: 0 }, text: { field: 'label' }, color: { value: COLOURS.attack } },
        },
        {
          data: { name: 'points', values: rows },
          mark: {
            type: 'line',
            interpolate: 'step-after',
            strokeWidth: 1.6,
            strokeJoin: 'round',
            clip: true,
            invalid: 'break-paths-show-path-domains',
            aria: false,
          },
          encoding: {
            x: { ...x, field: 'at', scale: { ...x.scale, domain: [chart.from, chart.until] } },
            y: {
              field: 'value',
              type: 'quantitative',
              scale: { zero: true, nice: true },
              axis: {
                title: shownWords(chart.unit),
                titleX: -62,
                tickCount: 5,
                format: ',~r',
                domain: false,
                ticks: false,
              },
            },
            color: {
              field: 'series',
              type: 'nominal',
              scale: { domain: seen, range: seen.map(colourOf) },
              legend: {
                title: null,
                orient: 'none',
                legendX: 0,
                legendY: -42,
                direction: 'horizontal',
                columnPadding: 18,
                labelFontSize: 12,
                labelColor: COLOURS.ink,
                symbolType: 'stroke',
                symbolStrokeWidth: 3,
              },
            },
            strokeDash: {
              field: 'series',
              type: 'nominal',
              scale: { domain: seen, range: seen.map((name) => (name === 'Expected' ? [5, 3] : [1, 0])) },
            },
            // One path a series, painted in this order: what was stopped over the attack, the baseline on top.
            order: { field: 'at', type: 'quantitative' },
          },
        },
      ],
    },
  };
}

const colourOf = (name: (typeof SERIES)[number]): string =>
  ({ All: COLOURS.all, Attack: COLOURS.attack, Stopped: COLOURS.stopped, Expected: COLOURS.ink })[name];

type Row = { at: number; series: string; value: number | null };

/** A missing bucket breaks the line: nothing is drawn across what was not logged. */
function lines(chart: TimelineChart): Row[] {
  const rows: Row[] = [];
  for (const series of SERIES) {
    let last: number | undefined;
    for (const point of chart.points) {
      const at = chart.step_ms * Math.floor(Date.parse(point.at) / chart.step_ms);
      if (last !== undefined && at - last > chart.step_ms)
        rows.push({ at: last + chart.step_ms, series, value: null });
      const value = {
        All: point.requests,
        Attack: point.attack,
        Stopped: point.mitigated,
        Expected: point.expected,
      }[series];
      rows.push({ at, series, value });
      last = at;
    }
    const final = chart.points.at(-1);
    if (last !== undefined && final)
      rows.push({ ...rows.at(-1)!, at: Math.min(last + chart.step_ms, chart.until) });
  }
  return rows;
}

function spans(
  spans: readonly { from: number; until: number; label?: string }[],
  chart: TimelineChart,
): { from: number; until: number; label: string }[] {
  return spans.map((one) => ({
    from: Math.max(one.from, chart.from),
    until: Math.min(one.until, chart.until),
    label: [...shownWords(one.label ?? '')].slice(0, 12).join(''),
  }));
}
