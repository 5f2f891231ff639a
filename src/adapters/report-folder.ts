import {
  existsSync,
  lstatSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { StoreError } from '../lake/store.ts';
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
 * The folder that a finished one can be put in the place of, swept: behind a link the real one, so that the link stays.
 * Throws StoreError, before there is anything to lose, where the system will not let it be renamed.
 */
export function replaceableFolder(place: string, tell: (sentence: string) => void): string {
  sweepBeside(place, tell);
  const folder = behindLinks(place);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) assertRenames(folder);
  return folder;
}

/** What a place is the name of: the end of a link, also where nothing is there. */
function behindLinks(place: string): string {
  if (existsSync(place)) return realpathSync(place);
  const isLink = lstatSync(place, { throwIfNoEntry: false })?.isSymbolicLink();
  return isLink ? behindLinks(resolve(dirname(place), readlinkSync(place))) : resolve(place);
}

/** Tries what cannot be done, since the other folder is not empty: what stands against it otherwise is told before that. */
function assertRenames(folder: string): void {
  const other = `${folder}.tried-${PROCESS_NAME}`;
  makeFolder(join(other, 'full'));
  try {
    renameSync(folder, other);
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    if (code === 'ENOTEMPTY' || code === 'EEXIST') return;
    const reason =
      code === 'EBUSY' || code === 'EXDEV'
        ? `${folder} is a mount point and cannot be replaced: give a folder below it`
        : `${folder} cannot be replaced: ${message}`;
    throw new StoreError(`${reason}.`, { path: folder, cause: error });
  } finally {
    removeFolder(other);
  }
}

/**
 * Before this process makes a folder anew: removes what those that were killed left unfinished beside it. A folder that
 * one had moved away is put back where the new one was certainly not in its place yet, since it still lies beside.
 * Otherwise it stays, for a person to look at, and `tell` is told of it.
 */
export function sweepBeside(place: string, tell: (sentence: string) => void): void {
  const made = behindLinks(place);
  const [folder, name] = [dirname(made), basename(made)];
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
  for (const old of left('old')) {
    const unfinished = `${made}.anew-${old.slice(`${made}.old-`.length)}`;
    if (!existsSync(made) && existsSync(unfinished)) renameSync(old, made);
    else
      tell(
        `${old} was left by a command that was killed as it replaced ${made}, and holds what was there before: nothing reads it. Compare the two, then remove it or move it elsewhere.`,
      );
  }
  for (const unfinished of [...left('anew'), ...left('tried')]) removeFolder(unfinished);
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
    if (!isThere) throw error;
    const { message } = error as Error;
    throw new StoreError(`${place} could not be replaced: ${message}. ${putBack(old, place)}`, {
      path: place,
      cause: error,
    });
  }
  if (isThere) renameSync(old, finished);
}

/** Gives a folder its name again; says what became of it. */
function putBack(old: string, place: string): string {
  try {
    renameSync(old, place);
    return 'It is as it was.';
  } catch {
    return `What it held is whole in ${old}: move that back.`;
  }
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
