import type { Command } from 'commander';
import { readText } from '../adapters/report-folder.ts';
import { CommandError } from './command-error.ts';
import { addLakeOptions, type LakeOptions, openForQueries } from './lake.ts';
import { addOutputOptions, formatOf, giveResult, type OutputOptions } from './result-output.ts';

type Options = OutputOptions & LakeOptions & { file?: string };

export function addSql(program: Command): void {
  const command = program
    .command('sql')
    .description(
      'Run any query on the lake: http_activity, network_activity, dns_activity, control_activity, minute_activity, rejects, notices, autonomous_systems',
    )
    .argument('[query]', 'SQL, in the dialect of Athena or DuckDB');
  addOutputOptions(addLakeOptions(command))
    .option('-f, --file <file>', 'a file that holds the query')
    .addHelpText(
      'after',
      '\nOn DuckDB regexp_replace, date_add and count_if are those of Athena; its own are system.main.regexp_replace and so on (docs/lake.md).\n\nExample:\n  $ ascribe sql "select status_code, count(*) from http_activity group by 1 order by 2 desc"\n  $ ascribe sql --file question.sql --format parquet --out answer.parquet',
    )
    .action(async (query: string | undefined, options: Options) => {
      formatOf(options);
      const sql = await queryOf(query, options);
      const { engine } = await openForQueries(options);
      try {
        await giveResult(await engine.run(sql), options);
      } finally {
        await engine.close();
      }
    });
}

/** The query that was given, in the command or in a file. Throws CommandError where it is in neither, or in both. */
async function queryOf(query: string | undefined, { file }: Options): Promise<string> {
  if (file === undefined && query !== undefined) return query;
  if (file === undefined) throw new CommandError('give a query, or with --file a file that holds one.', 2);
  if (query !== undefined) throw new CommandError('give either a query or --file, not both.', 2);
  const text = await readText(file);
  if (text === null) throw new CommandError(`there is no file ${file}: give one that holds a query.`, 2);
  return text;
}
