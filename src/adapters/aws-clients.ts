import { AthenaClient } from '@aws-sdk/client-athena';
import { KMSClient } from '@aws-sdk/client-kms';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';

/** `emulated` shortens time-outs, back-off and polling for the emulation test alone. */
export type Pace = { timeoutMs: number; backOffMs: number };

export const REAL_PACE: Pace = { timeoutMs: 60_000, backOffMs: 500 };
const EMULATED_PACE: Pace = { timeoutMs: 3_000, backOffMs: 40 };

export function paceOf(name: string | undefined): Pace {
  return name === 'emulated' ? EMULATED_PACE : REAL_PACE;
}

export type AwsClients = {
  pace: Pace;
  s3: S3Client;
  athena: AthenaClient;
  kms: KMSClient;
  lambda: LambdaClient;
  sns: SNSClient;
  sqs: SQSClient;
};

/**
 * Clients with the SDK's usual chain of credentials, region and endpoint; each is made when it is first used.
 * A request that hangs is given up and tried again, as one that failed on the way.
 */
export function awsClients(pace: Pace = REAL_PACE): AwsClients {
  const settings = {
    maxAttempts: 4,
    requestHandler: {
      connectionTimeout: Math.min(pace.timeoutMs, 5_000),
      requestTimeout: pace.timeoutMs,
      throwOnRequestTimeout: true,
      // A body that stalls, of which the time for the answer's head says nothing.
      socketTimeout: pace.timeoutMs,
    },
  };
  const made = new Map<string, unknown>();
  const once = <Client>(name: string, make: () => Client): Client => {
    if (!made.has(name)) made.set(name, make());
    return made.get(name) as Client;
  };
  return {
    pace,
    get s3() {
      // An endpoint of one's own has no name for each bucket.
      const forcePathStyle = Boolean(process.env.AWS_ENDPOINT_URL ?? process.env.AWS_ENDPOINT_URL_S3);
      return once('s3', () => new S3Client({ ...settings, forcePathStyle }));
    },
    get athena() {
      return once('athena', () => new AthenaClient(settings));
    },
    get kms() {
      return once('kms', () => new KMSClient(settings));
    },
    get lambda() {
      // An invocation answers when the function has: as long as a function may take.
      const requestHandler = { ...settings.requestHandler, requestTimeout: 900_000, socketTimeout: 900_000 };
      return once('lambda', () => new LambdaClient({ ...settings, requestHandler }));
    },
    get sns() {
      return once('sns', () => new SNSClient(settings));
    },
    get sqs() {
      // The endpoint that was given, where one was: a queue's URL can name another host.
      const endpoint = process.env.AWS_ENDPOINT_URL;
      return once('sqs', () => new SQSClient({ ...settings, ...(endpoint ? { endpoint } : {}) }));
    },
  };
}
