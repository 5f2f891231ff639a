import { type Conditions, Effect, PolicyStatement, StarPrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IBucket } from 'aws-cdk-lib/aws-s3';

export type Grant = {
  sid: string;
  actions: string[];
  resources: string[];
  conditions?: Conditions;
};

export function allow({ sid, actions, resources, conditions }: Grant): PolicyStatement {
  return new PolicyStatement({ sid, actions, resources, ...(conditions ? { conditions } : {}) });
}

/** Names of keys. On the whole bucket: with a condition on the prefix, S3 answers 403 instead of 404 for a missing key. */
export function mayList(sid: string, ...buckets: IBucket[]): PolicyStatement {
  return allow({ sid, actions: ['s3:ListBucket'], resources: buckets.map((bucket) => bucket.bucketArn) });
}

export function objectsOf(bucket: IBucket, ...patterns: string[]): string[] {
  return patterns.map((pattern) => bucket.arnForObjects(pattern));
}

/** What S3 asks of the caller's key: to read, and to write. */
export function mayDecrypt(sid: string, ...keys: IKey[]): PolicyStatement {
  return allow({ sid, actions: ['kms:Decrypt'], resources: keys.map((key) => key.keyArn) });
}

export function mayEncrypt(sid: string, ...keys: IKey[]): PolicyStatement {
  return allow({
    sid,
    actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
    resources: keys.map((key) => key.keyArn),
  });
}

/**
 * No principal of any account deletes, whatever its own policies allow, save those named. The account's root user
 * can always take the bucket policy away (S3 lets no policy shut it out), and CloudFormation may change it: the
 * statement names neither, so that a deployment can never lock itself out.
 */
export function nobodyDeletes(bucket: IBucket, breakGlass: readonly string[]): PolicyStatement {
  return new PolicyStatement({
    sid: 'NobodyDeletes',
    effect: Effect.DENY,
    principals: [new StarPrincipal()],
    actions: ['s3:DeleteObject', 's3:DeleteObjectVersion', 's3:BypassGovernanceRetention'],
    resources: [bucket.arnForObjects('*')],
    ...saveFor(breakGlass),
  });
}

/** The condition of a denial to everyone save those named; none named: to everyone. */
export function saveFor(breakGlass: readonly string[]): { conditions?: Conditions } {
  return breakGlass.length > 0 ? { conditions: { ArnNotEquals: { 'aws:PrincipalArn': breakGlass } } } : {};
}

/**
 * What is written is new: no write goes over a key that is there, not even as a version above it that readers would
 * take for the evidence. An upload in pieces says so when it is completed: its pieces and its beginning cannot.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html
 */
export function nobodyOverwrites(bucket: IBucket): PolicyStatement {
  return new PolicyStatement({
    sid: 'NobodyOverwrites',
    effect: Effect.DENY,
    principals: [new StarPrincipal()],
    actions: ['s3:PutObject'],
    resources: [bucket.arnForObjects('*')],
    conditions: { Null: { 's3:if-none-match': 'true' }, Bool: { 's3:ObjectCreationOperation': 'true' } },
  });
}
