import { announcedObject, takeAll } from '../adapters/announcements.ts';
import { awsClients } from '../adapters/aws-clients.ts';
import type { Threads } from '../adapters/threaded-projector.ts';
import { isArchiveInS3 } from '../ingest/archive.ts';
import type { Outcome } from '../ingest/pass.ts';
import { addLedgers, NO_RECORDS } from '../lake/marker.ts';
import { CommandError } from './command-error.ts';
import type { DataOptions } from './data-options.ts';
import {
  type Ingested,
  ingestedOf,
  ingestFound,
  ingestPacked,
  isUnread,
  refuseUnread,
  together,
} from './ingest-found.ts';
import { ingestPaths, openIngest, tellProblems } from './workshop.ts';

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
  process.stdout.write(`${closingTable(ingested)}\n`);
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

/** records = rows + rejects + headers + blanks + notices, by format. */
export function closingTable({ outcomes, faults, unread }: Ingested): string {
  const read = outcomes.filter((outcome) => outcome.status !== 'refused');
  const groups = Map.groupBy(read, (outcome) => outcome.marker.format);
  const lines = [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([format, group]) => line(format, group));
  const again = read.filter((outcome) => outcome.status === 'already-there').length;
  const refused = outcomes.length - read.length - outcomes.filter(isUnread).length + faults;
  return [
    'format                      objects      records =       rows +  rejects +  headers +   blanks +  notices',
    ...lines,
    ...(groups.size > 1 ? [line('all', read)] : []),
    ...(again > 0 ? [`${again} of the objects were there already: their rows stay once.`] : []),
    ...(refused > 0 ? [`${refused} refused: the reasons are above.`] : []),
    ...(unread.length > 0 ? [`${unread.length} could not be read: the reasons are above.`] : []),
  ].join('\n');
}

function line(name: string, outcomes: readonly Exclude<Outcome, { status: 'refused' }>[]): string {
  const sum = outcomes.map((outcome) => outcome.marker.ledger).reduce(addLedgers, NO_RECORDS);
  const number = (value: number, width: number): string => value.toLocaleString('en-GB').padStart(width);
  return `${name.padEnd(26)} ${number(outcomes.length, 8)} ${number(sum.records, 12)} ${number(sum.rows, 12)} ${number(sum.rejects, 10)} ${number(sum.headers, 10)} ${number(sum.blanks, 10)} ${number(sum.notices, 10)}`;
}
