import { createHash } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  type S3Client,
} from '@aws-sdk/client-s3';
import { sha256 } from '../lake/digest.ts';
import { sideBySide } from '../lake/side-by-side.ts';
import { checkedKey, type Store, StoreError } from '../lake/store.ts';
import { adviceUnasked } from './unasked.ts';

export type S3Place = { bucket: string; prefix: string };

/** `s3://bucket/prefix`; the prefix without slashes at its ends. Throws StoreError. */
export function parseS3Url(url: string): S3Place {
  const [, bucket, prefix = ''] =
    /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*?))?\/*$/.exec(url) ?? [];
  if (bucket === undefined)
    throw new StoreError(`${url} is no place in S3: give s3://bucket or s3://bucket/prefix.`, { path: url });
  return { bucket, prefix };
}

/** Objects that are written at a time. */
const WRITES = 32;

/** Bodies that break off are read again: the SDK retries requests, not the streams that they opened. */
export const READINGS = 4;

/**
 * A lake in a bucket. An object appears by one PUT: whole or not at all; `create` is a conditional PUT. S3 checks
 * each against the SHA-256 that travels with it, and vouches for it afterwards.
 */
export function s3Store(client: S3Client, { bucket, prefix }: S3Place): Store {
  const base = prefix === '' ? '' : `${prefix}/`;
  const keyOf = (key: string): string => base + checkedKey(key);
  const locate = (key: string): string => `s3://${bucket}/${base}${key}`;

  async function put(key: string, { bytes, ifFree }: { bytes: Uint8Array; ifFree: boolean }): Promise<void> {
    await client.send(
      new PutObjectCommand({
        Bucket: bucket,
        Key: keyOf(key),
        Body: bytes,
        // A bucket whose default is to lock refuses what does not name the algorithm.
        ChecksumAlgorithm: 'SHA256',
        ChecksumSHA256: createHash('sha256').update(bytes).digest('base64'),
        ...(ifFree ? { IfNoneMatch: '*' } : {}),
      }),
    );
  }

  const store: Store = {
    async read(key) {
      return said('read', locate(key), async () => {
        for (let reading = 1; ; reading += 1) {
          try {
            const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: keyOf(key) }));
            return await Body!.transformToByteArray();
          } catch (error) {
            if (nameOf(error) === 'NoSuchKey') return null;
            if (reading === READINGS || statusOf(error) !== undefined) throw error;
          }
        }
      });
    },

    async create(key, bytes) {
      return said('write', locate(key), async () => {
        for (let writing = 1; ; writing += 1) {
          try {
            await put(key, { bytes, ifFree: true });
            return 'created';
          } catch (error) {
            // Two conditional writes at once: one is let through, the other is to look again.
            if (statusOf(error) === 409 && writing < READINGS) continue;
            if (statusOf(error) !== 412) throw error;
            return (await isOwnWrite(error, { key, bytes })) ? 'created' : 'exists';
          }
        }
      });
    },

    createAll: (objects) => sideBySide(objects, WRITES, ({ key, bytes }) => store.create(key, bytes)),

    async putAll(objects) {
      await sideBySide(objects, WRITES, ({ key, bytes }) =>
        said('write', locate(key), () => put(key, { bytes, ifFree: false })),
      );
    },

    async adopt(key, localPath) {
      await said('write', locate(key), async () =>
        put(key, { bytes: await readFile(localPath), ifFree: false }),
      );
      await rm(localPath, { force: true });
    },

    async list(prefixOfKeys) {
      return said('list', locate(prefixOfKeys), async () => {
        const found: { key: string; size: number }[] = [];
        for await (const page of paginateListObjectsV2(
          { client },
          { Bucket: bucket, Prefix: base + prefixOfKeys },
        ))
          for (const { Key, Size } of page.Contents ?? [])
            found.push({ key: Key!.slice(base.length), size: Size ?? 0 });
        return found;
      });
    },

    async digest(key) {
      return said('read', locate(key), async () => {
        try {
          const head = await client.send(
            new HeadObjectCommand({ Bucket: bucket, Key: keyOf(key), ChecksumMode: 'ENABLED' }),
          );
          // That of an object put in pieces is a digest of digests.
          if (head.ChecksumSHA256 && head.ChecksumType !== 'COMPOSITE' && !head.ChecksumSHA256.includes('-'))
            return Buffer.from(head.ChecksumSHA256, 'base64').toString('hex');
        } catch (error) {
          if (statusOf(error) === 404) return null;
          throw error;
        }
        const bytes = await store.read(key);
        return bytes && sha256(bytes);
      });
    },

    async remove(key) {
      await said('remove', locate(key), () =>
        client.send(new DeleteObjectCommand({ Bucket: bucket, Key: keyOf(key) })),
      );
    },

    locate,
  };

  /** A write that was answered too late and tried again finds itself. */
  async function isOwnWrite(
    error: unknown,
    { key, bytes }: { key: string; bytes: Uint8Array },
  ): Promise<boolean> {
    const attempts = (error as { $metadata?: { attempts?: number } }).$metadata?.attempts ?? 1;
    if (attempts < 2) return false;
    const there = await store.read(key);
    return there !== null && Buffer.from(there).equals(Buffer.from(bytes));
  }

  return store;
}

export function statusOf(error: unknown): number | undefined {
  return (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : '';
}

const ADVICE: Record<string, string> = {
  AccessDenied: 'these credentials may not: ask for the role that may, or give other credentials',
  NoSuchBucket: 'there is no such bucket: check the name and the account',
  CredentialsProviderError: 'no credentials were found: sign in, or set AWS_PROFILE',
  ExpiredToken: 'the credentials have expired: sign in again',
};

/** Runs a step in S3; what S3 refuses becomes one sentence. */
async function said<T>(verb: string, place: string, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    if (error instanceof StoreError) throw error;
    const name = nameOf(error);
    const message = error instanceof Error ? error.message : String(error);
    const reason = ADVICE[name] ?? adviceUnasked(message) ?? `${name}: ${message}`;
    throw new StoreError(`Cannot ${verb} ${place}: ${reason}.`, { path: place, cause: error });
  }
}
