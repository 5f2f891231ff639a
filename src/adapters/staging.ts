import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { STAGING } from '../lake/store.ts';
import { makeFolder } from './make-folder.ts';
import { abandonedIn, PROCESS_NAME } from './process-name.ts';

/** Folders of parts, and files that were on their way to their names: both named by their process. */
const STAGED = /^(?:parts-)?((?:[0-9a-f]{12}-)?\d+)(?:-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})?$/;

/**
 * A folder for parts on their way into the lake, in its file system, named by the process. What a killed
 * process left is removed by the next one.
 */
export function stageFolder(lake: string): { stageFile(): string; clear(): void; remove(): void } {
  const area = join(lake, STAGING);
  makeFolder(area);
  for (const name of abandonedIn(area, (entry) => STAGED.exec(entry)?.[1]))
    rmSync(join(area, name), { recursive: true, force: true });
  const folder = join(area, `parts-${PROCESS_NAME}`);
  // A process that had this number before left it.
  rmSync(folder, { recursive: true, force: true });
  makeFolder(folder);
  let files = 0;
  return {
    stageFile() {
      files += 1;
      return join(folder, String(files));
    },
    /** Removes what a step that failed left behind. */
    clear() {
      for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true, force: true });
    },
    remove() {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
