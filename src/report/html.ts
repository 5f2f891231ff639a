/** `report.html`: one file, no script, nothing loaded, read on a phone, sent and printed. */
import { type Block, type Inline, inlines, type Section, type Table, type Text } from './blocks.ts';
import { drawChart, firstChart } from './charts.ts';
import { escapeHtml, shownValue, shownWords, visible, visibleLines } from './hostile-text.ts';
import { style } from './html-style.ts';
import type { ReportModel } from './model.ts';
import { outline } from './outline.ts';
import { SYNTHETIC, status, title, tlp } from './sentences.ts';
import { counted } from './words.ts';

const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/** What the page counts while it is written: charts and boxes need ids, queries have anchors. */
type Page = {
  anchors: ReadonlyMap<string, string>;
  defined: Set<string>;
  synthetic: boolean;
  next: (prefix: string) => string;
};

export function renderHtml(model: ReportModel): string {
  firstChart();
  const page = pageOf(model);
  const [first, ...rest] = outline(model);
  const heading = escapeHtml(shownWords(title(model)));
  const label = escapeHtml(tlp(model));
  const sections = rest.map((section) => sectionHtml(section, page));
  const css = style({
    tlp: tlp(model),
    status: status(model),
    synthetic: model.synthetic ? SYNTHETIC : null,
  });
  const made = `${model.tool.name} ${model.tool.version}`;
  return `${[
    '<!doctype html>',
    '<html lang="en-GB">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${POLICY}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="format-detection" content="telephone=no">',
    '<meta name="referrer" content="no-referrer">',
    `<title>${heading}</title>`,
    `<style>${css}</style>`,
    '</head>',
    '<body>',
    `<header><div class="band"><span class="status">${escapeHtml(status(model))}</span><span class="tlp">${label}</span></div>`,
    ...(model.synthetic ? [`<div class="synthetic">${SYNTHETIC}</div>`] : []),
    '</header>',
    '<main>',
    `<h1>${unbroken(heading)}</h1>`,
    sectionHtml(first!, page),
    contents(rest),
    ...sections,
    '</main>',
    `<footer><div class="inside"><span>${escapeHtml(shownWords(made))}</span><span>${escapeHtml(status(model))}</span>`,
    `${model.synthetic ? '<span class="tag">SYNTHETIC</span>' : ''}<span class="tlp">${label}</span></div></footer>`,
    '</body>',
    '</html>',
  ].join('\n')}\n`;
}

function pageOf(model: ReportModel): Page {
  const seen = new Map<string, number>();
  const anchors = new Map<string, string>();
  for (const run of model.queries) if (!anchors.has(run.id)) anchors.set(run.id, `query-${anchors.size + 1}`);
  const next = (prefix: string) => {
    seen.set(prefix, (seen.get(prefix) ?? 0) + 1);
    return `${prefix}-${seen.get(prefix)}`;
  };
  return { anchors, defined: new Set(), synthetic: model.synthetic, next };
}

const contents = (sections: readonly Section[]): string =>
  `<nav aria-label="Contents"><p class="caption">Contents</p><ol>${sections
    .map((section) => `<li><a href="#${section.id}">${escapeHtml(section.title)}</a></li>`)
    .join('')}</ol></nav>`;

function sectionHtml(section: Section, page: Page): string {
  const tag = page.synthetic ? '<span class="tag">SYNTHETIC</span>' : '';
  return [
    `<section id="${section.id}">`,
    `<h2>${escapeHtml(section.title)}${section.id === 'first-page' ? '' : tag}</h2>`,
    ...section.blocks.map((block) => blockHtml(block, page)),
    '</section>',
  ].join('\n');
}

function blockHtml(block: Block, page: Page): string {
  const text = (value: Text) => inlineHtml(value, page);
  switch (block.is) {
    case 'paragraph':
      return `<p${block.tone ? ` class="${block.tone}"` : ''}>${text(block.text)}</p>`;
    case 'heading':
      return `<h3>${text(block.text)}</h3>`;
    case 'list':
      return `<ul>${block.items.map((item) => `<li>${text(item)}</li>`).join('')}</ul>`;
    case 'facts':
      return `<dl>${block.items
        .map((item) => `<div><dt>${text(item.term)}</dt><dd>${text(item.text)}</dd></div>`)
        .join('\n')}</dl>`;
    case 'quote':
      return `<blockquote><p><cite>${text(block.by)}</cite>: “${text(block.text)}”</p></blockquote>`;
    case 'code':
      return `<pre tabindex="0">${escapeHtml(visibleLines(block.text))}</pre>`;
    case 'chart':
      return `<figure><div class="drawing">${drawChart(block.chart, page.next('chart'))}</div></figure>`;
    case 'fold':
      return foldHtml(block, page);
    case 'table':
      return foldedTable(block, page);
  }
}

