import { setFlagsFromString } from 'node:v8';
import { type DuckDBConnection, DuckDBInstance, StatementType, VARCHAR } from '@duckdb/node-api';
import { type Engine, EngineError, type Result } from '../catalogue/engine.ts';
import type { Marker } from '../lake/marker.ts';
import type { Store } from '../lake/store.ts';
import {
  AUTONOMOUS_SYSTEMS_KEY,
  autonomousSystems,
  eventTables,
  minuteActivity,
  sqlText,
  type Table,
  tables,
} from '../lake/tables.ts';
import { PRELUDE } from './duckdb-prelude.ts';
import { readResult } from './duckdb-rows.ts';
import { type LakeViews, lakeViews } from './duckdb-views.ts';
import { withParametersInPlace } from './parameters-in-place.ts';
import { Slots } from './slots.ts';
import { temporaryFolder } from './temporary-folder.ts';

/**
 * The parts of the lake to read: those of the committed objects of one snapshot, each with the time of its events at
 * most, and the logs that they may be of. Null: it holds no events.
 */
export type LakePart = {
  table: Table;
  file: string;
  events: { first: number; last: number } | null;
  sources: readonly string[] | null;
};

/** The parts of the committed objects of a lake: what is not committed is not there. */
export function partsOf(store: Store, markers: readonly Marker[]): LakePart[] {
  const parts = markers.flatMap(({ first_event, last_event, sources, parts: entries }) => {
    const object =
      first_event && last_event ? { first: Date.parse(first_event), last: Date.parse(last_event) } : null;
    return entries.map(({ table: name, key, day }) => {
      const table = tables.find((each) => each.name === name)!;
      return {
        table,
        file: store.locate(key),
        events: object && DAILY.has(table) ? within(object, day) : object,
        sources: object && sources,
      };
    });
  });
  return [
    ...parts,
    { table: autonomousSystems, file: store.locate(AUTONOMOUS_SYSTEMS_KEY), events: null, sources: null },
  ];
}

/** Tables whose `dt` is the day of each row. */
const DAILY: ReadonlySet<Table> = new Set([...eventTables, minuteActivity]);

function within(
  { first, last }: { first: number; last: number },
  day: string,
): { first: number; last: number } {
  const start = Date.parse(day);
  return { first: Math.max(first, start), last: Math.min(last, start + 86_400_000 - 1) };
}

/**
 * Memory of DuckDB, beside that of the rows which it gives. What counts request ids once, or sources by what they
 * asked, would take more of it the longer the log is; beyond this it goes on in files.
 */
const MEMORY = '500MB';

/** Parts whose footers are kept in memory at most: 20 kB each. */
const MOST_FOOTERS = 6_000;

/**
 * How far V8 lets its memory grow beyond what is in use before it collects, in hundredths: of itself it takes as much
 * again, while the rows of a long answer are dropped as soon as something is made of them.
 */
const HEAP_GROWTH = 60;
const AS_V8_LIKES = 0;

function growHeapBy(percent: number): void {
  setFlagsFromString(`--heap-growing-percent=${percent}`);
}

/**
 * Questions at a time: while the rows of one are taken, which one thread does, DuckDB makes those of the next. More would
 * share the same memory, and be done no earlier.
 */
const LANES = 2;

/** A connection with the views of the question that it answers. */
type Lane = { connection: DuckDBConnection; views: LakeViews };

/**
 * DuckDB over the parts of a lake, as views named like the tables. `memory` is in DuckDB's words. What does not fit lies
 * in a folder among the system's temporary files that nobody else may read, until the engine is closed.
 */
