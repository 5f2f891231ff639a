import type { DuckDBConnection } from '@duckdb/node-api';
import type { Format } from '../formats/format.ts';
import { faultOfSql, faultOfTime } from '../ingest/format-fault.ts';

/** Runs a statement that holds a format's SELECT. Throws HeaderError where DuckDB does not take it. */
export async function takenByDuckDb<Result>(
  format: Format,
  statement: string,
  run: () => Promise<Result>,
): Promise<Result> {
  try {
    return await run();
  } catch (error) {
    throw faultOfSql(format, { statement, message: (error as Error).message });
  }
}

/** Seconds that a statement may take, and more for each record: a thousand times what a record takes. */
const MOST_SECONDS = 20;
const SECONDS_A_RECORD = 0.01;

/**
 * Runs a statement that holds the SELECT of a user's own format, and stops one that has no end, as a recursion can.
 * Throws HeaderError, there too.
 */
export async function takenInTime(
  format: Format,
  statement: string,
  { connection, records }: { connection: DuckDBConnection; records: number },
): Promise<void> {
  const seconds = Math.ceil(MOST_SECONDS + records * SECONDS_A_RECORD);
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    connection.interrupt();
  }, seconds * 1000);
  try {
    await takenByDuckDb(format, statement, () => connection.run(statement));
  } catch (error) {
    throw isLate ? faultOfTime(format, { seconds, records }) : error;
  } finally {
    clearTimeout(timer);
  }
}
