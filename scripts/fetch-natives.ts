/**
 * Fetches DuckDB's native package for Lambda's processors, as far as npm has not installed it: run by `npm ci`, so
 * that the synth of the stacks needs no network. Without a network it says so and goes on: nothing else needs them.
 */
import { nativePackage } from '../infra/native-package.ts';

for (const architecture of ['arm64', 'x64'] as const) {
  try {
    nativePackage(architecture);
  } catch (error) {
    console.error(`Not there yet, and needed to synthesize for ${architecture}: ${(error as Error).message}`);
  }
}