export async function duckDbEngine(
  parts: readonly LakePart[],
  { memory = MEMORY }: { memory?: string } = {},
): Promise<Engine> {
  growHeapBy(HEAP_GROWTH);
  const instance = await DuckDBInstance.create(':memory:');
  const overflow = temporaryFolder('overflow');
  const lanes: Lane[] = [];
  const idle: Lane[] = [];
  async function openLane(): Promise<Lane> {
    const connection = await instance.connect();
    // Rows that DuckDB makes while those before them are read.
    await connection.run("set streaming_buffer_size = '16MB'");
    const lane = { connection, views: lakeViews(connection) };
    lanes.push(lane);
    return lane;
  }
  const first = await openLane();
  idle.push(first);
  const set = (name: string, value: string): Promise<unknown> =>
    first.connection.run(`set global ${name} = ${value}`);
  await set('TimeZone', "'UTC'");
  // What DuckDB read of a file it would keep in memory, beside the system that keeps it too: of 10,000 parts 400 MB.
  await set('enable_external_file_cache', 'false');
  // The footers of parts, which every question would read again.
  await set('parquet_metadata_cache', String(parts.length <= MOST_FOOTERS));
  await set('temp_directory', sqlText(overflow.path));
  const most = await memoryLimit(first.connection);
  const limitMemory = (limit: string): Promise<unknown> => set('memory_limit', sqlText(limit));
  await limitMemory(memory);
  for (const statement of PRELUDE) await first.connection.run(statement);

  /** Views of the parts that may have an event of the span and the log; parts without events are always there. */
  async function show({ views }: Lane, { span, source }: RunOptions): Promise<void> {
    const isAsked = ({ events, sources }: LakePart): boolean =>
      (!span || !events || (events.last >= span.from && events.first < span.until)) &&
      (!source || !sources || sources.includes(source));
    const files = new Map<string, string[]>(tables.map(({ name }) => [name, []]));
    for (const part of parts) if (isAsked(part)) files.get(part.table.name)!.push(part.file);
    await views.show(({ name }) => files.get(name)!);
  }
  let closed = false;
  async function answer(sql: string, options: RunOptions): Promise<Result> {
    if (closed) throw new Error('the engine was closed before it came to this question');
    const lane = idle.pop() ?? (await openLane());
    try {
      await show(lane, options);
      return await answerOn(lane.connection, sql, options.parameters ?? []);
    } finally {
      idle.push(lane);
    }
  }
  const slots = new Slots(LANES);
  /** An answer takes more memory rather than not to be given: not all that DuckDB does can go on in files. */
  function answerInMemory(sql: string, options: RunOptions): Promise<Result> {
    return slots.takeAll(async () => {
      await limitMemory(most);
      try {
        return await answer(sql, options);
      } finally {
        await limitMemory(memory);
      }
    });
  }
  return {
    name: 'DuckDB',
    committedOnly: true,
    async run(sql, options = {}) {
      try {
        return await slots
          .take(() => answer(sql, options))
          .catch((error: Error) => {
            if (!error.message.startsWith('Out of Memory Error')) throw error;
            return answerInMemory(sql, options);
          });
      } catch (error) {
        throw new EngineError('DuckDB', (error as Error).message, { cause: error });
      }
    },
    async close() {
      growHeapBy(AS_V8_LIKES);
      closed = true;
      // What it is at, since another question failed, nobody waits for.
      for (const { connection } of lanes) connection.interrupt();
      await slots.takeAll(async () => {});
      for (const { connection } of lanes) connection.closeSync();
      instance.closeSync();
      overflow.remove();
    },
  };
}

type RunOptions = NonNullable<Parameters<Engine['run']>[1]>;

/** What DuckDB allows itself of the machine's memory, as it takes it again: its RESET gives nothing back. */
async function memoryLimit(connection: DuckDBConnection): Promise<string> {
  const reader = await connection.runAndReadAll("select current_setting('memory_limit')");
  return String(reader.getRows()[0]![0]);
}

async function answerOn(
  connection: DuckDBConnection,
  sql: string,
  parameters: readonly string[],
): Promise<Result> {
  const inPlace = withParametersInPlace(sql, parameters);
  const prepared = await connection.prepare(inPlace ?? sql);
  try {
    if (!READING.has(prepared.statementType)) throw new Error('a lake is read only: give one SELECT');
    if (inPlace === null)
      prepared.bind(
        [...parameters],
        parameters.map(() => VARCHAR),
      );
    return await readResult(await prepared.stream());
  } finally {
    prepared.destroySync();
  }
}

/** Statements that leave everything as it is. */
const READING: ReadonlySet<StatementType> = new Set([StatementType.SELECT, StatementType.EXPLAIN]);
