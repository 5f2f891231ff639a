/**
 * Runs the AWS tests on this machine: fetches what the emulation needs, once, then runs each `test/aws/*.aws.ts`, two
 * at a time, since each starts an AWS of its own. Arguments are parts of file names: only those are run.
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

/** The longest first, so that the others fill the time beside them. */
const LONGEST = ['faults', 'parity', 'labour-2019', 'formats', 'large-object'];
const rank = (name: string): number =>
  (LONGEST.indexOf(name.split('.')[0]!) + LONGEST.length + 1) % (LONGEST.length + 1);
files.sort((a, b) => rank(a) - rank(b));

/** Files at a time: each has an AWS of its own, of 2 to 4 GB, and waits for half of its time. */
const AT_ONCE = 2;

const began = Date.now();
await setUp();
const outcomes: { name: string; code: number | null; seconds: number }[] = [];
const left = files.values();
async function runSome(): Promise<void> {
  for (const name of left) {
    const start = Date.now();
    const logs = mkdtempSync(join(tmpdir(), 'ascribe-logs-'));
    const { code, said } = await run(name, logs);
    const seconds = Math.round((Date.now() - start) / 1000);
    console.log(`\n== test/aws/${name}\n${said.trimEnd()}`);
    if (code === 0) rmSync(logs, { recursive: true, force: true });
    else showLogs(logs);
    outcomes.push({ name, code, seconds });
  }
}
await Promise.all(Array.from({ length: AT_ONCE }, runSome));

console.log('');
for (const { name, code, seconds } of outcomes)
  console.log(`${code === 0 ? 'holds ' : 'FAILS '} test/aws/${name} in ${seconds} s`);
console.log(`The AWS tests took ${Math.round((Date.now() - began) / 1000)} s.`);
process.exitCode = outcomes.every(({ code }) => code === 0) ? 0 : 1;

/** Runs a file and keeps what it says, so that two of them do not speak at once. */
function run(name: string, logs: string): Promise<{ code: number | null; said: string }> {
  const child = spawn(process.execPath, ['--test', '--test-reporter=spec', join('test', 'aws', name)], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    // Whatever a test starts as `node` is this one: the machine's own may be older.
    env: {
      ...process.env,
      EMULATION_LOGS: logs,
      PATH: [dirname(process.execPath), process.env.PATH ?? ''].join(delimiter),
    },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, said }));
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
