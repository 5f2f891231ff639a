/** Charts as SVG, drawn on the server: the same model gives the same bytes, in any time zone and locale. */
import * as vega from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';
import type { Chart } from './blocks.ts';
import { escapeHtml, shownWords } from './hostile-text.ts';
import { sharesSpec } from './shares-chart.ts';
import { timelineSpec } from './timeline-chart.ts';

/** The drawing without its margins; `autosize: none`, since estimated text widths would move it. */
export type Drawing = {
  spec: TopLevelSpec;
  width: number;
  height: number;
  margin: { left: number; right: number; top: number; bottom: number };
};

export const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, Helvetica, Arial, sans-serif';

export const COLOURS = {
  ink: '#1f2328',
  quiet: '#59636e',
  rule: '#d1d9e0',
  all: '#8c959f',
  attack: '#a40e26',
  stopped: '#0a5cad',
  window: '#f6d9d5',
  gap: '#c9ced4',
} as const;

/** `aria: false`: the figure has one title and one description, not a label for every point. */
export const CONFIG = {
  font: FONT,
  aria: false,
  background: 'transparent',
  view: { stroke: null },
  axis: {
    labelColor: COLOURS.quiet,
    titleColor: COLOURS.quiet,
    labelFontSize: 12,
    titleFontSize: 12,
    titleFontWeight: 'normal' as const,
    gridColor: COLOURS.rule,
    domainColor: COLOURS.rule,
    tickColor: COLOURS.rule,
  },
};

/** Not in the types of vega, though exported: the renderer behind `View.toSVG`, which alone is asynchronous. */
type SvgRenderer = {
  initialize(
    element: null,
    width: number,
    height: number,
    origin: [number, number],
    scale: number,
  ): SvgRenderer;
  render(scene: unknown): SvgRenderer;
  svg(): string;
};
const { SVGStringRenderer, textMetrics } = vega as unknown as {
  SVGStringRenderer: new () => SvgRenderer;
  textMetrics: { canvas(use: unknown): void };
};

/** To be called before the first chart of a document: ids of clips count on through a process. */
export const firstChart = (): void => vega.resetSVGDefIds();

export function drawChart(chart: Chart, id: string): string {
  const { spec, width, height, margin } = chart.kind === 'timeline' ? timelineSpec(chart) : sharesSpec(chart);
  // Where the package canvas happens to be installed, vega would measure text with the fonts of the machine.
  textMetrics.canvas(false);
  const view = new vega.View(vega.parse(compile(spec, { logger: vega.logger(vega.Error) }).spec), {
    renderer: 'none',
    logLevel: vega.Error,
  });
  view.run();
  const full = { width: width + margin.left + margin.right, height: height + margin.top + margin.bottom };
  const scene = (view.scenegraph() as unknown as { root: unknown }).root;
  const svg = new SVGStringRenderer()
    .initialize(null, full.width, full.height, [margin.left, margin.top], 1)
    .render(scene)
    .svg();
  view.finalize();
  return titled(svg, chart, id);
}

function titled(svg: string, chart: Chart, id: string): string {
  const title = escapeHtml(shownWords(chart.title));
  const description = escapeHtml(shownWords(chart.description));
  return svg
    .replace(
      /^<svg [^>]*?class="marks"/,
      () =>
        `<svg xmlns="http://www.w3.org/2000/svg" class="${chart.kind}" role="img" aria-label="${title}" aria-describedby="${id}-d"`,
    )
    .replace('>', () => `><title>${title}</title><desc id="${id}-d">${description}</desc>`);
}
