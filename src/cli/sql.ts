import type { Command } from 'commander';
import { addLakeOptions, type LakeOptions, openForQueries } from './lake.ts';
import { type OutputOptions, printResult } from './table.ts';

export function addSql(program: Command): void {
  const command = program
    .command('sql')
    .description('Run any query on the lake: http_activity, minute_activity, rejects, autonomous_systems')
    .argument('<query>', 'SQL, in the dialect of Athena or DuckDB');
  addLakeOptions(command)
    .option('--json', 'JSON instead of a table')
    .option('--csv', 'CSV instead of a table, safe to open in a spreadsheet')
    .addHelpText(
      'after',
      '\nExample:\n  $ ascribe sql "select status_code, count(*) from http_activity group by 1 order by 2 desc"',
    )
    .action(async (query: string, options: OutputOptions & LakeOptions) => {
      const { engine } = await openForQueries(options);
      try {
        printResult(await engine.run(query), options);
      } finally {
        await engine.close();
      }
    });
}
