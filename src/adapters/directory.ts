import { randomUUID } from 'node:crypto';
import { constants, linkSync, lstatSync, renameSync, unlinkSync } from 'node:fs';
import { copyFile, lstat, open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { sha256 } from '../lake/digest.ts';
import { checkedKey, STAGING, type Store, StoreError } from '../lake/store.ts';
import { makeFolder } from './make-folder.ts';
import { placeFiles, syncDirectory } from './place-files.ts';
import { PROCESS_NAME } from './process-name.ts';

/**
 * A lake in a directory. An object appears by link(2) from a finished, synced file: it is whole or not there,
 * also at SIGKILL, and of two processes that create one key the kernel lets exactly one through.
 * A killed process leaves its unfinished file in `.staging/`, which no list shows.
 */
export function directoryStore(root: string): Store {
  const base = resolve(root);
  const area = join(base, STAGING);
  const pathOf = (key: string) => join(base, checkedKey(key));

  const store: Store = {
    async read(key) {
      const path = pathOf(key);
      return said('read', path, async () => {
        const file = await openPlain(path);
        if (file === null) return null;
        try {
          return await file.readFile();
        } finally {
          await file.close();
        }
      });
    },

    async create(key, bytes) {
      return (await store.createAll([{ key, bytes }]))[0]!;
    },

    async createAll(objects) {
      const files = objects.map(({ key, bytes }) => ({ path: pathOf(key), bytes }));
      const free = files.filter(({ path }) => {
        try {
          return !isTaken(path);
        } catch (error) {
          return explain(path, error);
        }
      });
      const placed = await placeFiles(free, { area, place: linked, explain });
      const outcomes = new Map(free.map((file, index) => [file, placed[index]!]));
      return files.map((file) => outcomes.get(file) ?? 'exists');
    },

    async putAll(objects) {
      const files = objects.map(({ key, bytes }) => ({ path: pathOf(key), bytes }));
      await placeFiles(files, { area, place: renameSync, explain });
    },

    async adopt(key, localPath) {
      const path = pathOf(key);
      await said('write', path, async () => {
        makeFolder(dirname(path));
        await sync(localPath);
        try {
          await rename(localPath, path);
        } catch (error) {
          if (codeOf(error) !== 'EXDEV') throw error;
          await moveAcross(localPath, path, await stagingPath(base));
        }
        await syncDirectory(dirname(path));
      });
    },

    async list(prefix) {
      const start = prefix.slice(0, prefix.lastIndexOf('/') + 1);
      if (start !== '') checkedKey(start.slice(0, -1));
      const found = await said('read', join(base, start), () => walk(base, start));
      // UTF-8 orders as code points do; JavaScript's own order is that of UTF-16 and differs beyond the BMP.
      return found
        .filter(({ key }) => key.startsWith(prefix))
        .map((entry) => ({ entry, order: Buffer.from(entry.key) }))
        .sort((a, b) => Buffer.compare(a.order, b.order))
        .map(({ entry }) => entry);
    },

    async digest(key) {
      const bytes = await this.read(key);
      return bytes && sha256(bytes);
    },

    async remove(key) {
      const path = pathOf(key);
      await said('remove', path, async () => {
        try {
          await rm(path);
        } catch (error) {
          if (!isAbsent(error)) throw error;
        }
      });
    },

    locate: pathOf,
  };
  return store;
}

/** Gives a finished file its name, unless it is another's already. */
function linked(temporary: string, path: string): 'created' | 'exists' {
  try {
    linkSync(temporary, path);
    return 'created';
  } catch (error) {
    if (codeOf(error) === 'EEXIST' && isTaken(path)) return 'exists';
    throw error;
  } finally {
    unlinkSync(temporary);
  }
}

/** Opens a plain file; null where there is none. A symbolic link is an error: it could lead out of the store. */
async function openPlain(path: string) {
  try {
    // Most of what is asked for while logs are read is not there: answered at once, without a thread.
    if (!lstatSync(path, { throwIfNoEntry: false })) return null;
    // O_NONBLOCK: a pipe in the store must not hold the reader for ever.
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    if ((await file.stat()).isFile()) return file;
    await file.close();
    return null;
  } catch (error) {
    if (isAbsent(error)) return null;
    throw error;
  }
}

function isTaken(path: string): boolean {
  const there = lstatSync(path, { throwIfNoEntry: false });
  if (!there?.isDirectory()) return there !== undefined;
  throw new StoreError(`There is a directory where an object should go: remove ${path}.`, { path });
}

async function stagingPath(base: string): Promise<string> {
  makeFolder(join(base, STAGING));
  return join(base, STAGING, `${PROCESS_NAME}-${randomUUID()}`);
}

async function moveAcross(from: string, to: string, temporary: string): Promise<void> {
  try {
    await copyFile(from, temporary);
    await sync(temporary);
    await rename(temporary, to);
  } finally {
    await rm(temporary, { force: true });
  }
  await rm(from);
}

async function sync(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Every entry that is no directory, links too: what lies there must be seen, though `read` refuses it. */
async function walk(base: string, start: string): Promise<{ key: string; size: number }[]> {
  const entries = await readdir(join(base, start), { withFileTypes: true }).catch((error: unknown) => {
    if (isAbsent(error)) return [];
    throw error;
  });
  const found = await Promise.all(
    entries.map(async (entry) => {
      const key = `${start}${entry.name}`;
      if (key === STAGING) return [];
      if (entry.isDirectory()) return walk(base, `${key}/`);
      try {
        return [{ key, size: (await lstat(join(base, key))).size }];
      } catch (error) {
        if (isAbsent(error)) return [];
        throw error;
      }
    }),
  );
  return found.flat();
}

const advice: Record<string, string> = {
  ENOSPC: 'the disk is full; free some space or choose another directory',
  EDQUOT: 'your quota is used up; free some space or choose another directory',
  EACCES: 'you have no permission; change the rights or choose another directory',
  EPERM: 'the system does not permit it; change the rights or choose a directory on a disk with hard links',
  EROFS: 'the disk is read-only; choose another directory',
  ENOTSUP: 'its file system has no hard links; choose a directory on another disk',
  EEXIST: 'a part of the path is a file; choose another directory',
  ENOTDIR: 'a part of the path is a file; choose another directory',
  ENAMETOOLONG: 'the name is too long; choose a directory with a shorter path',
  ELOOP: 'it is a symbolic link and a store holds plain files; put the file itself there',
  EMFILE: 'too many files are open; raise the limit (ulimit -n)',
};

/** Runs a step on the disk; what the system refuses becomes one sentence. */
async function said<T>(verb: string, path: string, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    throw refusal(verb, { path, error });
  }
}

function explain(path: string, error: unknown): never {
  throw refusal('write', { path, error });
}

function refusal(verb: string, { path, error }: { path: string; error: unknown }): StoreError {
  if (error instanceof StoreError) return error;
  const reason = advice[codeOf(error)] ?? (error instanceof Error ? error.message : String(error));
  return new StoreError(`Cannot ${verb} ${path}: ${reason}.`, { path, cause: error });
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

function isAbsent(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR', 'ENXIO'].includes(codeOf(error));
}
