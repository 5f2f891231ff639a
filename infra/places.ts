import { Aws } from 'aws-cdk-lib';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Data } from './data-stack.ts';
import { RAW_PREFIX } from './producers.ts';
import type { Settings } from './settings.ts';
import { allow } from './statements.ts';

/** A place of raw logs: ours, or a bucket of the user's. */
export type Place = {
  bucketName: string;
  bucketArn: string;
  /** With its last slash; empty for a whole bucket. */
  prefix: string;
};

/** Every place that logs are read from: the raw bucket, the plain one, and those attached. */
export function rawPlaces({ raw, plain }: Data, { attachedLogs }: Settings): Place[] {
  return [
    ...[raw, plain].map(({ bucketName, bucketArn }) => ({ bucketName, bucketArn, prefix: RAW_PREFIX })),
    ...attachedLogs.map((url) => {
      const [bucketName = '', ...path] = url.slice('s3://'.length).replace(/\/+$/, '').split('/');
      return {
        bucketName,
        bucketArn: `arn:${Aws.PARTITION}:s3:::${bucketName}`,
        prefix: path.length > 0 ? `${path.join('/')}/` : '',
      };
    }),
  ];
}

export function placeUrl({ bucketName, prefix }: Place): string {
  return prefix === '' ? `s3://${bucketName}` : `s3://${bucketName}/${prefix.slice(0, -1)}`;
}

/** Without it S3 answers for a log that is gone as for one that may not be read, and the ingest would try for ever. */
export function mayListPlaces(places: Place[]): PolicyStatement {
  return allow({ sid: 'SeeWhatIsGone', actions: ['s3:ListBucket'], resources: bucketsOf(places) });
}

export function bucketsOf(places: Place[]): string[] {
  return [...new Set(places.map(({ bucketArn }) => bucketArn))];
}
