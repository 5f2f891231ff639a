import { announcedObject, takeAll } from '../adapters/announcements.ts';
import { awsClients } from '../adapters/aws-clients.ts';
import type { Threads } from '../adapters/threaded-projector.ts';
import type { Outcome } from '../ingest/pass.ts';
import { closingTable } from './closing-table.ts';
import { CommandError } from './command-error.ts';
import type { DataOptions } from './data-options.ts';
import { ingestObjects, ingestPaths, openIngest, tellProblems } from './workshop.ts';
import { widthOf } from './wrap.ts';

export type IngestRun = DataOptions & { threads: Threads; queue?: string };

/** Reads logs, or what a queue announces, into a lake, and ends with the table on standard output. */
export async function runIngest(paths: readonly string[], options: IngestRun): Promise<void> {
  const { queue } = options;
  const outcomes =
    queue === undefined
      ? (await ingestPaths(paths, { ...options, except: [options.lake] })).outcomes
      : await ingestQueue(queue, options);
  tellProblems(outcomes);
  process.stdout.write(`${closingTable(outcomes, widthOf(process.stdout))}\n`);
  if (outcomes.length > 0 && outcomes.every((outcome) => outcome.status === 'refused'))
    throw new CommandError('none of the files could be read as a log.');
}

/** Reads each object that a queue announces; one that could not be read stays announced. */
async function ingestQueue(queueUrl: string, options: IngestRun): Promise<Outcome[]> {
  const clients = awsClients();
  const workshop = await openIngest(options, clients);
  const outcomes: Outcome[] = [];
  try {
    await takeAll(clients.sqs, {
      queueUrl,
      async take({ Body = '' }) {
        const found = await announcedObject(clients.s3, Body);
        if ('problem' in found) {
          outcomes.push({ status: 'refused', name: Body, reason: found.problem, kind: 'gone' });
          return;
        }
        const [outcome] = await ingestObjects([found.object], workshop);
        if (outcome?.status === 'refused' && outcome.kind === null)
          throw new CommandError(`${outcome.name} ${outcome.reason}. It stays in the queue.`);
        if (outcome) outcomes.push(outcome);
      },
    });
    return outcomes;
  } finally {
    workshop.close();
  }
}
