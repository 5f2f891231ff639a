import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const entry = fileURLToPath(new URL('../../bin/ascribe.js', import.meta.url));

export type Ran = { code: number | null; signal: NodeJS.Signals | null; out: string; err: string };

/** Runs the command line as a user does; `killAfter` ends it with SIGKILL after so many ms. */
export function ascribe(
  args: readonly string[],
  options: { cwd?: string; killAfter?: number; env?: NodeJS.ProcessEnv; argv0?: string[] } = {},
): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const [command, ...before] = [...(options.argv0 ?? []), process.execPath];
    const child = spawn(command!, [...before, entry, ...args], {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
    });
    let out = '';
    let err = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      out += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      err += text;
    });
    const timer =
      options.killAfter === undefined ? null : setTimeout(() => child.kill('SIGKILL'), options.killAfter);
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (timer) clearTimeout(timer);
      resolve({ code, signal, out, err });
    });
  });
}

/** SHA-256 of every file below a folder whose relative path the test takes. */
export function digests(root: string, take: (path: string) => boolean): Map<string, string> {
  const found = new Map<string, string>();
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    const path = relative(root, file);
    if (take(path)) found.set(path, createHash('sha256').update(readFileSync(file)).digest('hex'));
  }
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** One sentence for a person: it names the command, and no line of a stack. */
export function assertSentence({ code, err }: Ran, says: RegExp): void {
  assert.notEqual(code, 0);
  assert.match(err, says);
  assert.doesNotMatch(err, /^\s+at .+:\d+:\d+\)?$/m, 'no stack');
}
