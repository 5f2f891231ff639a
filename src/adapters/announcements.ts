import type { S3Client } from '@aws-sdk/client-s3';
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { Delivery } from '../evidence/custody.ts';
import { GoneError, type LogObject } from '../ingest/pass.ts';
import { currentVersion, type S3Version, s3LogObject } from './s3-logs.ts';

/** An object in S3 as a message announces it; a bucket without versions names none. */
type AnnouncedObject = { bucket: string; key: string; version: string | null; size: number };

/** The object that a message announces, with its stored size; or why it announces none that can be read. */
export async function announcedObject(
  client: S3Client,
  body: string,
): Promise<{ object: LogObject; storedBytes: number } | { problem: string }> {
  const found = readAnnouncement(body);
  if (!found) return { problem: 'this message announces no object' };
  try {
    const version = found.version ?? (await currentVersion(client, found)).version;
    return { object: s3LogObject(client, { ...found, version }), storedBytes: found.size };
  } catch (error) {
    if (error instanceof GoneError) return { problem: error.message };
    throw error;
  }
}

/**
 * Reads the body of a message: an "Object Created" event of EventBridge, whose keys are as they are and not
 * URL-encoded, or the same shape from a sweep. Null where it announces no object.
 */
function readAnnouncement(body: string): AnnouncedObject | null {
  let detail: { bucket?: { name?: unknown }; object?: Record<string, unknown> } | undefined;
  try {
    ({ detail } = JSON.parse(body) as { detail?: typeof detail });
  } catch {
    return null;
  }
  const [bucket, object] = [detail?.bucket?.name, detail?.object];
  if (typeof bucket !== 'string' || typeof object?.key !== 'string' || object.key === '') return null;
  const version = object['version-id'];
  return {
    bucket,
    key: object.key,
    version: typeof version === 'string' && version !== '' && version !== 'null' ? version : null,
    size: typeof object.size === 'number' ? object.size : 0,
  };
}

function announcement({ bucket, key, version, size }: S3Version): string {
  return JSON.stringify({
    source: 'ascribe',
    detail: { bucket: { name: bucket }, object: { key, size, 'version-id': version } },
  });
}

/** Entries of one request to SQS, at most. */
const BATCH = 10;

/** Announces versions to a queue, in batches. Throws where one of them was not taken. Gives their number. */
export async function announceAll(
  client: SQSClient,
  { queueUrl, versions }: { queueUrl: string; versions: AsyncIterable<S3Version> },
): Promise<number> {
  let sent = 0;
  let batch: S3Version[] = [];
  const flush = async (): Promise<void> => {
    if (batch.length === 0) return;
    const Entries = batch.map((version, index) => ({
      Id: String(index),
      MessageBody: announcement(version),
    }));
    const { Failed = [] } = await client.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
    if (Failed[0])
      throw new Error(
        `${queueUrl} did not take ${Failed.length} messages: ${Failed[0].Message ?? Failed[0].Code}`,
      );
    sent += batch.length;
    batch = [];
  };
  for await (const version of versions) {
    batch.push(version);
    if (batch.length === BATCH) await flush();
  }
  await flush();
  return sent;
}

/** Bytes of a message that a queue of problems shows of one that it can't read. */
const SHOWN = 4000;

/** Hands a message, or the announcement of an object, on to another queue, with the reason. */
export async function handOn(
  client: SQSClient,
  { queueUrl, message, reason }: { queueUrl: string; message: LogObject | string; reason: string },
): Promise<void> {
  const body =
    typeof message === 'string' ? { message: message.slice(0, SHOWN) } : announcementOf(message.delivery);
  await client.send(
    new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify({ ...body, reason }) }),
  );
}

function announcementOf(delivery: Delivery): object {
  if (delivery.kind !== 's3') return { delivery };
  return JSON.parse(announcement({ ...delivery, size: 0 })) as object;
}

/** How long a message is hidden from others, renewed while it is worked on. */
const HIDDEN_SECONDS = 300;

/** Messages of a queue until it is empty; each is removed once `take` is done with it, and shown again where it fails. */
export async function takeAll(
  client: SQSClient,
  { queueUrl, take }: { queueUrl: string; take(message: Message): Promise<void> },
): Promise<number> {
  for (let taken = 0; ; taken += 1) {
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: 1,
        WaitTimeSeconds: 5,
        VisibilityTimeout: HIDDEN_SECONDS,
      }),
    );
    const [message] = Messages;
    if (!message) return taken;
    const at = { QueueUrl: queueUrl, ReceiptHandle: message.ReceiptHandle };
    const hide = (seconds: number) =>
      client.send(new ChangeMessageVisibilityCommand({ ...at, VisibilityTimeout: seconds }));
    const renewal = setInterval(
      // One that is missed is made up for by the next.
      () => void hide(HIDDEN_SECONDS).catch(() => {}),
      (HIDDEN_SECONDS * 1000) / 3,
    );
    try {
      await take(message);
    } catch (error) {
      await hide(0).catch(() => {});
      throw error;
    } finally {
      clearInterval(renewal);
    }
    await client.send(new DeleteMessageCommand(at));
  }
}
