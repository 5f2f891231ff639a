import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type IBucket,
  ObjectLockRetention,
  ObjectOwnership,
  StorageClass,
} from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { SERVER_ACCESS_PREFIX } from './plain-bucket.ts';
import type { Settings } from './settings.ts';
import { nobodyDeletes, nobodyOverwrites } from './statements.ts';

export type VaultProps = { settings: Settings; key: IKey; accessLogs: IBucket };

/** Custody, seals, reports, packages and alerts: whatever is written here is locked from that moment on. */
export class Vault extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, { settings, key, accessLogs }: VaultProps) {
    super(scope, id);
    const days = Duration.days(settings.vaultRetentionDays);
    this.bucket = new Bucket(this, 'Bucket', {
      encryption: BucketEncryption.KMS,
      encryptionKey: key,
      bucketKeyEnabled: true,
      versioned: true,
      objectLockEnabled: true,
      objectLockDefaultRetention:
        settings.vaultRetentionMode === 'COMPLIANCE'
          ? ObjectLockRetention.compliance(days)
          : ObjectLockRetention.governance(days),
      enforceSSL: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      serverAccessLogsBucket: accessLogs,
      serverAccessLogsPrefix: `${SERVER_ACCESS_PREFIX}vault/`,
      removalPolicy: RemovalPolicy.RETAIN,
      lifecycleRules: [
        {
          id: 'evidence-cools',
          transitions: [
            { storageClass: StorageClass.GLACIER_INSTANT_RETRIEVAL, transitionAfter: Duration.days(90) },
          ],
        },
        { id: 'uploads-end', abortIncompleteMultipartUploadAfter: Duration.days(7) },
      ],
    });
    this.bucket.addToResourcePolicy(nobodyDeletes(this.bucket, settings.breakGlass));
    this.bucket.addToResourcePolicy(nobodyOverwrites(this.bucket));
  }
}
