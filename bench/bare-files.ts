/**
 * What small objects cost without Ascribe: reads, digests and unpacks each log, and writes files of the sizes of those
 * that a lake keeps of it, synced and in the same order. Arguments: the folder of logs, that lake, a folder to write to.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync, renameSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { placeFiles } from '../src/adapters/place-files.ts';
import { sha256 } from '../src/lake/digest.ts';
import { pathsBelow } from './paths.ts';

/** Objects whose files are synced together. */
const TOGETHER = 32;
/** Of each object first its parts, then its marker, then what custody knows of it. */
const FOLDERS = ['tables', 'objects', 'custody'];

const [logs, lake, out] = process.argv.slice(2) as [string, string, string];
const objects = pathsBelow(logs);
const kept = FOLDERS.map((folder) =>
  pathsBelow(join(lake, folder)).map((file) => ({
    path: join(out, relative(lake, file)),
    size: statSync(file).size,
  })),
);
const content = randomBytes(Math.max(...kept.flat().map(({ size }) => size)));

for (let at = 0; at < objects.length; at += TOGETHER) {
  for (const object of objects.slice(at, at + TOGETHER)) {
    const stored = readFileSync(object);
    sha256(stored);
    sha256(gunzipSync(stored));
  }
  for (const files of kept) {
    const share = files.length / objects.length;
    await placeFiles(
      files.slice(Math.round(at * share), Math.round((at + TOGETHER) * share)).map(({ path, size }) => ({
        path,
        bytes: content.subarray(0, size),
      })),
      { area: join(out, '.staging'), place: renameSync, explain },
    );
  }
}

function explain(path: string, error: unknown): never {
  throw new Error(`cannot write ${path}`, { cause: error });
}
