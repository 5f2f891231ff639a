#!/usr/bin/env node
// In a clone the TypeScript runs as it stands (Node 24 strips types); what leaves the clone is dist/.
import { existsSync } from 'node:fs';

// Syncing small files waits for the disk, a thread each: more of them than cores.
process.env.UV_THREADPOOL_SIZE ??= '16';

const source = new URL('../src/cli/main.ts', import.meta.url);
const { main } = await import(
  existsSync(source) ? source.href : new URL('../dist/cli/main.js', import.meta.url).href
);
process.exitCode = await main(process.argv.slice(2));
