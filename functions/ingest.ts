import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { announcedObject, handOn } from '../src/adapters/announcements.ts';
import { awsClients, paceOf } from '../src/adapters/aws-clients.ts';
import { openCloudWorkshop } from '../src/adapters/cloud-workshop.ts';
import { type Announcement, deliver } from '../src/ingest/deliver.ts';
import { type LogObject, OutOfTimeError } from '../src/ingest/pass.ts';
import { readEnvironment } from './environment.ts';
import { count, logger, observed } from './telemetry.ts';

const environment = readEnvironment('ingest', process.env);
const clients = awsClients(paceOf(environment.PACE));
const workshop = openCloudWorkshop(clients, environment);

/** What is left of the time of a run for its last steps. */
const LAST_STEPS_MS = 15_000;

const handOnTo = (queueUrl: string) => (message: LogObject | string, reason: string) =>
  handOn(clients.sqs, { queueUrl, message, reason });
const quarantine = handOnTo(environment.QUARANTINE_QUEUE_URL);

/** Reads announced objects. A message is done when its object is, for good; all others are given again. */
export const handler = observed<SQSEvent, SQSBatchResponse>(async ({ Records }, context) => {
  const { context: tools, clearStage } = await workshop();
  const failed: string[] = [];
  const announcements: Announcement[] = [];
  for (const { messageId, body } of Records) {
    try {
      const found = await announcedObject(clients.s3, body);
      if ('problem' in found) await quarantine(body, found.problem);
      else announcements.push({ messageId, ...found });
    } catch (error) {
      failed.push(messageId);
      logger.error('A message could not be looked into', error as Error);
    }
  }
  const done = await deliver(announcements, {
    ...tools,
    mostStoredBytes: Number(environment.MOST_STORED_BYTES),
    quarantine,
    setAside: handOnTo(environment.OVERSIZE_QUEUE_URL),
    checkTime() {
      if (context.getRemainingTimeInMillis() < LAST_STEPS_MS) throw new OutOfTimeError();
    },
  });
  clearStage();
  for (const { name, error } of done.errors)
    logger.error('An object could not be ingested', { object: name, reason: String(error) });
  count('Records', done.records);
  count('Rejects', done.rejects);
  count('Refused', done.refused);
  count('Deferred', done.deferred);
  return {
    batchItemFailures: [...failed, ...done.failed].map((itemIdentifier) => ({ itemIdentifier })),
  };
});
