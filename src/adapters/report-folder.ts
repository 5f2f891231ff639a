import { existsSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { makeFolder } from './make-folder.ts';
import { abandonedIn, PROCESS_NAME } from './process-name.ts';

/** Writes a file whole or not at all: beside its place, then renamed. */
export function writeWhole(file: string, content: string | Uint8Array): void {
  makeFolder(dirname(file));
  const temporary = `${file}.part-${process.pid}`;
  try {
    writeFileSync(temporary, content);
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** Where this process makes a folder anew. */
export function folderBeside(place: string): string {
  return `${resolve(place)}.anew-${PROCESS_NAME}`;
}

/**
 * Before this process makes a folder anew: puts it back where one that was killed had just moved it away, and removes
 * what such ones left beside it.
 */
export function sweepBeside(place: string): void {
  const [folder, name] = [dirname(resolve(place)), basename(resolve(place))];
  if (!existsSync(folder)) return;
  const left = (kind: string): string[] => {
    const start = `${name}.${kind}-`;
    // One that is named as this process is comes from another that had its number.
    const own = `${start}${PROCESS_NAME}`;
    // A number alone may be a year, of a copy that somebody made.
    const gone = abandonedIn(folder, (entry) =>
      entry.startsWith(start) && entry.includes('-', start.length) ? entry.slice(start.length) : null,
    );
    return [...gone, own].map((entry) => join(folder, entry)).filter(existsSync);
  };
  const [moved] = existsSync(place) ? [] : left('old');
  if (moved) renameSync(moved, place);
  for (const made of left('anew')) removeFolder(made);
}

/** Puts a finished folder in the place of an older one, which is removed. */
export function replaceFolder(finished: string, place: string): void {
  exchangeFolders(finished, place);
  removeFolder(finished);
}

/** Puts a finished folder in the place of an older one, which then has the finished one's name. */
export function exchangeFolders(finished: string, place: string): void {
  const old = `${resolve(place)}.old-${PROCESS_NAME}`;
  removeFolder(old);
  const isThere = existsSync(place);
  if (isThere) renameSync(place, old);
  try {
    renameSync(finished, place);
  } catch (error) {
    const { message } = error as Error;
    throw new Error(
      isThere
        ? `${place} could not be replaced: ${message}. What it held is whole in ${old}: move that back.`
        : message,
    );
  }
  if (isThere) renameSync(old, finished);
}

/** Removes a folder that is empty; one that is not stays. */
export function removeEmptyFolder(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Something is in it, or it is gone.
  }
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

/** The bytes of a file, or null where there is none. */
export async function readBytes(file: string): Promise<Uint8Array | null> {
  try {
    return await readFile(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** The text of a file, or null where there is none. */
export async function readText(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
