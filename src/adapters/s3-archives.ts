/** Archives in S3: the bytes of one come into a file here, which is removed when its members have been read. */
import { createWriteStream, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { S3Client } from '@aws-sdk/client-s3';
import { type Delivery, deliveryId } from '../evidence/custody.ts';
import type { LogArchive } from '../ingest/archive.ts';
import { GoneError, type LogObject } from '../ingest/pass.ts';
import { openArchive, readMember } from './archives.ts';
import { bytesOfFile } from './log-files.ts';
import { readDelivery, s3LogObject } from './s3-logs.ts';
import { statusOf } from './s3-store.ts';
import { type TemporaryFolder, temporaryFolder } from './temporary-folder.ts';

/**
 * Copies an object to a file, hands on the archive that it is (null: it is none), and removes the file whatever
 * happens. Throws what its bytes throw.
 */
export async function withStaged<Result>(
  object: LogObject,
  { file, use }: { file: string; use(archive: LogArchive | null): Promise<Result> },
): Promise<Result> {
  try {
    await stage(object, file);
    return await use(await openArchive({ ...object, open: () => bytesOfFile(file) }, file));
  } finally {
    rmSync(file, { force: true });
  }
}

async function stage(object: LogObject, file: string): Promise<void> {
  await pipeline(Readable.from(object.open()), createWriteStream(file));
}

export type S3Originals = { read(delivery: Delivery): Promise<Uint8Array | null>; close(): void };

/**
 * Reads deliveries from S3 again, members of archives too; null for what is gone or may not be read. The archive that
 * was last read from stays here until another is, or `close`: who asks for a member asks for its neighbours.
 */
export function s3Originals(client: S3Client): S3Originals {
  let last: { id: string; folder: TemporaryFolder; file: string } | null = null;
  const close = (): void => {
    last?.folder.remove();
    last = null;
  };
  return {
    close,
    async read(delivery) {
      if (delivery.kind !== 's3' || delivery.member === undefined) return readDelivery(client, delivery);
      const { member, ...archive } = delivery;
      const id = deliveryId(archive);
      if (last?.id !== id) {
        close();
        const folder = temporaryFolder('archive');
        last = { id, folder, file: join(folder.path, 'archive') };
        try {
          await stage(s3LogObject(client, archive), last.file);
        } catch (error) {
          close();
          if (error instanceof GoneError || statusOf(error) === 403) return null;
          throw error;
        }
      }
      return readMember(last.file, member);
    },
  };
}
