import { Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import type { Bucket, CfnBucket } from 'aws-cdk-lib/aws-s3';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Place } from './places.ts';

export type AnnouncementsProps = { places: Place[]; queue: IQueue; deadLetters: IQueue };

/**
 * S3 tells EventBridge of each object, EventBridge the queue: one rule a place. A bucket of the user's announces only
 * once its owner has turned EventBridge on; until then the daily sweep finds its objects.
 */
export class Announcements extends Construct {
  constructor(scope: Construct, id: string, { places, queue, deadLetters }: AnnouncementsProps) {
    super(scope, id);
    for (const [index, place] of places.entries()) {
      new Rule(this, `Place${index}`, {
        description: 'Ascribe: a log object was put where logs are read',
        eventPattern: {
          source: ['aws.s3'],
          detailType: ['Object Created'],
          detail: {
            bucket: { name: [place.bucketName] },
            ...(place.prefix === '' ? {} : { object: { key: [{ prefix: place.prefix }] } }),
          },
        },
        targets: [new SqsQueue(queue, { deadLetterQueue: deadLetters, retryAttempts: 185 })],
      });
    }
  }
}

/** Turns EventBridge on for a bucket of ours; the construct's own way is a custom resource with one more function. */
export function announceObjects(bucket: Bucket): void {
  (bucket.node.defaultChild as CfnBucket).notificationConfiguration = {
    eventBridgeConfiguration: { eventBridgeEnabled: true },
  };
}
