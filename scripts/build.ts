/** Compiles src/ to dist/: JavaScript is what leaves the clone, since Node strips no types under node_modules. */
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(import.meta.dirname, '..');
const compiler = fileURLToPath(new URL('bin/tsc', import.meta.resolve('typescript/package.json')));

// A file that src/ no longer has must not ship.
rmSync(join(root, 'dist'), { recursive: true, force: true });

const options = ['-p', join(root, 'tsconfig.build.json')];
const { status } = spawnSync(process.execPath, [compiler, ...options], { stdio: 'inherit' });
if (status !== 0) {
  console.error('The build failed: mend what the compiler names above.');
  process.exit(1);
}
if (!existsSync(join(root, 'dist', 'cli', 'main.js'))) {
  console.error('The build left no dist/cli/main.js, which bin/ascribe.js starts: is src/cli/main.ts there?');
  process.exit(1);
}
console.log('Built dist/.');
