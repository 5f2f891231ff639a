import type { Command } from 'commander';
import { startThreads } from '../adapters/threaded-projector.ts';
import { CommandError } from './command-error.ts';
import { addDataOptions, type DataOptions, takenPath } from './data-options.ts';
import { DEFAULT_LAKE } from './default-places.ts';

export function addIngest(program: Command): void {
  const command = program
    .command('ingest')
    .description('Read logs into a lake, without a report')
    .argument('[path...]', 'log files, folders, globs or s3://bucket/prefix, compressed or not')
    .option('--lake <place>', 'the lake: a folder, or s3://bucket/prefix', DEFAULT_LAKE)
    .option('--queue <url>', "read what a deployment's oversize queue holds, instead of paths");
  addDataOptions(command)
    .addHelpText('after', '\nExample:\n  $ ascribe ingest access.log.*.gz --lake case-7/lake')
    .action(async (paths: string[], options: DataOptions & { queue?: string }) => {
      if ((paths.length === 0) === (options.queue === undefined))
        throw new CommandError(
          `give either logs to read or --queue (ascribe ingest --help shows the options).${takenPath(options)}`,
          2,
        );
      // The first thread and this one load what they run side by side.
      const threads = startThreads();
      try {
        const { runIngest } = await import('./run-ingest.ts');
        await runIngest(paths, { ...options, threads });
      } finally {
        threads.close();
      }
    });
}
