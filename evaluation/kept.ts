/** Judgements that a run leaves in a file, so that one that was stopped goes on where it was. */
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Judgement } from './judge.ts';

export type Judged = { scenario: string; seed: number; isPerturbed: boolean };

export type Kept = { find(run: Judged): Judgement | null; keep(run: Judged, judgement: Judgement): void };

type Line = Judged & { code: string; judgement: Judgement };

/** What judgements depend on. */
const CODE = ['src', 'kernel', 'formats', 'queries', 'evaluation', 'package-lock.json'];

/** Those of a file which the code as it stands now made; without a file, none is kept. Throws for a line that is no judgement. */
export function keptIn(file: string | undefined): Kept {
  if (file === undefined) return { find: () => null, keep: () => {} };
  const code = digestOfCode();
  const known = new Map<string, Judgement>();
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
  for (const [index, text] of lines.entries()) {
    if (text === '') continue;
    const line = parsed(text, `${file}:${index + 1}`);
    if (line.code === code) known.set(nameOf(line), line.judgement);
  }
  return {
    find: (run) => known.get(nameOf(run)) ?? null,
    keep(run, judgement) {
      appendFileSync(file, `${JSON.stringify({ ...run, code, judgement } satisfies Line)}\n`);
    },
  };
}

function nameOf({ scenario, seed, isPerturbed }: Judged): string {
  return `${scenario} ${seed} ${isPerturbed}`;
}

function parsed(text: string, place: string): Line {
  try {
    return JSON.parse(text) as Line;
  } catch {
    throw new Error(`${place} is no judgement: remove the line, or give --keep another file`);
  }
}

function digestOfCode(): string {
  const root = join(import.meta.dirname, '..');
  const hash = createHash('sha256');
  for (const name of CODE) {
    const files = name.includes('.')
      ? [name]
      : readdirSync(join(root, name), { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
          .sort();
    for (const file of files) hash.update(`${file}\n`).update(readFileSync(join(root, file)));
  }
  return hash.digest('hex');
}
