/**
 * Runs the AWS tests on this machine: fetches what the emulation needs, once, then runs each `test/aws/*.aws.ts`, one
 * after the other, since each starts an AWS of its own. Arguments are parts of file names: only those are run.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { setUp } from './set-up-emulation.ts';

const root = join(import.meta.dirname, '..');
const wanted = process.argv.slice(2);
const files = readdirSync(join(root, 'test', 'aws'))
  .filter(
    (name) => name.endsWith('.aws.ts') && (wanted.length === 0 || wanted.some((part) => name.includes(part))),
  )
  .sort();
if (files.length === 0) throw new Error(`no file of test/aws has ${wanted.join(' or ')} in its name`);

const began = Date.now();
await setUp();
const outcomes: { name: string; code: number | null; seconds: number }[] = [];
for (const name of files) {
  const start = Date.now();
  const logs = mkdtempSync(join(tmpdir(), 'ascribe-logs-'));
  const code = await run(name, logs);
  if (code === 0) rmSync(logs, { recursive: true, force: true });
  else showLogs(logs);
  outcomes.push({ name, code, seconds: Math.round((Date.now() - start) / 1000) });
}

console.log('');
for (const { name, code, seconds } of outcomes)
  console.log(`${code === 0 ? 'holds ' : 'FAILS '} test/aws/${name} in ${seconds} s`);
console.log(`The AWS tests took ${Math.round((Date.now() - began) / 1000)} s.`);
process.exitCode = outcomes.every(({ code }) => code === 0) ? 0 : 1;

function run(name: string, logs: string): Promise<number | null> {
  const child = spawn(process.execPath, ['--test', '--test-reporter=spec', join('test', 'aws', name)], {
    cwd: root,
    stdio: 'inherit',
    // Whatever a test starts as `node` is this one: the machine's own may be older.
    env: {
      ...process.env,
      EMULATION_LOGS: logs,
      PATH: [dirname(process.execPath), process.env.PATH ?? ''].join(delimiter),
    },
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
}

function showLogs(folder: string): void {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.log'),
  );
  for (const file of files) {
    const end = readFileSync(join(folder, file), 'utf8').trimEnd().split('\n').slice(-25);
    if (end.join('') !== '') console.log(`\n== the end of ${join(folder, file)}\n${end.join('\n')}`);
  }
}
