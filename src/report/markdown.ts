/** `report.md`: the blocks of the report as GitHub-flavoured Markdown in which no value is markup. */
import { type Block, type Inline, inlines, type Section, type Table, type Text } from './blocks.ts';
import { codeSpan, escapeMarkdown, shownValue, shownWords, visible, visibleLines } from './hostile-text.ts';
import type { ReportModel } from './model.ts';
import { outline } from './outline.ts';
import { SYNTHETIC, status, title, tlp } from './sentences.ts';

export function renderMarkdown(model: ReportModel): string {
  const lines = [
    ...(model.synthetic ? [`**${SYNTHETIC}**`] : []),
    `${codeSpan(tlp(model))} · ${status(model)}`,
    `# ${inlineText(title(model))}`,
    ...outline(model).map((section) => sectionText(section, model)),
    '---',
    `${codeSpan(tlp(model))}${model.synthetic ? ` · **${SYNTHETIC}**` : ''}`,
  ];
  return `${lines.join('\n\n')}\n`;
}

function sectionText(section: Section, model: ReportModel): string {
  const blocks = section.blocks.map(blockText).filter((text) => text !== '');
  const heading = `## ${section.title}${model.synthetic ? ' (SYNTHETIC)' : ''}`;
  return [heading, ...blocks].join('\n\n');
}

function blockText(block: Block): string {
  switch (block.is) {
    case 'paragraph':
      if (block.tone === 'lead') return `**${inlineText(block.text)}**`;
      return block.tone === 'caution' ? `> ${inlineText(block.text)}` : inlineText(block.text);
    case 'heading':
      return `### ${inlineText(block.text)}`;
    case 'list':
      return block.items.map((item) => `- ${inlineText(item)}`).join('\n');
    case 'facts':
      return block.items.map((item) => `- **${inlineText(item.term)}**: ${inlineText(item.text)}`).join('\n');
    case 'quote':
      return `> ${inlineText(block.by)}: “${inlineText(block.text)}”`;
    case 'code':
      return codeBlock(block.text);
    // A table of the same numbers follows every chart.
    case 'chart':
      return '';
    case 'fold':
      return block.on_paper === 'said'
        ? `*${inlineText(block.title)}: in* \`report.json\` *and* \`report.html\`.`
        : '';
    case 'table':
      return tableText(block);
  }
}

/** The fence is longer than any run of backticks inside. */
function codeBlock(text: string): string {
  const shown = visibleLines(text);
  const longest = Math.max(2, ...[...shown.matchAll(/`+/g)].map((match) => match[0].length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}sql\n${shown}\n${fence}`;
}

function tableText(table: Table): string {
  const rule = { right: '--:', centre: ':-:', left: '---' };
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    `*${inlineText(table.caption)}*`,
    '',
    row(table.columns.map((column) => inlineText(column.title))),
    row(table.columns.map((column) => rule[column.align ?? 'left'])),
    ...table.rows.map((cells) => row(cells.map(inlineText))),
  ].join('\n');
}

/** Two code spans that touch would be read as one. */
function inlineText(text: Text): string {
  return inlines(text)
    .map(one)
    .reduce(
      (line, next) => (line.endsWith('`') && next.startsWith('`') ? `${line} ${next}` : line + next),
      '',
    );
}

function one(inline: Inline): string {
  if (typeof inline === 'string') return escapeMarkdown(shownWords(inline));
  if ('value' in inline) return codeSpan(shownValue(inline.value));
  if ('strong' in inline) {
    const [, before, words, after] = /^(\s*)(.*?)(\s*)$/s.exec(escapeMarkdown(shownWords(inline.strong)))!;
    return words ? `${before}**${words}**${after}` : '';
  }
  if ('trusted' in inline) return escapeMarkdown(visible(inline.trusted));
  if ('defines' in inline) return codeSpan(shownValue(inline.defines));
  if ('cell' in inline) return escapeMarkdown(visible(inline.cell));
  return inline.queries.length > 0
    ? ` (${inline.queries.map((id) => codeSpan(shownValue(id))).join(', ')})`
    : '';
}
