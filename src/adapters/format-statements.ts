import type { DuckDBConnection } from '@duckdb/node-api';
import type { Format } from '../formats/format.ts';
import { faultOfSql, faultOfTime, RecordFault, TimeFault } from '../ingest/format-fault.ts';
import { HeaderError } from '../lake/header.ts';
import type { FedBlock, RecordFeed } from './duckdb-records.ts';

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

/**
 * Has a user's own format take what is loaded of blocks, and finds the first record that it throws at: the last of the
 * fewest, from the first on, with which it does. Throws RecordFault, or where it throws without a record too, what that is.
 */
export async function takenByRecords(
  blocks: readonly FedBlock[],
  { feed, take }: { feed: RecordFeed; take(records: number): Promise<void> },
): Promise<void> {
  const failure = (): Promise<unknown> =>
    take(feed.records).then(
      () => null,
      (error: unknown) => error,
    );
  const fault = await failure();
  if (fault === null) return;
  const throwsAt = async (some: readonly FedBlock[]): Promise<boolean> => {
    feed.load(some);
    return (await failure()) !== null;
  };
  if (!(fault instanceof HeaderError) || fault instanceof TimeFault || (await throwsAt([]))) throw fault;
  for (const block of blocks) {
    if (!(await throwsAt([block]))) continue;
    const numbers =
      block.only ?? Array.from({ length: block.records }, (_, index) => block.firstRecord + index);
    let [passed, failed] = [0, numbers.length];
    while (failed - passed > 1) {
      const middle = Math.floor((passed + failed) / 2);
      if (await throwsAt([{ ...block, only: numbers.slice(0, middle) }])) failed = middle;
      else passed = middle;
    }
    throw new RecordFault(fault, { member: block.member, recordNo: numbers[failed - 1]! });
  }
  throw fault;
}
