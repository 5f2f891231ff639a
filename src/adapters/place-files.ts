import { randomUUID } from 'node:crypto';
import { closeSync, fsync, open, rmSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { makeFolder } from './make-folder.ts';
import { PROCESS_NAME } from './process-name.ts';

/** Files that are open at a time, of a limit of 1,024 in many systems. */
const MOST_OPEN = 128;

const opened = promisify(open);
const synced = promisify(fsync);

export type FileToPlace = { path: string; bytes: Uint8Array };

/** What to do with a failure of a file: throws what a person can read. */
export type Explain = (path: string, error: unknown) => never;

/**
 * Writes files into a folder beside, syncs them side by side, gives each its name by `place`, which leaves none under the old one, and then syncs each
 * directory once: a sync waits for the disk, and a directory's takes in all names in it.
 */
export async function placeFiles<Placed>(
  files: readonly FileToPlace[],
  {
    area,
    place,
    explain,
  }: { area: string; place(temporary: string, path: string): Placed; explain: Explain },
): Promise<Placed[]> {
  const placed: Placed[] = [];
  for (let at = 0; at < files.length; at += MOST_OPEN)
    placed.push(...(await placeSome(files.slice(at, at + MOST_OPEN), { area, place, explain })));
  const directories = new Set(files.map(({ path }) => dirname(path)));
  await Promise.all(
    [...directories].map((path) => syncDirectory(path).catch((error) => explain(path, error))),
  );
  return placed;
}

async function placeSome<Placed>(
  files: readonly FileToPlace[],
  {
    area,
    place,
    explain,
  }: { area: string; place(temporary: string, path: string): Placed; explain: Explain },
): Promise<Placed[]> {
  const each = <Result>(path: string, step: () => Result): Result => {
    try {
      return step();
    } catch (error) {
      return explain(path, error);
    }
  };
  const temporaries = files.map(() => join(area, `${PROCESS_NAME}-${randomUUID()}`));
  each(area, () => makeFolder(area));
  try {
    const writing = files.map(({ path, bytes }, index) =>
      writeSynced(temporaries[index]!, bytes).catch((error) => explain(path, error)),
    );
    // All of them: what is removed must not be written to any more.
    for (const result of await Promise.allSettled(writing))
      if (result.status === 'rejected') throw result.reason;
    for (const directory of new Set(files.map(({ path }) => dirname(path))))
      each(directory, () => makeFolder(directory));
    return files.map(({ path }, index) => each(path, () => place(temporaries[index]!, path)));
  } catch (error) {
    for (const temporary of temporaries) rmSync(temporary, { force: true });
    throw error;
  }
}

/** What waits for the disk goes to a thread: to make a file does, while others are synced. */
async function writeSynced(path: string, bytes: Uint8Array): Promise<void> {
  const descriptor = await opened(path, 'wx');
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
    await synced(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** A new name lasts only once its directory is on the disk; Windows has no such call and needs none. */
export async function syncDirectory(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const descriptor = await opened(path, 'r');
  try {
    await synced(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
