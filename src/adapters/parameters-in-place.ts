import { sqlText } from '../lake/tables.ts';

/** How every query of the catalogue takes its parameters: as a row, which it joins to whatever it reads. */
const ROW = /\bwith args as \(\s*select\s((?:\s*cast\(\? as \w+\) as \w+,?)+)\s*\)/;
const JOINED = /\s+cross join args a\b/g;
/** A column of the row; texts and comments are gone past. */
const USED = /'(?:[^']|'')*'|--[^\n]*|\ba\.(\w+)/g;

/**
 * The same query with its parameters where it compares with them, and none left to bind. DuckDB takes a row of
 * parameters for a table like others: it compares the texts and times of every row as those of a join, and asks whether
 * a part has any only after it has opened it. Null: the query does not take its parameters so.
 */
export function withParametersInPlace(sql: string, parameters: readonly string[]): string | null {
  const row = ROW.exec(sql);
  // As text of SQL a NUL would be its end.
  if (!row || parameters.some((value) => value.includes('\0'))) return null;
  const values = new Map<string, string>();
  for (const [, type, name] of row[1]!.matchAll(/cast\(\? as (\w+)\) as (\w+)/g))
    values.set(name!, `cast(${sqlText(parameters[values.size] ?? '')} as ${type})`);
  if (values.size !== parameters.length) return null;
  const named = [...values].map(([name, value]) => `${value} as ${name}`);
  const before = sql.slice(0, row.index);
  const after = sql
    .slice(row.index + row[0].length)
    .replace(JOINED, '')
    .replace(USED, (whole, name: string) => values.get(name) ?? whole);
  return `${before}with args as (select ${named.join(', ')})${after}`;
}
