/** What the command line of the benchmarks says. */
import { parseArgs } from 'node:util';
import { BENCH_FORMATS, type BenchFormat } from './lines.ts';
import { LARGE_OBJECTS, type SizeOf } from './objects.ts';

type Benchmark = 'formats' | 'ten-times' | 'small' | 'skipping' | 'report';

export type BenchOptions = {
  benchmark: Benchmark;
  /** As given; all where none is. */
  formats: readonly BenchFormat[];
  lines: number;
  objects: number;
  sizeOf: SizeOf;
  /** Of the incident that a report is about, at least. */
  events: number;
  rounds: number;
};

const USAGE = `npm run bench -- [--format ${BENCH_FORMATS.join('|')}] [--lines <number>] [--rounds <number>]
npm run bench -- --ten-times [--format <format>] [--lines <number, of the longer log>] [--rounds <number>]
npm run bench -- --small [--decompressed] [--objects <number, a multiple of ${LARGE_OBJECTS}>] [--rounds <number>]
npm run bench -- --skipping [--lines <number>]
npm run bench -- --report [--events <number>]
`;

const LINES: Record<Benchmark, number> = {
  formats: 2_000_000,
  'ten-times': 20_000_000,
  small: 0,
  skipping: 2_000_000,
  report: 0,
};

/** Ends the process with how it is used where the arguments are wrong. */
export function benchOptions(args: string[]): BenchOptions {
  try {
    return parse(args);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${USAGE}`);
    process.exit(2);
  }
}

function parse(args: string[]): BenchOptions {
  const { values } = parseArgs({
    args,
    options: {
      'ten-times': { type: 'boolean' },
      small: { type: 'boolean' },
      decompressed: { type: 'boolean' },
      skipping: { type: 'boolean' },
      report: { type: 'boolean' },
      format: { type: 'string' },
      lines: { type: 'string' },
      objects: { type: 'string' },
      events: { type: 'string' },
      rounds: { type: 'string' },
    },
  });
  const chosen = (['ten-times', 'small', 'skipping', 'report'] as const).filter((name) => values[name]);
  if (chosen.length > 1) throw new Error(`--${chosen.join(' and --')} are two benchmarks: give one.`);
  const benchmark = chosen[0] ?? 'formats';
  const formats = BENCH_FORMATS.filter((name) => values.format === undefined || name === values.format);
  if (formats.length === 0) throw new Error(`--format ${values.format} is none of the formats.`);
  const objects = positive('objects', values.objects, 10_000);
  if (objects % LARGE_OBJECTS > 0)
    throw new Error(`--objects ${objects} is no multiple of ${LARGE_OBJECTS}.`);
  return {
    benchmark,
    formats,
    lines: positive('lines', values.lines, LINES[benchmark]),
    objects,
    sizeOf: values.decompressed ? 'decompressed' : 'stored',
    events: positive('events', values.events, 20_000_000),
    rounds: positive('rounds', values.rounds, benchmark === 'formats' ? 3 : 1),
  };
}

function positive(name: string, text: string | undefined, otherwise: number): number {
  const number = text === undefined ? otherwise : Number(text);
  if (text !== undefined && !(Number.isSafeInteger(number) && number > 0))
    throw new Error(`--${name} ${text} is no whole number above 0.`);
  return number;
}
