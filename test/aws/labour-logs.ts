/** The objects of labour-2019 as Cloudflare and the balancer would deliver them, and as an investigator would keep them. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { labour2019 } from '../../src/simulate/scenarios/labour-2019.ts';
import { simulate, type Truth } from '../../src/simulate/simulate.ts';

export type Delivered = { key: string; bytes: Uint8Array };

export type LabourLogs = { objects: Delivered[]; networks: string; truth: Truth };

/** Every n-th object comes a second time under another name, as Logpush does after a time-out. */
const TWICE_EVERY = 40;
const MULTIPART_EVERY = 100;

export async function labourLogs(seed: number): Promise<LabourLogs> {
  const objects: Delivered[] = [];
  let networks = '';
  const truth = await simulate(labour2019, {
    seed,
    async write(path, bytes) {
      if (path.startsWith('logs/')) objects.push({ key: `raw/${path.slice('logs/'.length)}`, bytes });
      if (path === 'networks.csv') networks = Buffer.from(bytes).toString('utf8');
    },
  });
  const kept = inQuarters(objects);
  const twice = kept.filter((_, index) => index % TWICE_EVERY === 0);
  for (const { key, bytes } of twice) kept.push({ key: key.replace(/\.log\.gz$/, '-again.log.gz'), bytes });
  return { objects: outOfOrder(kept), networks, truth };
}

/** Objects of five minutes that go into one. */
const TOGETHER = 3;

/**
 * What each log wrote in a quarter of an hour as one object, a member of a gzip for each five minutes: each query of the
 * engine opens all parts, and the emulated S3 answers one at a time.
 */
function inQuarters(objects: readonly Delivered[]): Delivered[] {
  const byLog = Map.groupBy(objects, ({ key }) => dirname(key));
  return [...byLog.values()].flatMap((log) => {
    const inOrder = log.toSorted((a, b) => (a.key < b.key ? -1 : 1));
    return Array.from({ length: Math.ceil(inOrder.length / TOGETHER) }, (_, index) => {
      const own = inOrder.slice(index * TOGETHER, (index + 1) * TOGETHER);
      return { key: own[0]!.key, bytes: Buffer.concat(own.map(({ bytes }) => bytes)) };
    });
  });
}

/** The same disorder every time: each object lands in one of a few heaps, and the heaps follow each other. */
function outOfOrder(objects: readonly Delivered[]): Delivered[] {
  const heaps = 7;
  return Array.from({ length: heaps }, (_, heap) =>
    objects.filter((_, index) => (index * 5) % heaps === heap),
  ).flat();
}

/** Puts all objects, a few at a time; some in pieces, which announces them twice. */
export async function putAll(
  client: S3Client,
  { bucket, objects }: { bucket: string; objects: readonly Delivered[] },
): Promise<void> {
  const left = objects.entries();
  const worker = async (): Promise<void> => {
    for (const [index, { key, bytes }] of left) {
      const at = { Bucket: bucket, Key: key };
      if (index % MULTIPART_EVERY !== 0) await client.send(new PutObjectCommand({ ...at, Body: bytes }));
      else {
        const { UploadId } = await client.send(new CreateMultipartUploadCommand(at));
        const part = { ...at, UploadId, PartNumber: 1, Body: bytes };
        const { ETag } = await client.send(new UploadPartCommand(part));
        const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
        await client.send(new CompleteMultipartUploadCommand({ ...at, UploadId, MultipartUpload }));
      }
    }
  };
  await Promise.all(Array.from({ length: 8 }, worker));
}

/** Writes the objects below a folder, under the same names. */
export function keepBelow(folder: string, objects: readonly Delivered[]): void {
  for (const { key, bytes } of objects) {
    const file = join(folder, key);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, bytes);
  }
}
