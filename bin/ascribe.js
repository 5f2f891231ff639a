#!/usr/bin/env node
// In a clone the TypeScript runs as it stands (Node 24 strips types); what leaves the clone is dist/.
import { existsSync } from 'node:fs';
import nodeModule from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';

// Syncing small files waits for the disk, a thread each: more of them than cores.
process.env.UV_THREADPOOL_SIZE ??= '4';

const source = new URL('../src/cli/main.ts', import.meta.url);
const inClone = existsSync(source);
// 22.15 is the first with zstd.
const needed = inClone ? '24.0' : '22.15';
const [major, minor] = process.versions.node.split('.').map(Number);
const [leastMajor, leastMinor] = needed.split('.').map(Number);
if (major < leastMajor || (major === leastMajor && minor < leastMinor)) {
  const instead = inClone ? 'run it as npx ascribe, which brings its own' : `install Node ${needed} or newer`;
  process.stderr.write(
    `ascribe: this is Node ${process.versions.node}, and ascribe needs ${needed}: ${instead}.\n`,
  );
  process.exitCode = 1;
} else {
  // A folder of the user's own, beside the data sets: code from a shared one could be anybody's.
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  const code = join(cache, 'ascribe', 'code');
  nodeModule.enableCompileCache?.(code);
  // For threads, which do not take it from the first.
  process.env.NODE_COMPILE_CACHE ??= code;
  const { main } = await import(inClone ? source.href : new URL('../dist/cli/main.js', import.meta.url).href);
  process.exitCode = await main(process.argv.slice(2));
}
