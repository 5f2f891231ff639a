import {
  type DuckDBConnection,
  DuckDBInstance,
  type DuckDBResultReader,
  type DuckDBValue,
  StatementType,
  VARCHAR,
} from '@duckdb/node-api';
import { type Engine, EngineError, type Result, type Value } from '../catalogue/engine.ts';
import type { Marker } from '../lake/marker.ts';
import type { Store } from '../lake/store.ts';
import {
  AUTONOMOUS_SYSTEMS_KEY,
  autonomousSystems,
  type ColumnType,
  eventTables,
  minuteActivity,
  type Table,
  tables,
} from '../lake/tables.ts';
import { PRELUDE } from './duckdb-prelude.ts';
import { lakeViews } from './duckdb-views.ts';

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

/** DuckDB over the parts of a lake, as views named like the tables. */
export async function duckDbEngine(parts: readonly LakePart[]): Promise<Engine> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run("set global TimeZone = 'UTC'");
  // What DuckDB read of a file it would keep in memory, beside the system that keeps it too: of 10,000 parts 400 MB.
  await connection.run('set global enable_external_file_cache = false');
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
          return await answer(connection, sql, parameters);
        } catch (error) {
          throw new EngineError('DuckDB', (error as Error).message, { cause: error });
        }
      });
      turn = answered.catch(() => {});
      return answered;
    },
    async close() {
      connection.closeSync();
      instance.closeSync();
    },
  };
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
    const reader = await prepared.runAndReadAll();
    return plainResult(reader);
  } finally {
    prepared.destroySync();
  }
}

/** Statements that leave everything as it is. */
const READING: ReadonlySet<StatementType> = new Set([StatementType.SELECT, StatementType.EXPLAIN]);

function plainResult(reader: DuckDBResultReader): Result {
  const names = reader.columnNames();
  const types = reader.columnTypes().map((type) => columnType(String(type)));
  const rows = reader.getRows().map((row) => row.map((value, index) => plain(value, types[index]!)));
  return { columns: names.map((name, index) => ({ name, type: types[index]! })), rows };
}

function columnType(type: string): ColumnType {
  if (/^(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT|UTINYINT|USMALLINT|UINTEGER|UBIGINT|UHUGEINT)$/.test(type))
    return 'bigint';
  if (type === 'BOOLEAN') return 'boolean';
  if (type === 'DATE') return 'date';
  if (type.startsWith('TIMESTAMP')) return 'timestamp';
  return 'varchar';
}

function plain(value: DuckDBValue, type: ColumnType): Value {
  if (value === null || typeof value === 'boolean' || typeof value === 'number' || typeof value === 'string')
    return value;
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  if (type === 'timestamp')
    return `${String(value).slice(0, 23).replace(' ', 'T').padEnd(19, '0')}`.replace(
      /(\.\d{1,3})?$/,
      (ms) => `.${(ms.slice(1) || '0').padEnd(3, '0')}Z`,
    );
  return String(value);
}
