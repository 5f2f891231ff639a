/** What the kernel is compiled from is what it is. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { compileKernel } from '../../scripts/compile-kernel.ts';

test('The binary is what kernel/ compiles to: else `npm run kernel`', async () => {
  const file = join(import.meta.dirname, '..', '..', 'src', 'lake', 'kernel-binary.ts');
  assert.equal(readFileSync(file, 'utf8'), await compileKernel());
});
