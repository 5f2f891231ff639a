import { Construct } from 'constructs';
import type { Data } from './data-stack.ts';
import { DeployedFunction, type FunctionSurroundings } from './deployed-function.ts';
import { lakeUrl } from './lake-place.ts';
import { bucketsOf, type Place, placeUrl } from './places.ts';
import type { Queues } from './queues.ts';
import { allow, mayList } from './statements.ts';

export type SweepProps = {
  surroundings: FunctionSurroundings;
  data: Data;
  places: Place[];
  queues: Queues;
};

/** Finds what was never announced: every raw version without a custody record goes to the queue. It reads no log. */
export class Sweep extends Construct {
  readonly deployed: DeployedFunction<'sweep'>;

  constructor(scope: Construct, id: string, { surroundings, data, places, queues }: SweepProps) {
    super(scope, id);
    const { settings } = surroundings;
    this.deployed = new DeployedFunction(this, 'Sweep', {
      name: 'sweep',
      about: 'Enqueues every raw version that has no custody record',
      surroundings,
      memory: 512,
      timeout: 900,
      isScheduled: true,
      environment: {
        LAKE_URL: lakeUrl({ lake: data.lake, settings }),
        VAULT_URL: `s3://${data.vault.bucketName}`,
        RAW_URLS: places.map(placeUrl).join(' '),
        INGEST_QUEUE_URL: queues.ingest.queueUrl,
      },
      grants: [
        allow({
          sid: 'ListRaw',
          actions: ['s3:ListBucketVersions'],
          resources: bucketsOf(places),
        }),
        mayList('ListCustody', data.vault),
        allow({ sid: 'Enqueue', actions: ['sqs:SendMessage'], resources: [queues.ingest.queueArn] }),
      ],
    });
  }
}
