import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type IBucket,
  ObjectOwnership,
  StorageClass,
} from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { announceObjects } from './announcements.ts';
import { SERVER_ACCESS_PREFIX } from './plain-bucket.ts';
import { deliveryStatements, PRODUCERS } from './producers.ts';
import type { Settings } from './settings.ts';
import { nobodyDeletes } from './statements.ts';

export type RawBucketProps = { settings: Settings; accessLogs: IBucket };

/**
 * Takes the logs as their producers deliver them. Object Lock is on without a default retention, which would refuse
 * writers that send no checksum: the ingest locks each version once it has hashed it. SSE-S3, since an ALB delivers
 * to nothing else.
 */
export class RawBucket extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, { settings, accessLogs }: RawBucketProps) {
    super(scope, id);
    this.bucket = new Bucket(this, 'Bucket', {
      ...(settings.rawBucketName === '' ? {} : { bucketName: settings.rawBucketName }),
      encryption: BucketEncryption.S3_MANAGED,
      versioned: true,
      objectLockEnabled: true,
      enforceSSL: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      serverAccessLogsBucket: accessLogs,
      serverAccessLogsPrefix: `${SERVER_ACCESS_PREFIX}raw/`,
      removalPolicy: RemovalPolicy.RETAIN,
      lifecycleRules: [
        // Read at once when evidence is exported, so no class that has to be thawed.
        {
          id: 'raw-logs-cool',
          transitions: [
            { storageClass: StorageClass.GLACIER_INSTANT_RETRIEVAL, transitionAfter: Duration.days(30) },
          ],
          noncurrentVersionTransitions: [
            { storageClass: StorageClass.GLACIER_INSTANT_RETRIEVAL, transitionAfter: Duration.days(30) },
          ],
        },
        // Logpush leaves broken uploads behind.
        { id: 'uploads-end', abortIncompleteMultipartUploadAfter: Duration.days(7) },
      ],
    });
    announceObjects(this.bucket);
    const here = PRODUCERS.filter((name) => name !== 's3-access');
    for (const statement of deliveryStatements(this.bucket, settings, here))
      this.bucket.addToResourcePolicy(statement);
    this.bucket.addToResourcePolicy(nobodyDeletes(this.bucket, settings.breakGlass));
  }
}
