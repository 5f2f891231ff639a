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
  sqlText,
  sqlType,
  type Table,
  tables,
} from '../lake/tables.ts';

/**
 * What Athena's dialect has and DuckDB lacks or does otherwise, as macros of one line.
 * `regexp_replace` replaces every match in Athena, the first in DuckDB; `count_if` over nothing is 0 in Athena, null in DuckDB.
 */
const PRELUDE = [
  "create macro regexp_replace(s, p, r) as system.main.regexp_replace(s, p, r, 'g')",
  'create macro regexp_like(s, p) as regexp_matches(s, p)',
  'create macro count_if(c) as count(case when c then 1 end)',
  "create macro date_add(unit, n, t) as t + case unit when 'minute' then to_minutes(n) when 'hour' then to_hours(n) when 'day' then to_days(cast(n as integer)) end",
];

/** The parts of the lake to read: those of the committed objects of one snapshot, each with its first and last event. */
export type LakePart = { table: Table; file: string; events: { first: number; last: number } | null };

/** The parts of the committed objects of a lake: what is not committed is not there. */
export function partsOf(store: Store, markers: readonly Marker[]): LakePart[] {
  const parts = markers.flatMap(({ first_event, last_event, parts: entries }) => {
    const events =
      first_event && last_event ? { first: Date.parse(first_event), last: Date.parse(last_event) } : null;
    return entries.map((part) => ({
      table: tables.find(({ name }) => name === part.table)!,
      file: store.locate(part.key),
      events,
    }));
  });
  return [...parts, { table: autonomousSystems, file: store.locate(AUTONOMOUS_SYSTEMS_KEY), events: null }];
}

/** DuckDB over the parts of a lake, as views named like the tables. */
export async function duckDbEngine(parts: readonly LakePart[]): Promise<Engine> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run("set global TimeZone = 'UTC'");
  for (const statement of PRELUDE) await connection.run(statement);
  let shown: string | null = null;
  /** Views of the parts that have an event in the span; parts without events are always there. */
  async function show(span: { from: number; until: number } | null): Promise<void> {
    const key = JSON.stringify(span);
    if (key === shown) return;
    const inside = ({ events }: LakePart): boolean =>
      !span || !events || (events.last >= span.from && events.first < span.until);
    for (const table of tables) {
      await connection.run(
        viewSql(
          table,
          parts.filter((part) => part.table.name === table.name && inside(part)).map((part) => part.file),
        ),
      );
    }
    shown = key;
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

function viewSql(table: Table, files: readonly string[]): string {
  const columns = [...table.columns, ...(table.partitioned ? [{ name: 'dt', type: 'date' as const }] : [])];
  if (files.length === 0) {
    const none = columns.map(({ name, type }) => `cast(null as ${sqlType(type)}) as ${name}`);
    return `create or replace view ${table.name} as select ${none.join(', ')} where false`;
  }
  const list = files.map(sqlText).join(', ');
  const partition = table.partitioned ? ", hive_partitioning = true, hive_types = {'dt': date}" : '';
  const names = columns.map(({ name }) => name).join(', ');
  return `create or replace view ${table.name} as select ${names} from read_parquet([${list}]${partition})`;
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
