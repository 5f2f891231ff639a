/** Starts parts of the emulation as processes of their own, with a log each, and ends every one of them. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sleep } from './local-http.ts';

export type Part = {
  name: string;
  child: ChildProcess;
  log: string;
  stop(): Promise<void>;
};

const living = new Set<ChildProcess>();

/** SIGKILL, for it is sent where nobody waits any more: at the end of the process. */
function killAll(): void {
  for (const child of living) child.kill('SIGKILL');
}

process.on('exit', killAll);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    killAll();
    process.exit(signal === 'SIGINT' ? 130 : 143);
  });
}

/** Registers a child that something else has started, so that it does not outlive us. */
export function endWithUs(child: ChildProcess): void {
  living.add(child);
  child.once('exit', () => living.delete(child));
}

const tied = join(import.meta.dirname, 'tied.py');

export function startPart(
  name: string,
  by: { python: string; command: string; args: string[]; env: NodeJS.ProcessEnv; log: string },
): Part {
  const log = openSync(by.log, 'a');
  const child = spawn(by.python, [tied, by.command, ...by.args], {
    env: by.env,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  endWithUs(child);
  child.once('error', () => living.delete(child));
  return {
    name,
    child,
    log: by.log,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
      const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
      child.kill('SIGTERM');
      const patience = setTimeout(() => child.kill('SIGKILL'), 2000);
      await gone;
      clearTimeout(patience);
    },
  };
}

/** Waits until a part answers, and fails with the end of its log if it ends or takes too long. */
export async function untilReady(
  part: Part,
  by: { ready: () => Promise<boolean>; seconds: number },
): Promise<void> {
  const until = Date.now() + by.seconds * 1000;
  while (Date.now() < until) {
    if (part.child.exitCode !== null || part.child.signalCode !== null) break;
    if (await by.ready().catch(() => false)) return;
    await sleep(100);
  }
  const how =
    part.child.exitCode === null ? `is not ready after ${by.seconds} s` : `ended with ${part.child.exitCode}`;
  throw new Error(`${part.name} ${how}. The end of ${part.log}:\n${tail(part.log)}`);
}

export function tail(log: string, lines = 40): string {
  try {
    return readFileSync(log, 'utf8').split('\n').slice(-lines).join('\n');
  } catch {
    return '(no log)';
  }
}
