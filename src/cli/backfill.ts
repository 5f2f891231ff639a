import type { Command } from 'commander';
import { announceAll } from '../adapters/announcements.ts';
import { awsClients } from '../adapters/aws-clients.ts';
import { isInS3, openLakeStore } from '../adapters/lake-location.ts';
import { parseS3Url } from '../adapters/s3-store.ts';
import { versionsWithoutCustody } from '../adapters/sweep.ts';
import { CommandError } from './command-error.ts';
import { tell } from './wrap.ts';

export function addBackfill(program: Command): void {
  program
    .command('backfill')
    .description('Announce logs that are older than the deployment to its ingest queue')
    .argument('<place...>', 'where they lie: s3://bucket/prefix')
    .requiredOption('--lake <place>', 'the lake of the deployment: s3://bucket, an output of the stack')
    .requiredOption('--queue <url>', 'its ingest queue, an output of the stack')
    .option('--again', 'also those that custody knows: the lake reads what it lacks')
    .addHelpText(
      'after',
      '\nExample:\n  $ ascribe backfill s3://example-raw/raw/alb --lake s3://example-lake --queue https://sqs.eu-west-2.amazonaws.com/123456789012/ascribe-ingest',
    )
    .action(
      async (
        places: string[],
        { lake, queue, again = false }: { lake: string; queue: string; again?: boolean },
      ) => {
        const strange = [lake, ...places].find((place) => !isInS3(place));
        if (strange) throw new CommandError(`${strange} is no place in S3: give s3://bucket/prefix.`, 2);
        const clients = awsClients();
        const store = await openLakeStore(lake, clients);
        for (const place of places) {
          const versions = versionsWithoutCustody({
            ...{ store, client: clients.s3, place: parseS3Url(place), again },
          });
          const announced = await announceAll(clients.sqs, { queueUrl: queue, versions });
          tell(`${place}: ${announced.toLocaleString('en-GB')} versions were announced.`);
        }
      },
    );
}
