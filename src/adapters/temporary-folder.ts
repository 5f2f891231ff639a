import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { abandonedIn, PROCESS_NAME } from './process-name.ts';

export type TemporaryFolder = { path: string; remove(): void };

/** Named by what they are for and by their process, so that what a killed one left is known. */
const OURS = /^ascribe-[a-z]+-([0-9a-f]{12}-\d+)-[A-Za-z0-9]{6}$/;

const folders = new Set<string>();
let isSwept = false;

/**
 * A folder of this process alone, outside the lake: it goes with `remove`, or with the process. The first one also
 * removes those of processes that were killed, since evidence may lie in them.
 */
export function temporaryFolder(purpose: 'archive' | 'database' | 'overflow'): TemporaryFolder {
  if (!isSwept) sweep();
  isSwept = true;
  if (folders.size === 0) process.once('exit', removeAll);
  const path = mkdtempSync(join(tmpdir(), `ascribe-${purpose}-${PROCESS_NAME}-`));
  folders.add(path);
  return {
    path,
    remove() {
      rmSync(path, { recursive: true, force: true });
      folders.delete(path);
      if (folders.size === 0) process.off('exit', removeAll);
    },
  };
}

function sweep(): void {
  for (const name of abandonedIn(tmpdir(), (entry) => OURS.exec(entry)?.[1]))
    try {
      rmSync(join(tmpdir(), name), { recursive: true, force: true });
    } catch {
      // It is somebody else's, who will remove it.
    }
}

function removeAll(): void {
  for (const path of folders) rmSync(path, { recursive: true, force: true });
}
