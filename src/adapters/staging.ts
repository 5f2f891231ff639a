import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A folder for parts on their way into the lake, in its file system, named by the process. What a killed
 * process left is removed by the next one.
 */
export function stageFolder(lake: string): { stageFile(): string; clear(): void; remove(): void } {
  const area = join(lake, '.staging');
  mkdirSync(area, { recursive: true });
  for (const name of readdirSync(area)) {
    // Folders of parts, and files that were on their way to their names, which this process may have by now.
    const [, parts, pid] = /^(parts-)?(\d+)(?:-[0-9a-f-]+)?$/.exec(name) ?? [];
    const isOwn = pid === String(process.pid);
    if (pid && !(isOwn && !parts) && !isRunning(Number(pid)))
      rmSync(join(area, name), { recursive: true, force: true });
  }
  const folder = join(area, `parts-${process.pid}`);
  mkdirSync(folder, { recursive: true });
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

function isRunning(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
