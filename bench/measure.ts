/** Runs a process and tells what it took: wall time, processor time, peak of resident memory. */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** Between two looks at the peak memory of a process. */
const SAMPLE_MS = 50;

export type Command = { name: string; command: string; args: readonly string[] };

/** `peakBytes` and `cpuSeconds` are 0 where the system is not Linux. */
export type Run = { seconds: number; cpuSeconds: number; peakBytes: number; output: string };

/** The peak of a process, as the kernel keeps it, and of its children: together at least what they held at a time. */
function peakOf(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const own = Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
    const children = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean),
    );
    return own + children.reduce((sum, child) => sum + peakOf(Number(child)), 0);
  } catch {
    return 0;
  }
}

/** Processor time of all processes that this one has waited for, as Linux tells it in hundredths; 0 elsewhere. */
function spentCpuSeconds(): number {
  try {
    const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1]!.split(' ');
    return (Number(fields[13]) + Number(fields[14])) / 100;
  } catch {
    return 0;
  }
}

/** Throws with what the process said where it ends in failure. */
export async function measure({ name, command, args }: Command): Promise<Run> {
  const spent = spentCpuSeconds();
  const start = performance.now();
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const output: Buffer[] = [];
  const complaints: Buffer[] = [];
  child.stdout.on('data', (bytes: Buffer) => output.push(bytes));
  child.stderr.on('data', (bytes: Buffer) => complaints.push(bytes));
  let peakBytes = 0;
  const sampling = setInterval(() => {
    if (child.pid) peakBytes = Math.max(peakBytes, peakOf(child.pid));
  }, SAMPLE_MS);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  }).finally(() => clearInterval(sampling));
  const seconds = (performance.now() - start) / 1000;
  if (code !== 0) throw new Error(`${name} ended with ${code}: ${Buffer.concat(complaints)}`);
  return {
    seconds,
    cpuSeconds: spentCpuSeconds() - spent,
    peakBytes,
    output: Buffer.concat(output).toString('utf8'),
  };
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]!;
}

export type Middle = { seconds: number; cpuSeconds: number; peakBytes: number };

/** Median of the times, highest of the peaks. */
export function middle(runs: readonly Run[]): Middle {
  return {
    seconds: median(runs.map((run) => run.seconds)),
    cpuSeconds: median(runs.map((run) => run.cpuSeconds)),
    peakBytes: Math.max(...runs.map((run) => run.peakBytes)),
  };
}
