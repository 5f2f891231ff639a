/**
 * Times `ascribe ingest` of one gzip log, as a whole process, against `zcat` and, where it is installed, GoAccess
 * (https://goaccess.io), which also reads all lines but keeps no rows. See docs/bench.md.
 */
import { spawn, spawnSync } from 'node:child_process';
import {
  createWriteStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createGzip } from 'node:zlib';
import { BENCH_FORMATS, type BenchFormat, benchLines } from './lines.ts';

const CLI = fileURLToPath(new URL('../bin/ascribe.js', import.meta.url));
const CACHE = join(tmpdir(), 'ascribe-bench');
/** Between two looks at the peak memory of a process. */
const SAMPLE_MS = 50;

type Contender = { name: string; command: string; args: string[]; prepare?(): void };
type Run = { seconds: number; cpuSeconds: number; peakBytes: number };

function options(): { format: BenchFormat; lines: number; rounds: number } {
  const { values } = parseArgs({
    options: {
      format: { type: 'string', default: 'combined' },
      lines: { type: 'string', default: '2000000' },
      rounds: { type: 'string', default: '3' },
    },
  });
  const format = BENCH_FORMATS.find((name) => name === values.format);
  const [lines, rounds] = [Number(values.lines), Number(values.rounds)];
  const counts = [lines, rounds].every((count) => Number.isSafeInteger(count) && count > 0);
  if (format && counts) return { format, lines, rounds };
  process.stderr.write(
    `npm run bench -- [--format ${BENCH_FORMATS.join('|')}] [--lines <number>] [--rounds <number>]\n`,
  );
  process.exit(2);
}

/** The log, written once and kept, named by what it holds. */
async function logFile(format: BenchFormat, lines: number): Promise<string> {
  const maker = statSync(new URL('./lines.ts', import.meta.url)).mtimeMs;
  const file = join(CACHE, `${format}-${lines}-${Math.floor(maker)}.log.gz`);
  if (existsSync(file)) return file;
  mkdirSync(CACHE, { recursive: true });
  const half = `${file}.${process.pid}`;
  await pipeline(Readable.from(benchLines(format, lines)), createGzip(), createWriteStream(half));
  renameSync(half, file);
  return file;
}

/** Resident memory of a process and its children at their peaks, as Linux tells it; 0 elsewhere. */
function peakOf(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const own = Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
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

async function measure({ name, command, args, prepare }: Contender): Promise<Run> {
  prepare?.();
  const spent = spentCpuSeconds();
  const start = performance.now();
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const complaints: Buffer[] = [];
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
  return { seconds, cpuSeconds: spentCpuSeconds() - spent, peakBytes };
}

function contenders(file: string, format: BenchFormat, folder: string): Contender[] {
  const lake = join(folder, 'lake');
  const shell = (script: string, ...rest: string[]) => ['-c', script, 'sh', file, ...rest];
  const all: Contender[] = [
    { name: 'zcat', command: 'sh', args: shell('zcat "$1" > /dev/null') },
    {
      name: 'ascribe ingest',
      command: process.execPath,
      args: [CLI, 'ingest', file, '--lake', lake],
      prepare: () => rmSync(lake, { recursive: true, force: true }),
    },
  ];
  if (format === 'combined' && spawnSync('goaccess', ['--version']).status === 0) {
    const script = 'zcat "$1" | goaccess - --log-format=COMBINED --no-progress -o "$2"';
    all.push({ name: 'goaccess', command: 'sh', args: shell(script, join(folder, 'report.json')) });
  }
  return all;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]!;
}

function table(runs: ReadonlyMap<string, readonly Run[]>, lines: number): string {
  const base = median(runs.get('zcat')!.map((run) => run.seconds));
  const rows = [...runs].map(([name, own]) => {
    const times = own.map((run) => run.seconds);
    const seconds = median(times);
    const peak = Math.max(...own.map((run) => run.peakBytes));
    return [
      name,
      seconds.toFixed(2),
      `${Math.min(...times).toFixed(2)}–${Math.max(...times).toFixed(2)}`,
      (seconds / base).toFixed(2),
      ((seconds * 1e6) / lines).toFixed(2),
      median(own.map((run) => run.cpuSeconds)).toFixed(2),
      peak > 0 ? String(Math.round(peak / 2 ** 20)) : '-',
    ];
  });
  const head = ['', 'median s', 'range s', 'of zcat', 'µs a record', 'CPU s', 'peak MiB'];
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]!.length)),
  );
  return [head, ...rows]
    .map((row) =>
      row
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!)))
        .join('  '),
    )
    .join('\n');
}

const { format, lines, rounds } = options();
const file = await logFile(format, lines);
const folder = mkdtempSync(join(tmpdir(), 'ascribe-bench-run-'));
try {
  const all = contenders(file, format, folder);
  const runs = new Map<string, Run[]>(all.map(({ name }) => [name, []]));
  // In turn, so that whatever else the machine does falls on each alike.
  for (let round = 0; round < rounds; round += 1)
    for (const contender of all) runs.get(contender.name)!.push(await measure(contender));
  const megabytes = (statSync(file).size / 1e6).toFixed(0);
  process.stdout.write(
    `${lines.toLocaleString('en-GB')} ${format} lines, ${megabytes} MB of gzip, ${rounds} rounds, ${cpus().length} cores, Node ${process.version}\n\n`,
  );
  process.stdout.write(`${table(runs, lines)}\n`);
  if (format === 'combined' && !runs.has('goaccess')) process.stdout.write('goaccess: not installed\n');
} finally {
  rmSync(folder, { recursive: true, force: true });
}
