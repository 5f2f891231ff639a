/** The function of the emulation's own tests: does what an object's key, or the event, asks of it. */
import { truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';

const s3 = new S3Client({ forcePathStyle: true });
let invocations = 0;

type Record = { messageId: string; body: string };
type Asked = { Records?: Record[]; ask?: string; megabytes?: number; key?: string; writes?: number };

export async function handler(
  event: Asked,
  context: { getRemainingTimeInMillis(): number },
): Promise<unknown> {
  invocations += 1;
  if (event.Records) return await batch(event.Records);
  switch (event.ask) {
    case 'memory': {
      const kept = Buffer.alloc((event.megabytes ?? 0) * 1024 * 1024, 1);
      await new Promise((resolve) => setTimeout(resolve, 300));
      return kept.length;
    }
    case 'storage':
      writeFileSync(join(tmpdir(), 'large'), '');
      truncateSync(join(tmpdir(), 'large'), (event.megabytes ?? 0) * 1024 * 1024);
      await new Promise((resolve) => setTimeout(resolve, 1000));
      return 'written';
    case 'sleep':
      await new Promise((resolve) => setTimeout(resolve, 60_000));
      return 'slept';
    case 'throw':
      throw new TypeError('asked to');
    case 'write':
      for (let index = 0; index < (event.writes ?? 1); index += 1) await put(`${event.key}-${index}`);
      return event.writes;
    default:
      return {
        invocations,
        left: context.getRemainingTimeInMillis(),
        environment: process.env.GREETING,
        event,
      };
  }
}

async function batch(records: Record[]): Promise<unknown> {
  const failed: string[] = [];
  for (const { messageId, body } of records) {
    const { object } = (JSON.parse(body) as { detail: { object: { key: string; 'version-id'?: string } } })
      .detail;
    if (object.key.includes('bad')) failed.push(messageId);
    else await put(`done/${object.key}/${object['version-id']}`);
  }
  return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
}

async function put(key: string): Promise<void> {
  await s3.send(new PutObjectCommand({ Bucket: process.env.BUCKET, Key: key, Body: key }));
}
