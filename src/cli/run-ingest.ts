import { announcedObject, takeAll } from '../adapters/announcements.ts';
import { awsClients } from '../adapters/aws-clients.ts';
import type { Threads } from '../adapters/threaded-projector.ts';
import { isArchiveInS3 } from '../ingest/archive.ts';
import { closingTable } from './closing-table.ts';
import { CommandError } from './command-error.ts';
import type { DataOptions } from './data-options.ts';
import {
  type Ingested,
  ingestedOf,
  ingestFound,
  ingestPacked,
  refuseUnread,
  together,
} from './ingest-found.ts';
import { ingestPaths, openIngest, tellProblems } from './workshop.ts';
import { widthOf } from './wrap.ts';

export type IngestRun = DataOptions & { threads: Threads; queue?: string };

/** Reads logs, or what a queue announces, into a lake, and ends with the table on standard output. */
export async function runIngest(paths: readonly string[], options: IngestRun): Promise<void> {
  const { queue } = options;
  const ingested =
    queue === undefined
      ? await ingestPaths(paths, { ...options, except: [options.lake] })
      : await ingestQueue(queue, options);
  const { outcomes, faults } = ingested;
  tellProblems(outcomes);
  process.stdout.write(`${closingTable(ingested, widthOf(process.stdout))}\n`);
  if (outcomes.length + faults > 0 && outcomes.every((outcome) => outcome.status === 'refused'))
    throw new CommandError('none of the files could be read as a log.');
  refuseUnread(ingested);
}

/** Reads each object that a queue announces; one that could not be read stays announced. */
async function ingestQueue(queueUrl: string, options: IngestRun): Promise<Ingested> {
  const clients = awsClients();
  const workshop = await openIngest(options, clients);
  let all = ingestedOf([]);
  try {
    await takeAll(clients.sqs, {
      queueUrl,
      async take({ Body = '' }) {
        const found = await announcedObject(clients.s3, Body);
        if ('problem' in found) {
          all = together(
            all,
            ingestedOf([{ status: 'refused', name: Body, reason: found.problem, kind: 'gone' }]),
          );
          return;
        }
        const { object } = found;
        const taken = isArchiveInS3(object.delivery)
          ? await ingestPacked(object, workshop)
          : await ingestFound({ objects: [object], archives: [] }, workshop);
        const failed = taken.outcomes.find((each) => each.status === 'refused' && each.kind === null);
        if (failed?.status === 'refused')
          throw new CommandError(`${failed.name} ${failed.reason}. It stays in the queue.`);
        all = together(all, taken);
      },
    });
    return all;
  } finally {
    workshop.close();
  }
}
