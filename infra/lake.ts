import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type IBucket,
  ObjectOwnership,
  StorageClass,
} from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { SERVER_ACCESS_PREFIX } from './plain-bucket.ts';

export type LakeProps = { key: IKey; accessLogs: IBucket };

/** The lake itself (parts and commit markers), and the bucket that Athena leaves results in. */
export class Lake extends Construct {
  readonly bucket: Bucket;
  readonly results: Bucket;

  constructor(scope: Construct, id: string, { key, accessLogs }: LakeProps) {
    super(scope, id);
    const alike = {
      encryption: BucketEncryption.KMS,
      encryptionKey: key,
      bucketKeyEnabled: true,
      versioned: true,
      enforceSSL: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      serverAccessLogsBucket: accessLogs,
      removalPolicy: RemovalPolicy.RETAIN,
    };
    this.bucket = new Bucket(this, 'Bucket', {
      ...alike,
      serverAccessLogsPrefix: `${SERVER_ACCESS_PREFIX}lake/`,
      lifecycleRules: [
        {
          id: 'parts-cool',
          transitions: [
            { storageClass: StorageClass.INTELLIGENT_TIERING, transitionAfter: Duration.days(30) },
          ],
        },
        // Parts are written again only with the same bytes, or by a reingest from the locked originals.
        { id: 'former-parts-end', noncurrentVersionExpiration: Duration.days(90) },
        { id: 'uploads-end', abortIncompleteMultipartUploadAfter: Duration.days(7) },
      ],
    });
    // Results repeat what lake and reports hold; with the addresses in them they are not to be kept longer than used.
    this.results = new Bucket(this, 'Results', {
      ...alike,
      serverAccessLogsPrefix: `${SERVER_ACCESS_PREFIX}results/`,
      lifecycleRules: [
        {
          id: 'results-end',
          expiration: Duration.days(7),
          noncurrentVersionExpiration: Duration.days(1),
          abortIncompleteMultipartUploadAfter: Duration.days(1),
        },
      ],
    });
  }
}
