/** Compiles kernel/ to WebAssembly, into src/lake/kernel-binary.ts: `npm run kernel`. A test holds the one against the other. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileKernel } from './compile-kernel.ts';

const file = join(import.meta.dirname, '..', 'src', 'lake', 'kernel-binary.ts');
writeFileSync(file, await compileKernel());
