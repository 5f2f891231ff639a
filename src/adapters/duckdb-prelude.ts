import { sqlType, type Table } from '../lake/tables.ts';

/**
 * What Athena's dialect has and DuckDB lacks or does otherwise, as macros of one line.
 * `regexp_replace` replaces every match in Athena, the first in DuckDB; `count_if` over nothing is 0 in Athena, null in DuckDB; `arbitrary` is
 * no null in Athena where another value is, the first of whichever in DuckDB.
 * `xxhash64` is another hash than Athena's, and a number: it tells what is alike, and no query gives it out.
 */
export const PRELUDE = [
  "create macro regexp_replace(s, p, r) as system.main.regexp_replace(s, p, r, 'g')",
  'create macro regexp_like(s, p) as regexp_matches(s, p)',
  'create macro count_if(c) as count(case when c then 1 end)',
  'create macro arbitrary(x) as any_value(x)',
  'create macro to_utf8(s) as encode(s)',
  'create macro xxhash64(b) as hash(b)',
  "create macro date_add(unit, n, t) as t + case unit when 'minute' then to_minutes(n) when 'hour' then to_hours(n) when 'day' then to_days(cast(n as integer)) end",
];

/** A table's columns, to select where it has no parts. */
export function noValues({ columns, partitioned }: Table): string {
  const all = [...columns, ...(partitioned ? [{ name: 'dt', type: 'date' as const }] : [])];
  return all.map(({ name, type }) => `cast(null as ${sqlType(type)}) as ${name}`).join(', ');
}
