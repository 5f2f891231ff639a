import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { Keys } from './keys.ts';
import { Lake } from './lake.ts';
import { lakeUrl } from './lake-place.ts';
import { LakeTables } from './lake-tables.ts';
import { PlainBucket } from './plain-bucket.ts';
import { RawBucket } from './raw-bucket.ts';
import type { Settings } from './settings.ts';
import { Vault } from './vault.ts';

export type DataStackProps = StackProps & { settings: Settings };

/** What the pipeline is given of the data stack. */
export type Data = {
  raw: IBucket;
  plain: IBucket;
  lake: IBucket;
  results: IBucket;
  vault: IBucket;
  lakeKey: IKey;
  vaultKey: IKey;
  signingKey: IKey;
};

/** What must survive: every log, every row, every piece of evidence, and the keys to them. */
export class DataStack extends Stack {
  readonly data: Data;

  constructor(scope: Construct, id: string, { settings, ...props }: DataStackProps) {
    super(scope, id, { ...props, terminationProtection: true });
    const keys = new Keys(this, 'Keys', { settings });
    const { bucket: plain } = new PlainBucket(this, 'Plain', { settings });
    const { bucket: raw } = new RawBucket(this, 'Raw', { settings, accessLogs: plain });
    const { bucket: lake, results } = new Lake(this, 'Lake', { key: keys.lake, accessLogs: plain });
    const { bucket: vault } = new Vault(this, 'Vault', { settings, key: keys.vault, accessLogs: plain });
    new LakeTables(this, 'Tables', { settings, lake });

    this.data = {
      raw,
      plain,
      lake,
      results,
      vault,
      lakeKey: keys.lake,
      vaultKey: keys.vault,
      signingKey: keys.signing,
    };
    new CfnOutput(this, 'RawUrl', {
      value: `s3://${raw.bucketName}/raw`,
      description: 'Logs go here, by producer',
    });
    new CfnOutput(this, 'S3AccessLogUrl', {
      value: `s3://${plain.bucketName}/raw/s3-access`,
      description: 'Access logs of S3 buckets go here',
    });
    new CfnOutput(this, 'LakeUrl', { value: lakeUrl({ lake, settings }), description: 'For --lake' });
    new CfnOutput(this, 'VaultUrl', { value: `s3://${vault.bucketName}`, description: 'Evidence' });
    new CfnOutput(this, 'SigningKeyArn', {
      value: keys.signing.keyArn,
      description: 'Signs seals and packages',
    });
  }
}
