/** Which permissions a recorded call needs, those of the keys that its service uses for the caller among them. */
import { type Call, region } from './emulation/calls.ts';
import type { Deployed } from './emulation/deployed.ts';

export type Need = { action: string; resource: string; context: Record<string, string> };

/** Keys by which what is stored or sent is encrypted. */
export type Encryption = { buckets: ReadonlyMap<string, string>; topics: ReadonlyMap<string, string> };

/** S3's operations whose permission has another name; a version asks for one of its own. */
const s3Actions: Record<string, string> = {
  HeadObject: 'GetObject',
  ListObjects: 'ListBucket',
  ListObjectsV2: 'ListBucket',
  HeadBucket: 'ListBucket',
  ListObjectVersions: 'ListBucketVersions',
  CreateMultipartUpload: 'PutObject',
  UploadPart: 'PutObject',
  CompleteMultipartUpload: 'PutObject',
  ListParts: 'ListMultipartUploadParts',
};
/** Those whose permission is called as they are. */
const s3Alike =
  /^(GetObject|PutObject|DeleteObject|AbortMultipartUpload|GetBucketLocation|PutObjectRetention|GetObjectRetention)$/;
const versioned = /^(GetObject|DeleteObject)$/;

const sqsActions: Record<string, string> = {
  SendMessageBatch: 'SendMessage',
  DeleteMessageBatch: 'DeleteMessage',
};

export function needsOf(call: Call, by: { encryption: Encryption; glue: readonly string[] }): Need[] {
  const one = (action: string, resource = call.resource, context = {}): Need => ({
    action,
    resource,
    context,
  });
  switch (call.service) {
    case 's3':
      return s3Needs(call, by.encryption);
    case 'sqs':
      return [one(`sqs:${sqsActions[call.action] ?? call.action}`)];
    case 'sns': {
      const key = by.encryption.topics.get(call.resource);
      return [
        one(`sns:${call.action}`),
        ...(key ? writesWith(key, 'sns').concat(readsWith(key, 'sns')) : []),
      ];
    }
    case 'lambda':
      if (call.action !== 'Invoke') break;
      return [one('lambda:InvokeFunction')];
    case 'glue':
      // The record does not name the table: each that there is must be allowed, with its database and the catalogue.
      return by.glue.map((arn) => one(`glue:${call.action}`, arn));
    case 'kms':
    case 'athena':
      return [one(`${call.service}:${call.action}`)];
  }
  throw new Error(`the audit does not know what ${call.service}:${call.action} needs`);
}

function s3Needs(call: Call, { buckets }: Encryption): Need[] {
  const { action: called, resource, details, status } = call;
  const bucketArn = resource.split('/')[0]!;
  const key = buckets.get(bucketArn.split(':::')[1]!);
  let action = s3Actions[called] ?? called;
  if (!(called in s3Actions) && !s3Alike.test(called))
    throw new Error(`the audit does not know what s3:${called} needs`);
  if (details.versionId !== undefined && versioned.test(action)) action = `${action}Version`;
  const context = s3Context(call);
  const needs: Need[] = [{ action: `s3:${action}`, resource, context }];
  const isReading = /^(Get|Head)Object$/.test(called);
  // Without it S3 answers 403 where the object is not there, and the function could not tell.
  if (isReading && status === 404) needs.push({ action: 's3:ListBucket', resource: bucketArn, context: {} });
  if (details['x-amz-object-lock-mode'] !== undefined)
    needs.push({ action: 's3:PutObjectRetention', resource, context: {} });
  if (details['x-amz-bypass-governance-retention'] !== undefined)
    needs.push({ action: 's3:BypassGovernanceRetention', resource, context: {} });
  const other = details['x-amz-server-side-encryption-aws-kms-key-id'];
  const writing = other ?? key;
  if (/^(PutObject|CreateMultipartUpload|UploadPart)$/.test(called) && writing !== undefined)
    needs.push(...writesWith(writing, 's3'));
  // Pieces are put together by reading them.
  if (/^(UploadPart|CompleteMultipartUpload)$/.test(called) && writing !== undefined)
    needs.push(...readsWith(writing, 's3'));
  if (isReading && key !== undefined && status >= 200 && status < 300) needs.push(...readsWith(key, 's3'));
  return needs;
}

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html */
function s3Context({ action, details }: Call): Record<string, string> {
  const context: Record<string, string> = {};
  if (/^(List|HeadBucket)/.test(action) && details.prefix !== undefined)
    context['s3:prefix'] = details.prefix;
  const ifNoneMatch = details['if-none-match'];
  if (ifNoneMatch !== undefined) context['s3:if-none-match'] = ifNoneMatch;
  // The pieces of an upload make no object, its completion does.
  if (/^(PutObject|CopyObject|CompleteMultipartUpload)$/.test(action))
    context['s3:ObjectCreationOperation'] = 'true';
  if (/^(CreateMultipartUpload|UploadPart)$/.test(action)) context['s3:ObjectCreationOperation'] = 'false';
  return context;
}

function context(service: string): Record<string, string> {
  return { 'kms:ViaService': `${service}.${region}.amazonaws.com` };
}

function readsWith(key: string, service: string): Need[] {
  return [{ action: 'kms:Decrypt', resource: key, context: context(service) }];
}

function writesWith(key: string, service: string): Need[] {
  return [{ action: 'kms:GenerateDataKey', resource: key, context: context(service) }];
}

export function encryptionOf(deployed: readonly Deployed[]): Encryption {
  const buckets = new Map<string, string>();
  const topics = new Map<string, string>();
  for (const { type, id, properties } of deployed) {
    if (type === 'AWS::S3::Bucket') {
      const rules = (properties.BucketEncryption as BucketEncryption | undefined)
        ?.ServerSideEncryptionConfiguration;
      const key = rules?.[0]?.ServerSideEncryptionByDefault.KMSMasterKeyID;
      if (key !== undefined) buckets.set(id, key);
    }
    if (type === 'AWS::SNS::Topic' && typeof properties.KmsMasterKeyId === 'string')
      topics.set(id, properties.KmsMasterKeyId);
    // A queue with a key would need more than `needsOf` asks for.
    if (type === 'AWS::SQS::Queue' && properties.KmsMasterKeyId !== undefined)
      throw new Error(`the audit does not know queues with keys such as ${id}`);
  }
  return { buckets, topics };
}

type BucketEncryption = {
  ServerSideEncryptionConfiguration: { ServerSideEncryptionByDefault: { KMSMasterKeyID?: string } }[];
};
