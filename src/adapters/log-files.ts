import {
  accessSync,
  closeSync,
  createReadStream,
  fstatSync,
  openSync,
  readSync,
  type Stats,
  statSync,
} from 'node:fs';
import {
  access,
  constants,
  glob,
  lstat,
  readdir,
  readFile,
  readlink,
  realpath,
  stat,
} from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import type { Delivery } from '../evidence/custody.ts';
import type { LogArchive } from '../ingest/archive.ts';
import { ChangedObjectError, type LogObject } from '../ingest/pass.ts';
import { WHOLE_BYTES } from '../ingest/whole.ts';
import { openArchive, readMember } from './archives.ts';

export type FoundLogs = {
  objects: LogObject[];
  /** Those whose members are among the objects. */
  archives: LogArchive[];
  /** What could not be read or looked into. */
  problems: { name: string; reason: string }[];
};

/**
 * Finds the files of paths, folders (with all below) and globs, in code-point order, each once; those in an archive
 * stand in its place, in its order.
 * What can't be looked into is a problem with its reason; the rest is still found.
 */
export async function findLogs(
  paths: readonly string[],
  options: { except: readonly string[] },
): Promise<FoundLogs> {
  const files = new Set<string>();
  const problems: FoundLogs['problems'] = [];
  const except = options.except.map((path) => resolve(path));
  for (const path of paths) {
    const found = new Set<string>();
    const known = problems.length;
    for (const match of await expand(path))
      await walk(match, { files: found, folders: new Set(), problems, except });
    for (const file of found) files.add(file);
    if (found.size === 0 && problems.length === known) {
      problems.push({ name: path, reason: await whyNone(path, except) });
    }
  }
  const objects: LogObject[] = [];
  const archives: LogArchive[] = [];
  for (const file of [...files].sort()) {
    try {
      const object = logObject(file);
      const archive = await openArchive(object, file);
      if (archive) archives.push(archive);
      objects.push(...(archive?.members ?? [object]));
    } catch (error) {
      problems.push({ name: shortName(file), reason: reasonOf(error) });
    }
  }
  return { objects, archives, problems };
}

async function expand(path: string): Promise<string[]> {
  if (!/[*?[\]{}]/.test(path) || (await exists(path))) return [path];
  const matches: string[] = [];
  for await (const match of glob(path)) matches.push(match);
  return matches;
}

/** Why a path has given no file. */
async function whyNone(path: string, except: readonly string[]): Promise<string> {
  if (!(await exists(path))) return 'does not exist: check the path';
  return isBelow(resolve(path), except)
    ? 'is in what --lake or --out names, where no log is read from: give the logs themselves, or another place for the lake'
    : 'holds no file: give a folder or a file with logs';
}

function isBelow(path: string, roots: readonly string[]): boolean {
  return roots.some((root) => path === root || path.startsWith(root + sep));
}

async function exists(path: string): Promise<boolean> {
  return access(path, constants.F_OK).then(
    () => true,
    () => false,
  );
}

type Walk = {
  files: Set<string>;
  folders: Set<string>;
  problems: FoundLogs['problems'];
  except: readonly string[];
};

async function walk(path: string, into: Walk): Promise<void> {
  const given = resolve(path);
  if (isBelow(given, into.except)) return;
  const tell = (reason: string) => into.problems.push({ name: shortName(given), reason });
  try {
    const info = await stat(given);
    const reason = noFile(info);
    if (reason) {
      tell(reason);
      return;
    }
    // The real path: a link is no second file, and a link to a folder above is no end.
    const full = await realpath(given);
    if (info.isFile()) into.files.add(full);
    else if (!into.folders.has(full)) {
      into.folders.add(full);
      await walkFolder(full, into);
    }
  } catch (error) {
    const reason =
      (error as NodeJS.ErrnoException).code === 'ENOENT' ? await whyGone(given) : reasonOf(error);
    if (reason) tell(reason);
  }
}

function noFile(info: Stats): string | null {
  if (info.isFile() || info.isDirectory()) return null;
  const kind = info.isFIFO() ? 'pipe' : info.isSocket() ? 'socket' : 'device';
  return `is no file but a ${kind}: write what it gives to a file, and give that`;
}

/** Why nothing lies behind a path that was listed; null: it was taken away since, or never was. */
async function whyGone(path: string): Promise<string | null> {
  if (isMisnamed(path)) return MISNAMED;
  const info = await lstat(path).catch(() => null);
  if (!info?.isSymbolicLink()) return null;
  return `is a link to ${await readlink(path)}, which is not there: give the file itself`;
}

/** Plain files are taken as they are: to ask the system about each of ten thousand costs as much as to read them. */
async function walkFolder(folder: string, into: Walk): Promise<void> {
  const entries = (await readdir(folder, { withFileTypes: true })).sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (!entry.isFile()) await walk(path, into);
    else if (!into.except.includes(path)) into.files.add(path);
  }
}

/** The stored bytes of a delivery from a file, or from an archive; null where it is gone. */
export async function readDelivered(delivery: Delivery): Promise<Uint8Array | null> {
  if (delivery.kind !== 'file') return null;
  if (delivery.member !== undefined) return readMember(delivery.path, delivery.member).catch(() => null);
  return readFile(delivery.path).catch(() => null);
}

function shortName(file: string): string {
  const near = relative(process.cwd(), file);
  return near.startsWith('..') ? file : near;
}

/** Node lists a name of other bytes than UTF-8 with U+FFFD in it, under which there is no file. */
const isMisnamed = (path: string): boolean => path.includes('\ufffd');
const MISNAMED = 'has a name that is not in UTF-8, as a path must be to be found: give it another name';

function reasonOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'EACCES' || code === 'EPERM')
    return 'may not be read by this user: change its permissions or run as its owner';
  if (code === 'ENOENT' && isMisnamed((error as NodeJS.ErrnoException).path ?? '')) return MISNAMED;
  return (error as Error).message;
}

function logObject(file: string): LogObject {
  accessSync(file, constants.R_OK);
  const info = statSync(file);
  return {
    name: shortName(file),
    delivery: { kind: 'file', path: file, size: info.size, mtime: info.mtime.toISOString() },
    open: () => (info.size <= WHOLE_BYTES ? bytesAtOnce(file, info) : bytesAtRest(file, info)),
  };
}

/** The same of a small file, without a stream. */
async function* bytesAtOnce(file: string, found: Stats): AsyncGenerator<Buffer> {
  const descriptor = openSync(file, 'r');
  try {
    const bytes = Buffer.allocUnsafe(found.size + 1);
    const count = readSync(descriptor, bytes);
    if (count !== found.size) throw new ChangedObjectError();
    refuseChanged(fstatSync(descriptor), found);
    if (count > 0) yield bytes.subarray(0, count);
  } finally {
    closeSync(descriptor);
  }
}

/** The stored bytes of a file that is the same from when it was found to when its last byte is read. Throws ChangedObjectError. */
async function* bytesAtRest(file: string, found: Stats): AsyncGenerator<Buffer> {
  yield* bytesOfFile(file);
  refuseChanged(statSync(file), found);
}

function refuseChanged({ size, mtimeMs }: Stats, found: Stats): void {
  if (size !== found.size || mtimeMs !== found.mtimeMs) throw new ChangedObjectError();
}

/** The stored bytes of a file, from the start. */
export function bytesOfFile(file: string): AsyncIterable<Buffer> {
  return createReadStream(file, { highWaterMark: 1 << 18 }) as AsyncIterable<Buffer>;
}
