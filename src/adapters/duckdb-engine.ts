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
import { lakeViews } from './duckdb-views.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** The parts of the lake to read: those of the committed objects of one snapshot, each with the time of its events at most. */
export type LakePart = { table: Table; file: string; events: { first: number; last: number } | null };

/** The parts of the committed objects of a lake: what is not committed is not there. */
export function partsOf(store: Store, markers: readonly Marker[]): LakePart[] {
  const parts = markers.flatMap(({ first_event, last_event, parts: entries }) => {
    const object =
      first_event && last_event ? { first: Date.parse(first_event), last: Date.parse(last_event) } : null;
    return entries.map(({ table: name, key, day }) => {
      const table = tables.find((each) => each.name === name)!;
      return {
        table,
        file: store.locate(key),
        events: object && DAILY.has(table) ? within(object, day) : object,
      };
    });
  });
  return [...parts, { table: autonomousSystems, file: store.locate(AUTONOMOUS_SYSTEMS_KEY), events: null }];
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
const MEMORY = '600MB';

/**
 * How far V8 lets its memory grow beyond what is in use before it collects, in hundredths: of itself it takes as much
 * again, while the rows of a long answer are dropped as soon as something is made of them.
 */
const HEAP_GROWTH = 25;
const AS_V8_LIKES = 0;

function growHeapBy(percent: number): void {
  setFlagsFromString(`--heap-growing-percent=${percent}`);
}

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
  const connection = await instance.connect();
  await connection.run("set global TimeZone = 'UTC'");
  // What DuckDB read of a file it would keep in memory, beside the system that keeps it too: of 10,000 parts 400 MB.
  await connection.run('set global enable_external_file_cache = false');
  // Rows that DuckDB makes while those before them are read.
  await connection.run("set streaming_buffer_size = '16MB'");
  const overflow = temporaryFolder('overflow');
  await connection.run(`set global temp_directory = ${sqlText(overflow.path)}`);
  const limits = { usual: memory, most: await memoryLimit(connection) };
  await limitMemory(connection, memory);
  for (const statement of PRELUDE) await connection.run(statement);
  const views = lakeViews(connection);
  /** Views of the parts that have an event in the span; parts without events are always there. */
  async function show(span: { from: number; until: number } | null): Promise<void> {
    const inside = ({ events }: LakePart): boolean =>
      !span || !events || (events.last >= span.from && events.first < span.until);
    const files = new Map<string, string[]>(tables.map(({ name }) => [name, []]));
    for (const part of parts) if (inside(part)) files.get(part.table.name)!.push(part.file);
    await views.show(({ name }) => files.get(name)!);
  }
  // One query at a time: the views are those of its span until it has its rows.
  let turn: Promise<unknown> = Promise.resolve();
  return {
    name: 'DuckDB',
    committedOnly: true,
    run(sql, { parameters = [], span = null } = {}) {
      const answered = turn.then(async () => {
        try {
          await show(span);
          return await answerInMemory(connection, { sql, parameters, limits });
        } catch (error) {
          throw new EngineError('DuckDB', (error as Error).message, { cause: error });
        }
      });
      turn = answered.catch(() => {});
      return answered;
    },
    async close() {
      growHeapBy(AS_V8_LIKES);
      connection.closeSync();
      instance.closeSync();
      overflow.remove();
    },
  };
}

type Question = {
  sql: string;
  parameters: readonly string[];
  limits: { usual: string; most: string };
};

/** What DuckDB allows itself of the machine's memory, as it takes it again: its RESET gives nothing back. */
async function memoryLimit(connection: DuckDBConnection): Promise<string> {
  const reader = await connection.runAndReadAll("select current_setting('memory_limit')");
  return String(reader.getRows()[0]![0]);
}

async function limitMemory(connection: DuckDBConnection, limit: string): Promise<void> {
  await connection.run(`set global memory_limit = ${sqlText(limit)}`);
}

/** An answer takes more memory rather than not to be given: not all that DuckDB does can go on in files. */
async function answerInMemory(
  connection: DuckDBConnection,
  { sql, parameters, limits }: Question,
): Promise<Result> {
  try {
    return await answer(connection, sql, parameters);
  } catch (error) {
    if (!(error as Error).message.startsWith('Out of Memory Error')) throw error;
    await limitMemory(connection, limits.most);
    try {
      return await answer(connection, sql, parameters);
    } finally {
      await limitMemory(connection, limits.usual);
    }
  }
}

async function answer(
  connection: DuckDBConnection,
  sql: string,
  parameters: readonly string[],
): Promise<Result> {
  const prepared = await connection.prepare(sql);
  try {
    if (!READING.has(prepared.statementType)) throw new Error('a lake is read only: give one SELECT');
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
