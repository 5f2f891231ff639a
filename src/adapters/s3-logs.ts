import type { Readable } from 'node:stream';
import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  type ObjectVersion,
  PutObjectRetentionCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { Delivery, Lock } from '../evidence/custody.ts';
import { GoneError, type LogObject } from '../ingest/pass.ts';
import { type S3Place, statusOf } from './s3-store.ts';

/**
 * A version of an object in S3. One from before its bucket had versions has the id "null", which the next object
 * under its key takes over: its name is `null@` and its ETag, so that other bytes are another version.
 */
export type S3Version = { bucket: string; key: string; version: string; size: number };

type Named = Omit<S3Version, 'size'>;

/** Times that a body which breaks off is taken up again where it broke. */
const RESUMPTIONS = 5;

export function s3LogObject(client: S3Client, { bucket, key, version }: Named): LogObject {
  return {
    name: `s3://${bucket}/${key}`,
    delivery: { kind: 's3', bucket, key, version },
    open: () => bytesOf(client, { bucket, key, version }),
  };
}

async function* bytesOf(client: S3Client, { bucket, key, version }: Named): AsyncGenerator<Buffer> {
  const [id, tag] = version.split('@');
  let read = 0;
  let etag = tag === undefined ? undefined : `"${tag}"`;
  for (let resumption = 0; ; resumption += 1) {
    try {
      const { Body, ETag } = await client.send(
        new GetObjectCommand({
          Bucket: bucket,
          Key: key,
          VersionId: id,
          ...(etag === undefined ? {} : { IfMatch: etag }),
          ...(read > 0 ? { Range: `bytes=${read}-` } : {}),
        }),
      );
      etag = ETag;
      for await (const chunk of Body as Readable) {
        const bytes = chunk as Buffer;
        read += bytes.length;
        yield bytes;
      }
      return;
    } catch (error) {
      const status = statusOf(error);
      if (status === 404 || (status === 412 && read === 0))
        throw new GoneError(`s3://${bucket}/${key} is no longer there`, { cause: error });
      // Broken off after its last byte.
      if (status === 416 && read > 0) return;
      if (status !== undefined || resumption === RESUMPTIONS) throw error;
    }
  }
}

/**
 * The stored bytes of a delivery from S3; null for one from elsewhere or from an archive, one that is gone or that may
 * not be read.
 */
export async function readDelivery(client: S3Client, delivery: Delivery): Promise<Uint8Array | null> {
  if (delivery.kind !== 's3' || delivery.member !== undefined) return null;
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of bytesOf(client, delivery)) chunks.push(chunk);
  } catch (error) {
    if (error instanceof GoneError || statusOf(error) === 403) return null;
    throw error;
  }
  return Buffer.concat(chunks);
}

/** The version that an object has now: messages of buckets without versions name none. Throws GoneError. */
export async function currentVersion(
  client: S3Client,
  { bucket, key }: { bucket: string; key: string },
): Promise<S3Version> {
  try {
    const head = await client.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
    return { bucket, key, version: versionName(head), size: head.ContentLength ?? 0 };
  } catch (error) {
    if (statusOf(error) !== 404) throw error;
    throw new GoneError(`s3://${bucket}/${key} is no longer there`, { cause: error });
  }
}

/** All versions in a place (the object itself, or what is below it), in S3's order; markers of deletion and of folders are none. */
export async function* versionsBelow(
  client: S3Client,
  { bucket, prefix }: S3Place,
): AsyncGenerator<S3Version> {
  let after: { KeyMarker?: string; VersionIdMarker?: string } = {};
  const inPlace = (key: string): boolean => prefix === '' || key === prefix || key.startsWith(`${prefix}/`);
  for (;;) {
    const page = await client.send(
      // XML has no word for some characters that a key can have.
      new ListObjectVersionsCommand({ Bucket: bucket, Prefix: prefix, EncodingType: 'url', ...after }),
    );
    for (const found of page.Versions ?? []) {
      const key = decoded(found.Key!);
      if (!key.endsWith('/') && inPlace(key))
        yield { bucket, key, version: versionName(found), size: found.Size ?? 0 };
    }
    if (!page.IsTruncated) return;
    after = {
      ...(page.NextKeyMarker === undefined ? {} : { KeyMarker: decoded(page.NextKeyMarker) }),
      ...(page.NextVersionIdMarker === undefined ? {} : { VersionIdMarker: page.NextVersionIdMarker }),
    };
  }
}

function versionName({ VersionId, ETag }: Pick<ObjectVersion, 'VersionId' | 'ETag'>): string {
  return VersionId && VersionId !== 'null' ? VersionId : `null@${(ETag ?? '').replaceAll('"', '')}`;
}

function decoded(key: string): string {
  return decodeURIComponent(key.replaceAll('+', ' '));
}

/** Locks the exact version of a delivery to our own bucket; null for one that is not ours to lock. */
export function s3Lock(
  client: S3Client,
  settings: { bucket: string; mode: Lock['mode']; days: number; now(): Date },
): (delivery: Delivery) => Promise<Lock | null> {
  return async (delivery) => {
    if (delivery.kind !== 's3' || delivery.bucket !== settings.bucket) return null;
    const until = new Date(settings.now().getTime() + settings.days * 86_400_000);
    until.setUTCMilliseconds(0);
    await client.send(
      new PutObjectRetentionCommand({
        Bucket: delivery.bucket,
        Key: delivery.key,
        VersionId: delivery.version,
        Retention: { Mode: settings.mode, RetainUntilDate: until },
      }),
    );
    return { mode: settings.mode, until: until.toISOString() };
  };
}
