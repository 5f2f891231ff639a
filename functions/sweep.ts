import { announceAll } from '../src/adapters/announcements.ts';
import { awsClients, paceOf } from '../src/adapters/aws-clients.ts';
import { cloudStore } from '../src/adapters/lake-location.ts';
import { parseS3Url } from '../src/adapters/s3-store.ts';
import { versionsWithoutCustody } from '../src/adapters/sweep.ts';
import { readEnvironment } from './environment.ts';
import { logger, observed } from './telemetry.ts';

const environment = readEnvironment('sweep', process.env);
const clients = awsClients(paceOf(environment.PACE));
const store = cloudStore(clients, { lake: environment.LAKE_URL, vault: environment.VAULT_URL });

/** Announces every version of raw logs that custody does not know: events get lost, and logs can be older than the stack. */
export const handler = observed<unknown, { announced: number }>(async () => {
  let announced = 0;
  const failures: unknown[] = [];
  for (const url of environment.RAW_URLS.split(' ').filter(Boolean)) {
    const place = parseS3Url(url);
    const versions = versionsWithoutCustody({ store, client: clients.s3, place });
    // A place that can't be listed must not keep back the others.
    await announceAll(clients.sqs, { queueUrl: environment.INGEST_QUEUE_URL, versions })
      .then((sent) => (announced += sent))
      .catch((error: unknown) => failures.push(error));
  }
  logger.info('Swept the raw logs', { announced });
  if (failures.length > 0) throw new AggregateError(failures, failures.map(String).join('; '));
  return { announced };
});
