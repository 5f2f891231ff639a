import { describeFormat } from '../src/formats/describe.ts';
import type { Format } from '../src/formats/format.ts';
import { INPUTS } from '../src/formats/inputs.ts';
import { eventTables } from '../src/lake/tables.ts';
import { madeFrom, type Page, table } from './page-parts.ts';

const code = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ');

function formatPage(format: Format): Page {
  const { id, title, reference } = format;
  const { columns, leftOut, empty, notices, ...about } = describeFormat(format);
  const facts: [string, string | null][] = [
    ['reference', `<${reference}>`],
    ['table', `[\`${format.table.name}\`](../lake.md#${format.table.name})`],
    ['where it was written', format.vantage],
    ['records', about.framing],
    ['recognised', about.recognised],
    ['header records', about.headers],
    ['`source_id`', about.source],
    ['`src_ip`', about.address],
    ['in the code', `[\`formats/${id}.sql\`](../../formats/${id}.sql)`],
  ];
  const text = [
    `# ${title}`,
    madeFrom(`the header of \`formats/${id}.sql\``),
    table(
      [`\`${id}\``, ''],
      facts.flatMap(([name, value]) => (value === null ? [] : [[name, value]])),
    ),
    '## Columns, and the fields that they come from',
    table(
      ['column', 'fields', 'meaning'],
      columns.map(({ name, fields, about: meaning }) => [`\`${name}\``, code(fields), meaning]),
    ),
    ...(notices.length > 0
      ? [`Records about the log itself are rows of [\`notices\`](../lake.md#notices): ${code(notices)}.`]
      : []),
    `Columns that it cannot fill: ${code(empty) || 'none'}.`,
    '## Documented fields that it leaves out',
    leftOut.length > 0
      ? table(
          ['field', 'why'],
          leftOut.map(({ field, reason }) => [`\`${field}\``, reason]),
        )
      : 'None.',
  ].join('\n\n');
  return { path: `docs/formats/${id}.md`, text: `${text}\n` };
}

function indexPage(formats: readonly Format[]): Page {
  const sections = eventTables.map(({ name, about }) => {
    const rows = formats
      .filter((format) => format.table.name === name)
      .map((format) => [
        `[\`${format.id}\`](${format.id}.md)`,
        format.title,
        format.vantage,
        format.framing,
        describeFormat(format).address,
      ]);
    const head = ['format', 'log', 'where it was written', 'framing', 'address of the source'];
    return `## ${name}\n\n${about}\n\n${table(head, rows)}`;
  });
  const text = [
    '# The log formats',
    madeFrom('the headers of `formats/`'),
    'Each page says which columns of the lake a format fills, from which of its documented fields, and why it leaves out the others. `ascribe formats <id>` shows the same. A format of your own: [own-format.md](../own-format.md).',
    ...sections,
    '## What the ingest makes of addresses and times',
    'A SELECT gives some columns that are no column of its table; the ingest makes these of them:',
    table(
      ['given', 'becomes'],
      Object.entries(INPUTS)
        .filter(([, { becomes }]) => becomes.length > 0)
        .map(([name, { becomes }]) => [`\`${name}\``, code(becomes)]),
    ),
  ].join('\n\n');
  return { path: 'docs/formats/README.md', text: `${text}\n` };
}

/** docs/formats/: an index and a page a format. */
export function formatPages(formats: readonly Format[]): Page[] {
  const sorted = [...formats].sort((a, b) => (a.id < b.id ? -1 : 1));
  return [indexPage(sorted), ...sorted.map(formatPage)];
}
