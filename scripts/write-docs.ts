/**
 * Writes the pages of docs/ that are made from the code: the lake's tables, the catalogue of queries and the log formats.
 *   node scripts/write-docs.ts [--check]
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { formatAssets, queryAssets } from '../src/adapters/assets.ts';
import { parseQuery, type Query } from '../src/catalogue/query.ts';
import { parseFormat } from '../src/formats/format.ts';
import { type Table, tables } from '../src/lake/tables.ts';
import { formatPages } from './format-pages.ts';
import { madeFrom, type Page, table } from './page-parts.ts';

const root = join(import.meta.dirname, '..');

function columnRows({ columns, partitioned }: Table): string[][] {
  const rows = columns.map(({ name, type, unit, about, example }) => [
    `\`${name}\``,
    type,
    unit ?? '',
    about,
    example ? `\`${example}\`` : '',
  ]);
  const day = [
    '`dt`',
    'date',
    '',
    "Day of the event, UTC (of a reject: of its object's first event). It is the folder of the part, and no column in its file",
    '',
  ];
  return partitioned ? [...rows, day] : rows;
}

function lakePage(): string {
  const sections = tables.map(
    (each) =>
      `## ${each.name}\n\n${each.about}\n\n${table(['column', 'type', 'unit', 'meaning', 'example'], columnRows(each))}`,
  );
  return [
    '# The tables of a lake',
    madeFrom('`src/lake/tables.ts`'),
    'Parquet with zstd. A part lies at `tables/<table>/dt=<day>/<object id>-<part>.parquet`; `autonomous_systems` is one file without days. Read them with `ascribe sql`, or with anything that reads Parquet: but only the parts that a commit marker in `objects/` names are in the lake.',
    'A lake in a folder also has `lake.duckdb`, which `ascribe ingest` and `ascribe investigate` write: views named like the tables, over committed parts alone, and the macros that the queries of the catalogue use. Start the DuckDB command line in the folder of the lake: `duckdb -readonly lake.duckdb -c "select count(*) from http_activity"`. It holds no rows, moves with the lake and is replaced by the next ingest: keep nothing of your own in it. Its paths are relative, and DuckDB knows none that are relative to a database, so started elsewhere it finds no files. An ingest that runs at the same moment may commit an object of whose parts it sees only some: ask again, or use `ascribe sql`. A DuckDB older than the one that wrote it may not open it.',
    "In `ascribe sql` on DuckDB and in `lake.duckdb`, six functions are those of Athena, so that one query runs on both: `regexp_like(text, pattern)`, `count_if(condition)`, which over no rows is 0, `regexp_replace(text, pattern, replacement)`, which replaces every match and takes no options, `date_add(unit, number, time)` with the units minute, hour and day, `to_utf8(text)`, and `xxhash64(bytes)`, whose values are not Athena's: what is alike has the same, for nothing else. `count_if`, `regexp_replace` and `date_add` hide functions of DuckDB with the same names. DuckDB has its own under their whole names: `system.main.regexp_replace(text, pattern, replacement)` replaces the first match, with `'gi'` as a fourth argument all of them in any case; `system.main.date_add(date, interval 1 day)`, or `date + interval 1 day`, adds an interval; `system.main.count_if(condition)` over no rows is null.",
    '**Never add the rows of two logs.** A request that the edge and the balancer both saw has a row of each: choose a `source_id`.',
    ...sections,
  ].join('\n\n');
}

const techniqueLink = (id: string): string =>
  `[${id}](https://attack.mitre.org/techniques/${id.replace('.', '/')}/)`;

function queriesPage(queries: readonly Query[]): string {
  const folders = Map.groupBy(queries, (query) => query.id.split('/')[0]!);
  const sections = [...folders].map(([folder, found]) => {
    const rows = found.map(({ id, question, grain, limits, attack }) => [
      `[\`${id}\`](../queries/${id}.sql)`,
      question,
      grain,
      limits,
      attack.map(techniqueLink).join(' '),
    ]);
    return `## ${folder}\n\n${table(['query', 'question', 'grain', 'limits', 'ATT&CK'], rows)}`;
  });
  return [
    '# The queries of the catalogue',
    madeFrom('the headers of `queries/`'),
    'Run one with `ascribe query <id>`. Each figure of a report names the query that it comes from.',
    ...sections,
  ].join('\n\n');
}

/** The generated pages, as they should be. */
export function pages(): Page[] {
  return [
    { path: 'docs/lake.md', text: `${lakePage()}\n` },
    { path: 'docs/queries.md', text: `${queriesPage(queryAssets().map(parseQuery))}\n` },
    ...formatPages(formatAssets().map(parseFormat)),
  ];
}

/** Paths of the pages that are not as they should be. */
export function stalePages(): string[] {
  return pages()
    .filter(({ path, text }) => readPage(path) !== text)
    .map(({ path }) => path);
}

function readPage(path: string): string | null {
  try {
    return readFileSync(join(root, path), 'utf8');
  } catch {
    return null;
  }
}

function main(args: readonly string[]): number {
  const stale = stalePages();
  if (args.includes('--check')) {
    if (stale.length > 0)
      process.stderr.write(`Stale: ${stale.join(', ')}. Run "node scripts/write-docs.ts".\n`);
    return stale.length > 0 ? 1 : 0;
  }
  for (const { path, text } of pages()) {
    if (!stale.includes(path)) continue;
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  process.stdout.write(stale.length > 0 ? `Written: ${stale.join(', ')}\n` : 'All pages are up to date.\n');
  return 0;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href)
  process.exitCode = main(process.argv.slice(2));
