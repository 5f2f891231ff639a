import { Duration } from 'aws-cdk-lib';
import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { NETWORKS_NAME } from './bundle.ts';
import type { Data } from './data-stack.ts';
import { DeployedFunction, type FunctionSurroundings } from './deployed-function.ts';
import { inLake, lakeUrl } from './lake-place.ts';
import { mayListPlaces, type Place } from './places.ts';
import type { Queues } from './queues.ts';
import { allow, mayEncrypt, mayList, objectsOf } from './statements.ts';

export type IngestProps = {
  surroundings: FunctionSurroundings;
  data: Data;
  places: Place[];
  queues: Queues;
};

/** Announced log objects to rows, commit marker and custody; the version is locked once it is hashed. */
export class Ingest extends Construct {
  readonly deployed: DeployedFunction<'ingest'>;

  constructor(scope: Construct, id: string, { surroundings, data, places, queues }: IngestProps) {
    super(scope, id);
    const { settings } = surroundings;
    this.deployed = new DeployedFunction(this, 'Ingest', {
      name: 'ingest',
      about: 'Reads log objects into the lake and records their custody',
      surroundings,
      memory: settings.ingestMemory,
      timeout: settings.ingestTimeout,
      storage: 2048,
      environment: {
        LAKE_URL: lakeUrl({ lake: data.lake, settings }),
        VAULT_URL: `s3://${data.vault.bucketName}`,
        RAW_BUCKET: data.raw.bucketName,
        RAW_RETENTION_MODE: settings.rawRetentionMode,
        RAW_RETENTION_DAYS: String(settings.rawRetentionDays),
        QUARANTINE_QUEUE_URL: queues.quarantine.queueUrl,
        OVERSIZE_QUEUE_URL: queues.oversize.queueUrl,
        MOST_STORED_BYTES: String(settings.mostStoredBytes),
        SOURCE_LABEL: settings.sourceLabel,
        NETWORKS_FILE: settings.networksFile === '' ? '' : NETWORKS_NAME,
        TRUSTED_PROXIES: settings.trustedProxies.join(' '),
      },
      grants: [
        allow({
          sid: 'ReadRaw',
          actions: ['s3:GetObject', 's3:GetObjectVersion'],
          resources: places.map(({ bucketArn, prefix }) => `${bucketArn}/${prefix}*`),
        }),
        // Ours alone: what lies in a bucket of the user's is theirs to lock.
        allow({
          sid: 'LockRaw',
          actions: ['s3:PutObjectRetention'],
          resources: objectsOf(data.raw, 'raw/*'),
        }),
        allow({
          sid: 'Lake',
          actions: ['s3:GetObject', 's3:PutObject'],
          resources: inLake({ lake: data.lake, settings }, '*'),
        }),
        allow({
          sid: 'Custody',
          actions: ['s3:GetObject', 's3:PutObject'],
          resources: objectsOf(data.vault, 'custody/*', 'deferred/*'),
        }),
        mayList('ListLakeAndVault', data.lake, data.vault),
        mayListPlaces(places),
        mayEncrypt('Keys', data.lakeKey, data.vaultKey),
        ...(settings.attachedLogKeys.length > 0
          ? [allow({ sid: 'AttachedKeys', actions: ['kms:Decrypt'], resources: settings.attachedLogKeys })]
          : []),
        allow({
          sid: 'TakeMessages',
          actions: [
            'sqs:ChangeMessageVisibility',
            'sqs:DeleteMessage',
            'sqs:GetQueueAttributes',
            'sqs:ReceiveMessage',
          ],
          resources: [queues.ingest.queueArn],
        }),
        allow({
          sid: 'SetAside',
          actions: ['sqs:SendMessage'],
          resources: [queues.quarantine.queueArn, queues.oversize.queueArn],
        }),
      ],
    });
    const source = new EventSourceMapping(this, 'Source', {
      target: this.deployed.lambda,
      eventSourceArn: queues.ingest.queueArn,
      batchSize: 10,
      reportBatchItemFailures: true,
      maxConcurrency: settings.ingestConcurrency,
      maxBatchingWindow: Duration.seconds(settings.pace === 'emulated' ? 0 : 5),
    });
    source.node.addDependency(this.deployed.policy);
  }
}
