/** Synthesizes the product's stacks for this machine, at the pace of a test, into a folder. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

export function synthesize(folder: string, context: Record<string, string> = {}): string {
  const assembly = join(folder, 'cdk');
  const settings = {
    architecture: process.arch === 'arm64' ? 'arm64' : 'x64',
    pace: 'emulated',
    timeZone: 'UTC',
    rawRetentionMode: 'GOVERNANCE',
    rawRetentionDays: '1',
    vaultRetentionMode: 'GOVERNANCE',
    vaultRetentionDays: '1',
    ...context,
  };
  const options = Object.entries(settings).flatMap(([name, value]) => ['--context', `${name}=${value}`]);
  const script = join(import.meta.dirname, '..', '..', 'scripts', 'synth.ts');
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, '--output', assembly, ...options], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`the stacks were not synthesized:\n${stdout}\n${stderr}`);
  return assembly;
}
