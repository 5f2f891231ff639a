import type { Command } from 'commander';
import { openCatalogue } from '../adapters/catalogue.ts';
import { CASE_KEY, type CaseFile } from '../case/case-file.ts';
import { caseFileOf } from '../case/investigators-hand.ts';
import { queryOfCase, rowsOfCase } from '../case/query-of-case.ts';
import { type Span, sqlTime, timeParameters, windowText } from '../case/span.ts';
import { type Catalogue, type Engine, type Result, runQuery } from '../catalogue/engine.ts';
import type { Query } from '../catalogue/query.ts';
import { visible } from '../report/hostile-text.ts';
import { CASE_OPTION, givenCase } from './case-option.ts';
import { CommandError } from './command-error.ts';
import { addLakeOptions, type LakeOptions, openForQueries } from './lake.ts';
import { logToRead } from './log-to-read.ts';
import { say } from './progress.ts';
import { ownParameters, queryHelp } from './query-help.ts';
import { addOutputOptions, formatOf, giveResult, type OutputOptions } from './result-output.ts';
import { parseSpan, parseTime } from './times.ts';
import { hanging } from './wrap.ts';

type Options = OutputOptions &
  LakeOptions & {
    from?: string;
    until?: string;
    source?: string;
    param?: string[];
    /** False: --no-case. */
    case?: string | false;
  };

export function addQuery(program: Command): void {
  program
    .command('queries')
    .description('List the queries of the catalogue by folder, or those that speak of all the words given')
    .argument('[word...]', 'words to look for in id, title, question and ATT&CK techniques')
    .addHelpText('after', '\nExample:\n  $ ascribe queries network\n  $ ascribe queries T1110 address')
    .action((words: string[]) => {
      process.stdout.write(listing(openCatalogue(), words));
    });

  const command = program
    .command('query')
    .description('Run a query of the catalogue on the lake')
    .argument('<id>', 'such as origin/countries; ascribe queries lists them');
  addOutputOptions(addLakeOptions(command))
    .option('--from <time>', 'start, inclusive (UTC); without it all the lake holds')
    .option('--until <time>', 'end, exclusive (UTC)')
    .option('--source <id>', 'the log to read; without it the outermost one')
    .option(
      '-p, --param <name=value>',
      'any other parameter; times as with --from',
      (value: string, all: string[] = []) => [...all, value],
    )
    .option(...CASE_OPTION)
    .option('--no-case', 'ask as if there were no case file')
    .addHelpText('after', ({ command: { args } }) => `\n${helpOf(args.find((arg) => !arg.startsWith('-')))}`)
    .action(async (id: string, options: Options) => {
      formatOf(options);
      const query = openCatalogue().find(id);
      const given = parseSpan(options);
      const named = typeof options.case === 'string' ? await givenCase(options.case) : null;
      const { engine, store, wholeSpan } = await openForQueries(options);
      try {
        const span = given ?? (await wholeSpan()) ?? { from: 0, until: 1 };
        const values = await parameters(query, { engine, options, span });
        const caseFile = options.case === false ? null : (named ?? (await caseFileOf(store)));
        const result = caseFile
          ? await answerOfCase(engine, {
              query,
              values,
              caseFile,
              name: options.case || store.locate(CASE_KEY),
            })
          : await runQuery(engine, { query, values });
        await giveResult(result, options);
      } finally {
        await engine.close();
      }
    });
}

/** Of the query that is named beside --help; without one, or where there is none of that name, an example. */
function helpOf(id: string | undefined): string {
  const query = openCatalogue().queries.find((each) => each.id === id);
  if (query) return queryHelp(query);
  return 'Its parameters: ascribe query ID --help\n\nExample:\n  $ ascribe query origin/countries --from "2019-11-12 13:20" --until "2019-11-12 14:02"';
}

type AskedOfCase = { query: Query; values: Record<string, string>; caseFile: CaseFile; name: string };

/** Asks as the case has it, and says on standard error what it gave to the question and took from the answer. */
async function answerOfCase(engine: Engine, { query, values, caseFile, name }: AskedOfCase): Promise<Result> {
  const asked = queryOfCase(query, { values, caseFile });
  const answers: Result[] = [];
  for (const each of asked.values) answers.push(await runQuery(engine, { query, values: each }));
  const { result, said } = rowsOfCase(answers, { caseFile, bySurfaces: asked.said.length > 0 });
  for (const sentence of [...asked.said, ...said])
    say(`By ${name}, ${visible(sentence)} (--no-case asks without it).`);
  return result;
}

/** Queries that are shown whole, with all their parameters. */
const MOST_WHOLE = 3;

function listing(catalogue: Catalogue, words: readonly string[]): string {
  const found = catalogue.queries.filter(({ id, title, question, attack }) => {
    const text = [id, title, question, ...attack].join(' ').toLowerCase();
    return words.every((word) => text.includes(word.toLowerCase()));
  });
  if (found.length === 0)
    throw new CommandError(`no query speaks of "${words.join(' ')}"; ascribe queries lists all.`);
  if (found.length <= MOST_WHOLE) return `${found.map(queryHelp).join('\n\n')}\n`;
  const groups = Map.groupBy(found, (query) => query.id.split('/')[0]!);
  const blocks = [...groups].map(([folder, queries]) =>
    [
      `${folder}/`,
      ...queries.flatMap((query) => [
        ...hanging(`  ${query.id.padEnd(32)} `, query.title, 80),
        ...ownParameters(query).map((each) => `      ${each}`),
      ]),
    ].join('\n'),
  );
  return `${blocks.join('\n\n')}\n\nascribe query ID --help shows all parameters of a query.\n`;
}

/** Values of the parameters: what was given, else the window, else the outermost log. */
async function parameters(
  query: Query,
  { engine, options, span }: { engine: Engine; options: Options; span: Span },
): Promise<Record<string, string>> {
  const values: Record<string, string> = {};
  const known: Record<string, string> = {
    ...timeParameters(span),
    known_day: timeParameters(span).from_day!,
    windows: windowText(span),
  };
  for (const { name } of query.params) if (known[name] !== undefined) values[name] = known[name];
  if (query.params.some(({ name }) => name === 'source_id'))
    values.source_id = await logToRead(engine, { asked: options.source, span, table: tableOf(query) });
  for (const given of options.param ?? []) {
    const [, name, value] = /^([a-z_]+)=([\s\S]*)$/.exec(given) ?? [];
    if (name === undefined || value === undefined)
      throw new CommandError(`--param ${given} is not of the form name=value.`, 2);
    const type = query.params.find((param) => param.name === name)?.type;
    values[name] = type === 'timestamp' ? sqlTime(parseTime(value, `--param ${name}`)) : value;
  }
  return values;
}

/** The table of a query that reads no requests. */
function tableOf(query: Query): string | undefined {
  return /\bfrom ((?:network|dns|control)_activity)\b/.exec(query.text)?.[1];
}
