import { renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { Result } from '../catalogue/engine.ts';
import { type ColumnType, sqlText, sqlType } from '../lake/tables.ts';
import { makeFolder } from './make-folder.ts';

/** Rows that go to DuckDB at a time. */
const ROWS_AT_ONCE = 2048;

/**
 * Writes the rows of a result, of whichever engine, as one Parquet file (zstd), whole or not at all: in the order of
 * the result, on one thread, so that the same rows give the same bytes.
 */
export async function writeParquet({ columns, rows }: Result, file: string): Promise<void> {
  makeFolder(dirname(file));
  const temporary = `${file}.part-${process.pid}`;
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  try {
    await connection.run(
      `create table result (${columns.map((_, index) => `c${index} varchar`).join(', ')})`,
    );
    const appender = await connection.createAppender('result');
    for (const [index, row] of rows.entries()) {
      for (const value of row) {
        if (value === null) appender.appendNull();
        else appender.appendVarchar(String(value));
      }
      appender.endRow();
      if (index % ROWS_AT_ONCE === ROWS_AT_ONCE - 1) appender.flushSync();
    }
    appender.closeSync();
    const list = columns.map(
      ({ name, type }, index) => `${typed(`c${index}`, type)} as "${name.replaceAll('"', '""')}"`,
    );
    await connection.run(
      `copy (select ${list.join(', ')} from result) to ${sqlText(temporary)} (format parquet, compression zstd)`,
    );
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** A text of a result as its type: times there end in Z, which DuckDB's TIMESTAMP has not. */
function typed(column: string, type: ColumnType): string {
  if (type === 'varchar') return column;
  return `cast(${type === 'timestamp' ? `rtrim(${column}, 'Z')` : column} as ${sqlType(type)})`;
}
