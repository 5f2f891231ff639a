import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  ObjectOwnership,
  StorageClass,
} from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { announceObjects } from './announcements.ts';
import { deliveryStatements, RAW_PREFIX } from './producers.ts';
import type { Settings } from './settings.ts';
import { nobodyDeletes } from './statements.ts';

export type PlainBucketProps = { settings: Settings };

/** Where S3 writes the access logs of our own buckets, each below its name. */
export const SERVER_ACCESS_PREFIX = 'server-access/';

/**
 * Takes what S3's log delivery writes: access logs of our buckets, and those of buckets under investigation below
 * `raw/s3-access/`. Never locked: S3 refuses to deliver into a bucket with Object Lock retention, and encrypts with
 * SSE-S3 alone.
 */
export class PlainBucket extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, { settings }: PlainBucketProps) {
    super(scope, id);
    this.bucket = new Bucket(this, 'Bucket', {
      encryption: BucketEncryption.S3_MANAGED,
      versioned: true,
      enforceSSL: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      removalPolicy: RemovalPolicy.RETAIN,
      lifecycleRules: [
        {
          id: 'server-access-ends',
          prefix: SERVER_ACCESS_PREFIX,
          expiration: Duration.days(400),
          noncurrentVersionExpiration: Duration.days(30),
        },
        { id: 'uploads-end', abortIncompleteMultipartUploadAfter: Duration.days(7) },
        {
          id: 'raw-logs-cool',
          prefix: RAW_PREFIX,
          transitions: [
            { storageClass: StorageClass.GLACIER_INSTANT_RETRIEVAL, transitionAfter: Duration.days(30) },
          ],
        },
      ],
    });
    announceObjects(this.bucket);
    for (const statement of deliveryStatements(this.bucket, settings, ['s3-access']))
      this.bucket.addToResourcePolicy(statement);
    this.bucket.addToResourcePolicy(nobodyDeletes(this.bucket, settings.breakGlass));
  }
}
