import { copyFileSync, existsSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { AUTONOMOUS_SYSTEMS_KEY, sqlText, type Table, tables } from '../lake/tables.ts';
import { noValues, PRELUDE } from './duckdb-prelude.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** Beside the tables: what another program that knows DuckDB opens. Ascribe itself never reads it. */
export const DATABASE_KEY = 'lake.duckdb';

/**
 * A database of views alone, whose paths are relative to the lake, so that it moves with it; DuckDB takes them from the
 * folder it was started in. What is committed is looked up in the markers as a query runs, and nothing of it is kept
 * here. Throws where DuckDB cannot write it.
 */
export async function writeLakeDatabase(lake: string, file: string): Promise<void> {
  if (!MISREAD.test(lake)) return writeDatabase(lake, file);
  const folder = temporaryFolder('database');
  try {
    const link = join(folder.path, 'lake');
    symlinkSync(lake, link, 'junction');
    const written = join(folder.path, DATABASE_KEY);
    await writeDatabase(link, written);
    copyFileSync(written, file);
  } finally {
    folder.remove();
  }
}

/** What DuckDB takes for more than a letter in a path: of a list of folders, of a pattern, of options behind a file. */
const MISREAD = /[,?*]/;

async function writeDatabase(lake: string, file: string): Promise<void> {
  const instance = await DuckDBInstance.create(file, { threads: '1' });
  const connection = await instance.connect();
  try {
    // A view is bound as it is made, and this process was started elsewhere.
    await connection.run(`set file_search_path = ${sqlText(lake)}`);
    await connection.run(PARTS);
    for (const table of tables) await connection.run(viewSql(table, lake));
    for (const macro of PRELUDE) await connection.run(macro);
    await connection.run('checkpoint');
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

const PARTS = `create view committed_parts as
select object_id, part.table as table_name, part.day as dt, part.rows as rows, part.key as file
from (
  select object_id, unnest(parts) as part
  from read_json('objects/*.json', columns = {
    object_id: 'VARCHAR', parts: 'STRUCT(key VARCHAR, "table" VARCHAR, day DATE, rows BIGINT)[]'
  })
)`;

/** The end of a part's path, `dt=…/….parquet`, wherever the lake lies; Windows has \\ before it. */
const place = (path: string): string =>
  `translate(regexp_extract(${path}, '[^/\\\\]+[/\\\\][^/\\\\]+$'), '\\', '/')`;

function viewSql(table: Table, lake: string): string {
  const { name, columns, partitioned } = table;
  const names = columns.map((column) => column.name).join(', ');
  if (!partitioned)
    return `create view ${name} as select ${names} from read_parquet(${sqlText(AUTONOMOUS_SYSTEMS_KEY)})`;
  const files = `tables/${name}/*/*.parquet`;
  if (!hasParts(join(lake, 'tables', name))) return emptyView(table, files);
  return `create view ${name} as
select ${names}, dt
from read_parquet(${sqlText(files)}, hive_partitioning = true, hive_types = {'dt': date}, filename = true)
where ${place('filename')} in (select ${place('file')} from committed_parts where table_name = ${sqlText(name)})`;
}

/** DuckDB reads no pattern that nothing fits. The view says so if something does by now, rather than hide it. */
function emptyView(table: Table, files: string): string {
  const problem = `${table.name} had no parts when ${DATABASE_KEY} was written, and has some now: ascribe ingest writes it anew`;
  return `create view ${table.name} as
select ${noValues(table)} from (select count(*) as parts from glob(${sqlText(files)}))
where case when parts > 0 then error(${sqlText(problem)}) else false end`;
}

function hasParts(folder: string): boolean {
  return (
    existsSync(folder) &&
    readdirSync(folder, { recursive: true }).some((name) => String(name).endsWith('.parquet'))
  );
}
