/** Shares of the attack requests as bars, a name over each, with what is usual here as a mark on the same scale. */
import type { SharesChart } from './blocks.ts';
import { COLOURS, CONFIG, type Drawing } from './charts.ts';
import { shownWords } from './hostile-text.ts';

const WIDTH = 430;
const ROW = 38;
const MARGIN = { left: 6, right: 18, top: 8, bottom: 42 };

export function sharesSpec(chart: SharesChart): Drawing {
  const height = ROW * chart.bars.length;
  const values = chart.bars.map((bar, row) => ({
    label: fitted(shownWords(bar.label)),
    text: bar.text,
    zero: 0,
    share: bar.share * 100,
    usual: bar.usual === null ? null : bar.usual * 100,
    words: row * ROW + 12,
    top: row * ROW + 18,
    bottom: row * ROW + 30,
  }));
  const most = Math.max(1, ...values.flatMap((value) => [value.share, value.usual ?? 0]));
  const x = {
    field: 'share',
    type: 'quantitative' as const,
    scale: { domain: [0, most], nice: true },
    axis: {
      title: 'Percent of attack requests; dark mark: usual here',
      titleAnchor: 'start' as const,
      titlePadding: 8,
      tickCount: 5,
      grid: false,
    },
  };
  // Rows are placed by pixel: a band scale would sort by name and measure the names.
  const y = (field: string) => ({ field, type: 'quantitative' as const, scale: null, axis: null });
  const words = (align: 'left' | 'right', field: string, at: number) => ({
    mark: { type: 'text' as const, align, baseline: 'alphabetic' as const, fontSize: 13, aria: false },
    encoding: { x: { value: at }, y: y('words'), text: { field }, color: { value: COLOURS.ink } },
  });
  return {
    width: WIDTH,
    height,
    margin: MARGIN,
    spec: {
      width: WIDTH,
      height,
      autosize: { type: 'none' },
      config: CONFIG,
      data: { name: 'bars', values },
      layer: [
        {
          mark: { type: 'rect', color: COLOURS.attack, aria: false },
          encoding: {
            x: { ...x, field: 'zero' },
            x2: { field: 'share' },
            y: y('top'),
            y2: { field: 'bottom' },
          },
        },
        {
          transform: [{ filter: 'datum.usual !== null' }],
          mark: { type: 'rule', color: COLOURS.ink, strokeWidth: 3, aria: false },
          encoding: { x: { ...x, field: 'usual' }, y: y('top'), y2: { field: 'bottom' } },
        },
        words('left', 'label', 0),
        words('right', 'text', WIDTH),
      ],
    },
  };
}

/** Before the figures of the row begin; the whole name is in the table. */
function fitted(label: string): string {
  const characters = [...label];
  return characters.length > 27 ? `${characters.slice(0, 26).join('')}…` : label;
}
