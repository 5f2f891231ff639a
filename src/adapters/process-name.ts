import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';

/** A number of a process says who it is in its own namespace alone, as two containers on one volume have a 7 each. */
const namespace = createHash('sha256').update(namespaceHere()).digest('hex').slice(0, 12);

/** Names this process in files that it will remove: `<namespace>-<pid>`. */
export const PROCESS_NAME = `${namespace}-${process.pid}`;

/** Without a namespace that we can see into, what was not touched for so long is left behind. */
const ABANDONED_MS = 7 * 86_400_000;

/** The boot and the namespace of processes in it, where the system tells; else the name of the machine. */
function namespaceHere(): string {
  try {
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8')} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return hostname();
  }
}

/**
 * Entries of a folder that their processes will not come back to. `processOf` gives what an entry is named by: as above,
 * or, in a folder that is ours alone, by a number, as names once were.
 */
export function abandonedIn(
  folder: string,
  processOf: (entry: string) => string | null | undefined,
): string[] {
  return readdirSync(folder).filter((entry) => {
    const [, place, pid] = /^(?:([0-9a-f]{12})-)?(\d+)$/.exec(processOf(entry) ?? '') ?? [];
    if (pid === undefined) return false;
    if (place === namespace) return !isRunning(Number(pid));
    const mtime = lstatSync(join(folder, entry), { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
    return Date.now() - mtime > ABANDONED_MS;
  });
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