function foldHtml(block: Extract<Block, { is: 'fold' }>, page: Page): string {
  const summary = escapeHtml(shownWords(block.title));
  const inside = block.blocks.map((one) => blockHtml(one, page)).join('\n');
  const said =
    block.on_paper === 'said' ? `\n<p class="paper note">${summary}: not printed; in report.json.</p>` : '';
  return `<details class="screen"><summary>${summary}</summary>${inside}</details>${said}`;
}

function foldedTable(table: Table, page: Page): string {
  const after = table.fold_after ?? Number.POSITIVE_INFINITY;
  if (table.rows.length <= after) return tableHtml(table, page);
  const short = { ...table, caption: `${table.caption} (first ${after})`, rows: table.rows.slice(0, after) };
  const fold = foldHtml(
    {
      is: 'fold',
      title: `All ${counted(table.rows.length, 'row')}`,
      on_paper: 'said',
      blocks: [{ ...table, fold_after: Number.POSITIVE_INFINITY }],
    },
    page,
  );
  return `${tableHtml(short, page)}\n${fold}`;
}

/** Least widths of a column, by its longest cell: prose is not squeezed into a column of words. */
const widthOf = (longest: number): string | undefined =>
  longest > 72 ? 'wide' : longest > 16 ? 'middle' : undefined;

function tableHtml(table: Table, page: Page): string {
  const id = page.next('table');
  const widths = table.columns.map((_, index) =>
    widthOf(table.rows.reduce((longest, row) => Math.max(longest, length(row[index])), 0)),
  );
  const classes = (index: number) => {
    const names = [table.columns[index]?.align, widths[index]].filter((name) => name !== undefined);
    return names.length > 0 ? ` class="${names.join(' ')}"` : '';
  };
  const head = table.columns
    .map((column, index) => `<th scope="col"${classes(index)}>${escapeHtml(shownWords(column.title))}</th>`)
    .join('');
  const rows = table.rows.map((cells, row) => {
    const inside = cells.map((cell, index) => {
      const html = inlineHtml(cell, page);
      return index === 0 ? `<th scope="row"${classes(0)}>${html}</th>` : `<td${classes(index)}>${html}</td>`;
    });
    return `<tr${table.muted?.has(row) ? ' class="muted"' : ''}>${inside.join('')}</tr>`;
  });
  return [
    `<p class="caption" id="${id}">${inlineHtml(table.caption, page)}</p>`,
    `<div class="box" role="region" aria-labelledby="${id}" tabindex="0"><table aria-labelledby="${id}"><thead><tr>${head}</tr></thead><tbody>`,
    ...rows,
    '</tbody></table></div>',
  ].join('\n');
}

function length(text: Text | undefined): number {
  if (text === undefined) return 0;
  return inlines(text).reduce((sum, one) => {
    if (typeof one === 'string') return sum + one.length;
    if ('value' in one) return sum + one.value.length;
    if ('strong' in one) return sum + one.strong.length;
    if ('queries' in one) return sum + one.queries.join(', ').length;
    return 'trusted' in one ? sum + one.trusted.length : sum;
  }, 0);
}

const inlineHtml = (text: Text, page: Page): string =>
  inlines(text)
    .map((inline) => one(inline, page))
    .join('');

function one(inline: Inline, page: Page): string {
  if (typeof inline === 'string') return unbroken(escapeHtml(shownWords(inline)));
  if ('value' in inline) return `<code>${escapeHtml(shownValue(inline.value))}</code>`;
  if ('strong' in inline) return `<strong>${escapeHtml(shownWords(inline.strong))}</strong>`;
  if ('trusted' in inline) return escapeHtml(visible(inline.trusted));
  if ('cell' in inline) {
    const cell = escapeHtml(visible(inline.cell));
    return `<span class="cell c-${cell}">${cell}</span>`;
  }
  if ('defines' in inline) return defined(inline.defines, page);
  return inline.queries.length === 0
    ? ''
    : `<span class="q">${inline.queries.map((id) => cited(id, page)).join(', ')}</span>`;
}

/** A date, a time and a percentage stay on one line. */
const unbroken = (html: string): string =>
  html
    .replace(/\b\d{4}-\d\d-\d\d(?: \d\d:\d\d(?::\d\d(?:\.\d+)?)?)?/g, '<span class="t">$&</span>')
    .replace(/(\d) %/g, '$1&nbsp;%');

/** A query that runs for several windows has one anchor, at its first run. */
function defined(id: string, page: Page): string {
  const anchor = page.anchors.get(id);
  const name = anchor === undefined || page.defined.has(anchor) ? '' : ` id="${anchor}"`;
  if (anchor !== undefined) page.defined.add(anchor);
  return `<code${name}>${escapeHtml(shownValue(id))}</code>`;
}

function cited(id: string, page: Page): string {
  const anchor = page.anchors.get(id);
  const shown = escapeHtml(shownValue(id));
  return anchor === undefined ? shown : `<a href="#${anchor}">${shown}</a>`;
}
