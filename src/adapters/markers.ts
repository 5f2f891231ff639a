import { closeSync, constants, fstatSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Marker, parseMarker, readMarker } from '../lake/marker.ts';
import { sideBySide } from '../lake/side-by-side.ts';
import type { Store } from '../lake/store.ts';
import { isInS3 } from './lake-location.ts';

/** Reads at a time: a store far away answers many at once. */
const READS = 32;
const NAME = /^[0-9a-f]{64}\.json$/;

/**
 * The markers of the objects that are committed now, in order of their ids. Nothing of them is kept from one command
 * to the next: another process may write at any time, and reading 10,000 anew takes a quarter of a second. Throws
 * MarkerError where one is not as it was written.
 */
export async function readMarkers(store: Store): Promise<Marker[]> {
  const folder = store.locate('objects');
  const names = isInS3(folder)
    ? (await store.list('objects/')).map(({ key }) => key.slice('objects/'.length))
    : namesIn(folder);
  const committed = names.filter((name) => NAME.test(name)).sort();
  const markers = await sideBySide(committed, READS, async (name) => {
    const [objectId, place] = [name.slice(0, 64), join(folder, name)];
    const text = isInS3(folder) ? null : plainText(place);
    return text === null ? readMarker(store, objectId) : parseMarker(text, { objectId, place });
  });
  return markers.filter((marker) => marker !== null);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/**
 * A small file, read while the process waits: for thousands of them the threads of asynchronous reads cost five times
 * as much. Null: no plain file that opens, and the store says why.
 */
function plainText(path: string): string | null {
  let file: number;
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch {
    return null;
  }
  try {
    return fstatSync(file).isFile() ? readFileSync(file, 'utf8') : null;
  } finally {
    closeSync(file);
  }
}
