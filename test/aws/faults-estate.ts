/** A deployment of the product with what a test needs to feed it, to drive it, and to see what became of it. */
import assert from 'node:assert/strict';
import { ListObjectVersionsCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { parseS3Url, s3Store } from '../../src/adapters/s3-store.ts';
import { sideBySide } from '../../src/lake/side-by-side.ts';
import type { Store } from '../../src/lake/store.ts';
import { vaultedStore } from '../../src/lake/vaulted-store.ts';
import type { Cloud, Invoked } from './emulation/cloud.ts';
import type { Delivered } from './labour-logs.ts';

export type Estate = {
  cloud: Cloud;
  s3: S3Client;
  sqs: SQSClient;
  store: Store;
  vault: Store;
  /** Buckets. */
  lake: string;
  raw: string;
  plain: string;
  /** Physical name of a function. */
  functionId(name: string): string;
  queueUrl(name: string): string;
};

export function openEstate(cloud: Cloud): Estate {
  const output = (name: string): string => {
    const value = cloud.stacks.map(({ outputs }) => outputs[name]).find(Boolean);
    assert.ok(value, `the stacks have no output ${name}`);
    return value;
  };
  const s3 = new S3Client(cloud.client());
  const [lake, vault] = ['LakeUrl', 'VaultUrl'].map((name) => s3Store(s3, parseS3Url(output(name))));
  const queues = cloud.deployed.filter(({ type }) => type === 'AWS::SQS::Queue');
  return {
    cloud,
    s3,
    sqs: new SQSClient(cloud.client()),
    store: vaultedStore({ lake: lake!, vault: vault! }),
    vault: vault!,
    lake: parseS3Url(output('LakeUrl')).bucket,
    raw: parseS3Url(output('RawUrl')).bucket,
    plain: parseS3Url(output('S3AccessLogUrl')).bucket,
    functionId: (name) => cloud.find('AWS::Lambda::Function', name).id,
    queueUrl(name) {
      const queue = queues.find(({ logicalId }) => new RegExp(`^Queues${name}[0-9A-F]{8}$`).test(logicalId));
      assert.ok(queue, `there is no queue ${name}`);
      return `${cloud.endpoint}/${cloud.account}/${queue.attributes.QueueName}`;
    },
  };
}

/** An announcement, as EventBridge sends it. */
export type Announcement = { key: string; body: string };

function announcement(bucket: string, object: { key: string; size: number; version: string | null }): string {
  const { key, size, version } = object;
  return JSON.stringify({
    ...{ version: '0', source: 'aws.s3', 'detail-type': 'Object Created', account: '123456789012' },
    detail: {
      bucket: { name: bucket },
      object: { key, size, ...(version === null ? {} : { 'version-id': version }) },
      reason: 'PutObject',
    },
  });
}

/** Puts every object, the plain one into the plain bucket, and takes their announcements back: the test sends its own. */
export async function putQuietly(
  { cloud, s3, sqs, raw, plain, queueUrl }: Estate,
  { objects, plainKeys }: { objects: readonly Delivered[]; plainKeys: readonly string[] },
): Promise<Map<string, string>> {
  for (const pump of cloud.pumps) pump.pause();
  await sideBySide(objects, 8, ({ key, bytes }) =>
    s3.send(new PutObjectCommand({ Bucket: plainKeys.includes(key) ? plain : raw, Key: key, Body: bytes })),
  );
  await sqs.send(new PurgeQueueCommand({ QueueUrl: queueUrl('Ingest') }));
  const bodies = new Map<string, string>();
  for (const bucket of [raw, plain]) {
    let after = {};
    for (;;) {
      const page = await s3.send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: 'raw/', ...after }));
      for (const { Key, VersionId, Size } of page.Versions ?? [])
        bodies.set(Key!, announcement(bucket, { key: Key!, size: Size!, version: VersionId! }));
      if (!page.IsTruncated) break;
      after = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
    }
  }
  assert.equal(bodies.size, objects.length);
  return bodies;
}

/** Announcements that are out of the usual: one that names no version, one of an object that is gone, one that is none. */
export function oddAnnouncements({ raw }: Estate, existing: string): string[] {
  return [
    announcement(raw, { key: existing, size: 100, version: null }),
    announcement(raw, {
      key: 'raw/web/gone.log',
      size: 100,
      version: 'a1b2c3d4-0000-4000-8000-000000000000',
    }),
    announcement(raw, { key: 'raw/web/gone-without-version.log', size: 100, version: null }),
    JSON.stringify({ note: 'this is no announcement' }),
  ];
}

export async function announce({ sqs, queueUrl }: Estate, bodies: readonly string[]): Promise<void> {
  for (let first = 0; first < bodies.length; first += 10) {
    const Entries = bodies
      .slice(first, first + 10)
      .map((MessageBody, index) => ({ Id: String(index), MessageBody }));
    const { Failed = [] } = await sqs.send(
      new SendMessageBatchCommand({ QueueUrl: queueUrl('Ingest'), Entries }),
    );
    assert.deepEqual(Failed, []);
  }
}

/** Lets the queue be read until it is empty. */
export async function ingestAll({ cloud }: Estate, seconds = 600): Promise<void> {
  for (const pump of cloud.pumps) pump.resume();
  await cloud.drain(seconds);
  for (const pump of cloud.pumps) pump.pause();
}

/** Every message of a queue; they stay in it, out of sight. */
export async function messagesOf({ sqs, queueUrl }: Estate, name: string): Promise<string[]> {
  const bodies: string[] = [];
  for (;;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: queueUrl(name),
        MaxNumberOfMessages: 10,
        VisibilityTimeout: 900,
      }),
    );
    if (Messages.length === 0) return bodies;
    bodies.push(...Messages.map(({ Body }) => Body!));
  }
}

/** Invokes as often as a schedule would, and more: a run that goes on failing is a fault of the product. */
export async function untilDone<Answer>(
  { cloud }: Estate,
  { name, event, most = 8 }: { name: string; event: unknown; most?: number },
): Promise<{ value: Answer; runs: number }> {
  let last: Invoked = { failed: true, value: null };
  for (let runs = 1; runs <= most; runs += 1) {
    last = await cloud.invoke(name, event);
    if (!last.failed) return { value: last.value as Answer, runs };
  }
  throw new Error(`${name} failed ${most} times, at last with ${JSON.stringify(last.value)}`);
}
