import type { DuckDBConnection } from '@duckdb/node-api';
import { sqlText, type Table, tables } from '../lake/tables.ts';
import { noValues } from './duckdb-prelude.ts';

/** Files by table; a table without any has no rows. */
export type FilesOf = (table: Table) => readonly string[];

export type LakeViews = { show(filesOf: FilesOf): Promise<void> };

/**
 * Views of a connection named like the tables, over files that change from query to query. The list of them is a
 * variable, so that 10,000 names are not parsed and bound again as SQL, in the view and in each query.
 */
export function lakeViews(connection: DuckDBConnection): LakeViews {
  const shown = new Map<Table, string>();
  return {
    async show(filesOf) {
      for (const table of tables) {
        const files = filesOf(table).map(literally);
        const list = JSON.stringify(files);
        if (shown.get(table) === list) continue;
        shown.delete(table);
        if (files.length === 0)
          await connection.run(
            `create or replace temp view ${table.name} as select ${noValues(table)} where false`,
          );
        else {
          // A view is bound as it is made, for which one file is enough.
          await setFiles(connection, { table, list: JSON.stringify(files.slice(0, 1)) });
          await connection.run(viewSql(table, files[0]!));
          await setFiles(connection, { table, list });
        }
        shown.set(table, list);
      }
    },
  };
}

/** A path is a pattern to DuckDB, and brackets in the name of a folder would find the files of another. */
function literally(file: string): string {
  return file.replaceAll(/[*?[]/g, '[$&]');
}

async function setFiles(
  connection: DuckDBConnection,
  { table, list }: { table: Table; list: string },
): Promise<void> {
  await connection.run(`set variable ${table.name}_files = from_json(${sqlText(list)}, '["VARCHAR"]')`);
}

/**
 * `dt` is a column that DuckDB finds in the names of folders. It takes every `name=value` for one, those above the lake
 * too, and the first of a name before the file's own column. Where that would be wrong the day is cut from the path:
 * DuckDB leaves files out by that as well, if the query names the day itself, not in a CTE.
 */
function viewSql({ name, columns, partitioned }: Table, file: string): string {
  const names = columns.map((each) => each.name);
  const files = `getvariable('${name}_files')`;
  const view = (chosen: readonly string[], options: string): string =>
    `create or replace temp view ${name} as select ${chosen.join(', ')} from read_parquet(${files}, ${options})`;
  if (!partitioned) return view(names, 'hive_partitioning = false');
  if (!hidesColumn(file, [...names, 'dt']))
    return view([...names, 'dt'], "hive_partitioning = true, hive_types = {'dt': date}");
  const dt = "cast(left(split_part(filename, 'dt=', -1), 10) as date) as dt";
  return view([...names, dt], 'hive_partitioning = false, filename = true');
}

/** Whether a folder above the lake is called like a column: `host=web1`, in capitals too, or perhaps in `%68` and so on. */
function hidesColumn(file: string, names: readonly string[]): boolean {
  const above = file.split(/[\\/]/).slice(0, -2);
  return above.some((folder) => {
    const [key, ...value] = folder.toLowerCase().split('=');
    return value.length > 0 && (names.includes(key!) || key!.includes('%'));
  });
}
