/** What Parquet parts say of their own row groups. */
import { DuckDBInstance } from '@duckdb/node-api';
import { sqlText } from '../src/lake/tables.ts';

/** `first` and `last` are the statistics of `time`, ms since 1970; NaN where there are none. */
export type TimeGroup = { file: string; rows: number; bytes: number; first: number; last: number };

export async function timeGroups(files: readonly string[]): Promise<TimeGroup[]> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const found =
    await connection.runAndReadAll(`select file_name, row_group_num_rows, row_group_compressed_bytes,
  epoch_ms(cast(stats_min_value as timestamp)), epoch_ms(cast(stats_max_value as timestamp))
from parquet_metadata([${files.map(sqlText).join(', ')}])
where path_in_schema = 'time'
order by file_name, row_group_id`);
  connection.closeSync();
  instance.closeSync();
  return found.getRows().map(([file, rows, bytes, first, last]) => ({
    file: String(file),
    rows: Number(rows),
    bytes: Number(bytes),
    first: first === null ? Number.NaN : Number(first),
    last: last === null ? Number.NaN : Number(last),
  }));
}
