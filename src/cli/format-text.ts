import { describeFormat } from '../formats/describe.ts';
import type { Format } from '../formats/format.ts';
import { eventTables } from '../lake/tables.ts';
import { visible } from '../report/hostile-text.ts';
import { hanging } from './wrap.ts';

const WIDTH = 80;

/** A list of formats by their tables, at most 80 columns wide. */
export function formatList(formats: readonly Format[]): string {
  const wide = Math.max(...formats.map(({ id }) => visible(id).length));
  const sorted = [...formats].sort((a, b) => (a.id < b.id ? -1 : 1));
  const groups = eventTables.map(({ name }) => ({
    name,
    found: sorted.filter(({ table }) => table.name === name),
  }));
  const blocks = groups.map(({ name, found }) =>
    [
      name,
      ...found.flatMap(({ id, vantage, title, isOwn }) =>
        hanging(
          `  ${visible(id).padEnd(wide)}  ${vantage.padEnd(8)}  `,
          `${title}${isOwn ? ' (your own)' : ''}`,
          WIDTH,
        ),
      ),
    ].join('\n'),
  );
  return `${blocks.join('\n\n')}\n`;
}

/** All about one format. */
export function formatText(format: Format, given?: ReadonlySet<string>): string {
  const { columns, leftOut, empty, notices, ...about } = describeFormat(format, given);
  const facts: [string, string | null][] = [
    ['file', format.isOwn ? format.file : null],
    ['reference', format.reference],
    ['table', format.table.name],
    ['vantage', format.vantage],
    ['framing', about.framing],
    ['recognised', about.recognised],
    ['headers', about.headers],
    ['source_id', about.source],
    ['src_ip', about.address],
  ];
  const filled = columns.map(({ name, fields }): [string, string] => [
    name,
    fields.length > 0 ? fields.join(', ') : '(see its SELECT)',
  ]);
  const sections = [
    hanging('', `${format.id}: ${format.title}`, WIDTH).join('\n'),
    listed(facts.filter((fact): fact is [string, string] => fact[1] !== null)),
    `Columns that it fills, and the fields that they come from\n${listed(filled)}`,
    ...(notices.length > 0
      ? [hanging('', `Records about the log itself go to notices: ${notices.join(', ')}`, WIDTH).join('\n')]
      : []),
    ...(leftOut.length > 0
      ? [
          `Documented fields that it leaves out\n${listed(leftOut.map(({ field, reason }) => [field, reason]))}`,
        ]
      : []),
    hanging('', `Columns that it cannot fill: ${empty.join(', ') || 'none'}`, WIDTH).join('\n'),
  ];
  return `${sections.join('\n\n')}\n`;
}

/** Names with what is said of them beside; below, where a name is long. */
function listed(entries: readonly (readonly [string, string])[]): string {
  const wide = Math.min(24, Math.max(0, ...entries.map(([name]) => visible(name).length)));
  return entries
    .flatMap(([name, text]) => {
      const shown = visible(name);
      return shown.length > wide
        ? [`  ${shown}`, ...hanging(' '.repeat(wide + 4), text, WIDTH)]
        : hanging(`  ${shown.padEnd(wide)}  `, text, WIDTH);
    })
    .join('\n');
}
