import { canonicalJson } from '../lake/digest.ts';
import type { ColumnType } from '../lake/tables.ts';
import { type ColumnValues, countOf, valuesOf } from './column-values.ts';
import { packedCsv } from './csv.ts';
import { bindParameters, type Query } from './query.ts';

/** A value of a result: bigint as number where it is safe, timestamp as RFC 3339 with milliseconds, date as YYYY-MM-DD. */
export type Value = number | bigint | boolean | string | null;

/** Under what name an engine that keeps its executions ran a query, and what it read for it. */
export type Execution = { id: string; bytes_scanned: number; milliseconds: number };

export type Result = {
  columns: { name: string; type: ColumnType }[];
  readonly rows: Value[][];
  /** Of an engine that keeps an answer by column: less memory than its rows, which it makes when they are asked for. */
  readonly values?: readonly ColumnValues[];
  execution?: Execution;
};

/** The Engine port: runs SQL of the catalogue's dialect on a lake. */
export type Engine = {
  name: string;
  /** False where the engine reads all that lies in the tables, also parts of objects that are not committed yet. */
  committedOnly: boolean;
  /**
   * Throws EngineError with the engine's own words. `span` (ms since 1970, half-open) is a promise that the query
   * needs no event outside it, and `source` that it needs none of another log: an engine that knows where events lie
   * reads less.
   */
  run(
    sql: string,
    options?: {
      parameters?: readonly string[];
      span?: { from: number; until: number } | null;
      source?: string | null;
    },
  ): Promise<Result>;
  close(): Promise<void>;
};

export class EngineError extends Error {
  constructor(engine: string, message: string, options: { cause: unknown }) {
    super(`${engine}: ${message}`, options);
    this.name = 'EngineError';
  }
}

export type Row = Record<string, Value>;

export type Catalogue = {
  queries: readonly Query[];
  /** Throws where the catalogue has no such query, and names those that are near. */
  find(id: string): Query;
};

export class UnknownQueryError extends Error {
  constructor(id: string, near: readonly string[]) {
    super(
      `there is no query "${id}"${near.length > 0 ? `; did you mean ${near.join(' or ')}?` : '; ascribe queries lists them'}`,
    );
    this.name = 'UnknownQueryError';
  }
}

export function createCatalogue(queries: readonly Query[]): Catalogue {
  return {
    queries,
    find(id) {
      const found = queries.find((query) => query.id === id);
      if (found) return found;
      const word = id.split('/').at(-1) ?? id;
      const near = queries.map((query) => query.id).filter((known) => known.includes(word));
      near.sort((a, b) => Number(b.endsWith(`/${word}`)) - Number(a.endsWith(`/${word}`)));
      throw new UnknownQueryError(id, near.slice(0, 3));
    },
  };
}

/** Runs a query of the catalogue; one whose only times are a window reads no more than the window, and of its log alone. */
export function runQuery(
  engine: Engine,
  { query, values }: { query: Query; values: Record<string, string> },
): Promise<Result> {
  const parameters = bindParameters(query, values);
  const windowed =
    values.from_time !== undefined && values.until_time !== undefined && values.known_day === undefined;
  const ms = (text: string): number => Date.parse(`${text.replace(' ', 'T')}Z`);
  return engine.run(query.text, {
    parameters,
    span: windowed ? { from: ms(values.from_time!), until: ms(values.until_time!) } : null,
    source: values.source_id ?? null,
  });
}

/** A query that was run, its parameters, and its answer as it is packed. */
export type RunRecord = {
  query: Query;
  parameters: Record<string, string>;
  rows: number;
  csv(): Buffer;
  execution: Execution | null;
};

/** The columns of an answer by name. */
export type Columns = { count: number; column(name: string): ColumnValues };

/** Rows of an answer that are kept for whoever asks again: who gets more of them makes something of them at once. */
const MOST_ROWS = 20_000;

/** Runs queries of the catalogue and keeps what was run, for the report and its package. */
export type Analyst = {
  /** The same question is asked of the engine once, unless its answer is long. */
  ask(id: string, parameters: Record<string, string>): Promise<Row[]>;
  /** The same for an answer of a million rows: by column, since a row each would take most of the time and memory. */
  askForColumns(id: string, parameters: Record<string, string>): Promise<Columns>;
  /** What was run, in order of id and parameters: questions are asked side by side, in any order. */
  runs(): readonly RunRecord[];
};

export function createAnalyst(catalogue: Catalogue, engine: Engine): Analyst {
  const runs = new Map<string, RunRecord>();
  const asked = new Map<string, Promise<Result>>();
  async function run(key: string, { id, values }: { id: string; values: Record<string, string> }) {
    const query = catalogue.find(id);
    const result = await runQuery(engine, { query, values });
    const { execution = null } = result;
    const rows = countOf(result);
    // Of an answer that is given anew, what was run first is what is told.
    if (!runs.has(key)) runs.set(key, { query, parameters: values, rows, csv: packedCsv(result), execution });
    if (rows > MOST_ROWS) asked.delete(key);
    return result;
  }
  function resultOf(id: string, values: Record<string, string>): Promise<Result> {
    const key = `${id} ${canonicalJson(values)}`;
    const answer = asked.get(key) ?? run(key, { id, values });
    asked.set(key, answer);
    return answer;
  }
  return {
    ask: async (id, values) => namedRows(await resultOf(id, values)),
    askForColumns: async (id, values) => namedColumns(await resultOf(id, values)),
    runs: () => [...runs].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, record]) => record),
  };
}

function namedRows(result: Result): Row[] {
  const names = result.columns.map(({ name }) => name);
  const values = valuesOf(result);
  return Array.from({ length: countOf(result) }, (_, index) => {
    const row: Row = {};
    for (let column = 0; column < names.length; column += 1) row[names[column]!] = values[column]!.at(index);
    return row;
  });
}

function namedColumns(result: Result): Columns {
  const values = valuesOf(result);
  const named = new Map(result.columns.map(({ name }, index) => [name, values[index]!]));
  return { count: countOf(result), column: (name) => named.get(name)! };
}

/** Bytes that an engine read for some runs. */
export function scannedBy(runs: readonly RunRecord[]): number {
  return runs.reduce((sum, { execution }) => sum + (execution?.bytes_scanned ?? 0), 0);
}
