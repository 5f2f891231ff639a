/** The same bytes of log as many small objects and as ten: what small ones cost the ingest, and the queries after it. */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { inFolder, measureAscribe, measureBareFiles, measureIngest } from './contenders.ts';
import { type Middle, middle, type Run } from './measure.ts';
import { benchObjects, LARGE_OBJECTS, type SizeOf } from './objects.ts';
import { benchOptions } from './options.ts';
import { pathsBelow } from './paths.ts';
import { count, machine, mebibytes, megabytes, print, ratio, seconds, table, tell } from './printed.ts';

const OBJECT_BYTES = 100_000;
/** What the small objects may take, in times of the ten. */
const ASKED = 1.5;
/** A query is short: its time is the median of at least so many. */
const QUERY_ROUNDS = 3;

/** None names an object, so that both lakes must answer alike. */
const QUESTIONS: readonly (readonly string[])[] = [
  ['sql', 'select 1 as one'],
  ['sql', 'select status_code, count(*) as requests from http_activity group by 1 order by 1'],
  ['query', 'detection/minutes'],
  ['query', 'origin/countries'],
  ['query', 'technique/paths'],
];

type Side = { name: string; folder: string; lake: string; runs: Run[] };

export async function benchSmallObjects({
  objects,
  sizeOf,
  rounds,
}: {
  objects: number;
  sizeOf: SizeOf;
  rounds: number;
}): Promise<void> {
  const made = await benchObjects(objects, { objectBytes: OBJECT_BYTES, sizeOf });
  // The first to read them must not be the one that waits for the disk.
  for (const file of [made.large, made.small].flatMap(pathsBelow)) readFileSync(file);
  await inFolder(async (folder) => {
    const many: Side = side(`${count(objects)} objects`, made.small, join(folder, 'small'));
    const ten: Side = side(`${LARGE_OBJECTS} objects`, made.large, join(folder, 'large'));
    for (let round = 1; round <= rounds; round += 1) {
      for (const each of [ten, many]) {
        tell(`${each.name} ${round}/${rounds}`);
        each.runs.push(await measureIngest(each.folder, { lake: each.lake, lines: made.lines }));
      }
    }
    print(
      `\n${megabytes(made.bytes)} MB of ALB log, ${count(made.lines)} lines, in objects of ${count(OBJECT_BYTES)} bytes ${sizeOf}, ${machine()}\n`,
    );
    const head = ['ascribe ingest', 'gzip MB', 's', 'µs a record', 'CPU s', 'peak MiB', 'parts', 'parts MB'];
    print(
      table(
        head,
        [many, ten].map((each) => ingestCells(each, made.lines)),
      ),
    );
    const wall = ([many, ten] as const).map(({ runs }) => middle(runs).seconds);
    print(`\nsmall objects: ${ratio(wall[0]! / wall[1]!)} of the time of ten; asked: ≤ ${ASKED}\n`);
    const bare: Run[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      tell(`bare files ${round}/${rounds}`);
      bare.push(await measureBareFiles(many.folder, { lake: many.lake, out: join(folder, `bare-${round}`) }));
    }
    const floor = middle(bare);
    print(
      `the same files read and written without Ascribe: ${seconds(floor.seconds)} s, ${seconds(floor.cpuSeconds)} s of CPU, ${ratio(floor.seconds / wall[1]!)} of the time of ten\n`,
    );
    const queryRounds = Math.max(rounds, QUERY_ROUNDS);
    const asked: string[][] = [];
    for (const question of QUESTIONS) asked.push(await answers(question, { many, ten, rounds: queryRounds }));
    print(
      table(
        [
          `median of ${queryRounds}`,
          'small s',
          'ten s',
          'ratio',
          'small CPU s',
          'ten CPU s',
          'small MiB',
          'ten MiB',
        ],
        asked,
      ),
    );
  });
}

function side(name: string, folder: string, lake: string): Side {
  return { name, folder, lake, runs: [] };
}

function ingestCells({ name, folder, lake, runs }: Side, lines: number): string[] {
  const { seconds: wall, cpuSeconds, peakBytes } = middle(runs);
  const parts = filesBelow(join(lake, 'tables'));
  return [
    name,
    megabytes(filesBelow(folder).bytes),
    seconds(wall),
    ((wall * 1e6) / lines).toFixed(2),
    seconds(cpuSeconds),
    mebibytes(peakBytes),
    count(parts.files),
    megabytes(parts.bytes),
  ];
}

function filesBelow(folder: string): { files: number; bytes: number } {
  const sizes = pathsBelow(folder).map((file) => statSync(file).size);
  return { files: sizes.length, bytes: sizes.reduce((sum, size) => sum + size, 0) };
}

/** Asks both lakes in turn. Throws where they differ. */
async function answers(
  question: readonly string[],
  { many, ten, rounds }: { many: Side; ten: Side; rounds: number },
): Promise<string[]> {
  const name = question.join(' ');
  tell(name);
  const runs: [Run[], Run[]] = [[], []];
  for (let round = 0; round < rounds; round += 1)
    for (const [index, { lake }] of [many, ten].entries())
      runs[index]!.push(await measureAscribe(...question, '--lake', lake, '--json'));
  if (runs[0][0]!.output !== runs[1][0]!.output) throw new Error(`the lakes differ in ${name}`);
  const [a, b] = runs.map(middle) as [Middle, Middle];
  return [
    name,
    seconds(a.seconds),
    seconds(b.seconds),
    ratio(a.seconds / b.seconds),
    seconds(a.cpuSeconds),
    seconds(b.cpuSeconds),
    mebibytes(a.peakBytes),
    mebibytes(b.peakBytes),
  ];
}

if (import.meta.main) await benchSmallObjects(benchOptions(['--small', ...process.argv.slice(2)]));
