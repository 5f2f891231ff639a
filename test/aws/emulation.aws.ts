/** From a put to the function that is fed, and S3 where it matters. The emulation proves itself first. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectRetentionCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
  PutObjectRetentionCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { type Cloud, startCloud } from './emulation/cloud.ts';
import { smallResources, writeAssembly } from './emulation/small-assembly.ts';

const folder = mkdtempSync(join(tmpdir(), 'ascribe-small-'));
let cloud: Cloud;
let s3: S3Client;
let sqs: SQSClient;
let bucket: string;
let dead: string;

before(async () => {
  cloud = await startCloud({ assembly: writeAssembly(folder, smallResources()), athena: false });
  s3 = new S3Client(cloud.client());
  sqs = new SQSClient(cloud.client());
  bucket = cloud.find('AWS::S3::Bucket', 'Bucket').id;
  dead = cloud.find('AWS::SQS::Queue', 'Dead').id;
});

after(async () => {
  await cloud?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function keys(prefix: string): Promise<string[]> {
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix }));
  return Contents.map(({ Key }) => Key!);
}

describe('from a put to the function', () => {
  test('an event brings the version, what fails comes again and ends as a dead letter', async () => {
    const versions: Record<string, string> = {};
    for (const key of ['raw/one', 'raw/bad', 'raw/two', 'other/three']) {
      const { VersionId } = await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: key }));
      versions[key] = VersionId!;
    }
    await cloud.drain();
    assert.deepEqual(await keys('done/'), [
      `done/raw/one/${versions['raw/one']}`,
      `done/raw/two/${versions['raw/two']}`,
    ]);
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: dead, MessageSystemAttributeNames: ['All'] }),
    );
    assert.deepEqual(
      Messages.map(({ Body }) => JSON.parse(Body!).detail.object.key),
      ['raw/bad'],
    );
    const batches = cloud.pumps.flatMap((pump) => pump.batches);
    assert.equal(
      batches.reduce((sum, { received }) => sum + received, 0),
      2 + 3,
      'the bad one was tried three times',
    );
    assert.equal(
      batches.reduce((sum, { deleted }) => sum + deleted, 0),
      2,
    );
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({
        QueueUrl: cloud.find('AWS::SQS::Queue', 'Queue').id,
        AttributeNames: ['All'],
      }),
    );
    assert.equal(Attributes!.VisibilityTimeout, '120', 'the template keeps its own');
  });

  test('two at once with If-None-Match: only one is written', async () => {
    const puts = Array.from({ length: 8 }, () =>
      s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'once', Body: 'x', IfNoneMatch: '*' })).then(
        () => 'written',
        (error) => error.name,
      ),
    );
    const outcomes = (await Promise.all(puts)).sort();
    assert.deepEqual(outcomes, [...Array(7).fill('PreconditionFailed'), 'written']);
  });

  test('a body that is not the promised one is refused, and a promised digest is kept', async () => {
    const right = Buffer.from('body');
    const digest = async (bytes: Buffer) =>
      Buffer.from(await crypto.subtle.digest('SHA-256', new Uint8Array(bytes))).toString('base64');
    const put = async (sum: string) =>
      s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'sum', Body: right, ChecksumSHA256: sum }));
    await assert.rejects(put(await digest(Buffer.from('other'))), { name: 'BadDigest' });
    await put(await digest(right));
    const head = await s3.send(
      new HeadObjectCommand({ Bucket: bucket, Key: 'sum', ChecksumMode: 'ENABLED' }),
    );
    assert.equal(head.ChecksumSHA256, await digest(right));
  });

  test('the retention of an object is told', async () => {
    const until = new Date('2031-01-02T03:04:05Z');
    const lock = { ObjectLockMode: 'GOVERNANCE', ObjectLockRetainUntilDate: until } as const;
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'kept', Body: 'x', ...lock }));
    const { Retention } = await s3.send(new GetObjectRetentionCommand({ Bucket: bucket, Key: 'kept' }));
    assert.deepEqual(Retention, { Mode: 'GOVERNANCE', RetainUntilDate: until });
    await assert.rejects(s3.send(new GetObjectRetentionCommand({ Bucket: bucket, Key: 'sum' })));
  });
});

describe('what S3 does besides', () => {
  test('an object put in parts is announced twice', async () => {
    const Key = 'raw/parts';
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket: bucket, Key }));
    const part = await s3.send(
      new UploadPartCommand({ Bucket: bucket, Key, UploadId, PartNumber: 1, Body: 'in parts' }),
    );
    await s3.send(
      new CompleteMultipartUploadCommand({
        Bucket: bucket,
        Key,
        UploadId,
        MultipartUpload: { Parts: [{ PartNumber: 1, ETag: part.ETag }] },
      }),
    );
    await cloud.drain();
    const { Versions = [] } = await s3.send(
      new ListObjectVersionsCommand({ Bucket: bucket, Prefix: 'done/raw/parts/' }),
    );
    assert.equal(Versions.length, 2, 'once for each announcement');
    assert.equal(new Set(Versions.map(({ Key: key }) => key)).size, 1, 'both of one version');
  });

  test('a lock is made longer, never weaker', async () => {
    const Key = 'locked';
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: 'x' }));
    const lock = (Mode: 'GOVERNANCE' | 'COMPLIANCE', year: number, bypass = false) =>
      s3.send(
        new PutObjectRetentionCommand({
          Bucket: bucket,
          Key,
          Retention: { Mode, RetainUntilDate: new Date(Date.UTC(year, 0)) },
          ...(bypass ? { BypassGovernanceRetention: true } : {}),
        }),
      );
    const denied = { name: 'AccessDenied' };
    await lock('GOVERNANCE', 2031);
    await assert.rejects(lock('GOVERNANCE', 2030), denied);
    await lock('GOVERNANCE', 2030, true);
    await lock('COMPLIANCE', 2031);
    await assert.rejects(lock('COMPLIANCE', 2030, true), denied);
    await assert.rejects(lock('GOVERNANCE', 2032, true), denied);
    await lock('COMPLIANCE', 2032);
  });
});

describe('what a queue may do', () => {
  test('messages come three times and in any order, when a test asks for it', async () => {
    let state = 7;
    const random = () => {
      state = (state * 16_807) % 2_147_483_647;
      return state / 2_147_483_647;
    };
    const disorderly = await startCloud({
      assembly: writeAssembly(join(folder, 'disorder'), smallResources()),
      athena: false,
      disorder: { times: 3, random },
    });
    try {
      const client = new S3Client(disorderly.client());
      const Bucket = disorderly.find('AWS::S3::Bucket', 'Bucket').id;
      for (const Key of ['raw/1', 'raw/2', 'raw/3'])
        await client.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
      await disorderly.drain();
      const { Versions = [] } = await client.send(new ListObjectVersionsCommand({ Bucket, Prefix: 'done/' }));
      assert.equal(Versions.length, 9);
      assert.equal(new Set(Versions.map(({ Key }) => Key)).size, 3);
    } finally {
      await disorderly.stop();
    }
  });
});
