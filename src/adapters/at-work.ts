import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROFILE_KEY } from '../ingest/profile.ts';
import { STAGING, StoreError } from '../lake/store.ts';
import { isInS3 } from './lake-location.ts';
import { makeFolder } from './make-folder.ts';
import { abandonedIn, PROCESS_NAME } from './process-name.ts';

/**
 * Who is at work in a lake in a folder says so by an empty file in its `.staging`, `writes-<process>` or
 * `anew-<process>`, and then looks for those that it cannot work beside: of two that come at once, one at least sees
 * the other. What a killed process left is removed by the next one (docs/decisions/0047-writers-and-reingest.md).
 */
type Kind = 'writes' | 'anew';

/**
 * Until what it gives is called, no other process makes the lake anew. Throws StoreError where one does so now. Others
 * may write beside it, and a lake in S3 is never made anew.
 */
export function writeInto(lake: string): () => void {
  if (isInS3(lake)) return () => {};
  return enter(lake, 'writes', [
    {
      kind: 'anew',
      says: (process) => `${lake} is being made anew by ${process}: wait until that has ended`,
    },
  ]);
}

/**
 * Until what it gives is called, no other process writes into the lake. Throws StoreError where one does so now. In a
 * folder that is no lake it leaves nothing.
 */
export function makeAnew(lake: string): () => void {
  if (!existsSync(join(lake, PROFILE_KEY))) return () => {};
  return enter(lake, 'anew', [
    {
      kind: 'writes',
      says: (process) =>
        `${lake} cannot be made anew while ${process} writes into it: wait until that has ended`,
    },
    {
      kind: 'anew',
      says: (process) => `${lake} is being made anew by ${process} already: wait until that has ended`,
    },
  ]);
}

function enter(
  lake: string,
  kind: Kind,
  others: readonly { kind: Kind; says(process: string): string }[],
): () => void {
  const area = join(lake, STAGING);
  const mark = join(area, `${kind}-${PROCESS_NAME}`);
  const leave = (): void => rmSync(mark, { force: true });
  makeFolder(area);
  writeFileSync(mark, '');
  for (const other of others) {
    const [found] = othersIn(area, other.kind);
    if (found === undefined) continue;
    leave();
    const path = join(area, found);
    const process = `process ${found.split('-').at(-1)}`;
    throw new StoreError(`${other.says(process)}. If there is no such process any more, remove ${path}.`, {
      path,
    });
  }
  return leave;
}

/** Marks of other processes that may be at work. Those of processes that are gone are removed. */
function othersIn(area: string, kind: Kind): string[] {
  const start = `${kind}-`;
  const processOf = (entry: string) => (entry.startsWith(start) ? entry.slice(start.length) : null);
  for (const left of abandonedIn(area, processOf)) rmSync(join(area, left), { force: true });
  return readdirSync(area).filter((entry) => entry.startsWith(start) && processOf(entry) !== PROCESS_NAME);
}
