/** Where what the benchmarks read is kept, named by what it holds and by the code that made it. */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const CACHE = join(tmpdir(), 'ascribe-bench');
const LINES = ['./lines.ts', '../src/simulate/random.ts'].map((file) => new URL(file, import.meta.url));

/** The path of something made of the lines, and by the modules of these URLs. */
export function cached(name: string, ...makers: string[]): string {
  const hash = createHash('sha256');
  for (const file of [...LINES, ...makers.map((maker) => new URL(maker))]) hash.update(readFileSync(file));
  mkdirSync(CACHE, { recursive: true });
  return join(CACHE, `${name}-${hash.digest('hex').slice(0, 10)}`);
}
