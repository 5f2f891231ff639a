import type { Format } from '../formats/format.ts';
import { sqlText } from '../lake/tables.ts';

/**
 * Records of several objects go through one statement: a record's number carries its object's place in the
 * batch above these bits, so that the format's SQL need not know.
 */
export const MEMBER_SHIFT = 40;

/** The columns of `records` whatever the format, with their types: what the table function of the ingest gives. */
export const RECORD_COLUMNS = {
  record_no: 'bigint',
  text: 'varchar',
  header: 'varchar',
  is_cut: 'boolean',
} as const;

/** The number of the member that a record is of, from its `record_no`. */
export const MEMBER_SQL = `record_no >> ${MEMBER_SHIFT}`;

/**
 * What goes before the events: for a format with headers, the records with what the headers say of them. `feed` is
 * where the records come from.
 */
export function headersSql({ headers }: Format, feed: number): string | null {
  if (!headers) return null;
  const matches = (pattern: string): string => `regexp_matches(text, ${sqlText(pattern)})`;
  return `create or replace temp table numbered as
select ${MEMBER_SQL} as member, record_no, text, header as before, ${matches(headers.carry)} as carries, ${headers.others === null ? 'false' : matches(headers.others)} as says_nothing
from records(${feed})`;
}

/** The table expressions that end in `parsed`: the format's own columns, one row a record. */
export function parsedSql(format: Format, feed: number): string {
  const records = format.headers
    ? `records as (
  select record_no, text, header, false as is_cut
  from (
    select
      record_no, text, carries or says_nothing as is_header,
      coalesce(last_value(case when carries then text end ignore nulls) over (partition by member order by record_no rows unbounded preceding), before) as header
    from numbered
  )
  where not is_header
)`
    : `records as (select * from records(${feed}))`;
  return `${records},
parsed as (select * from (
${format.sql}
))`;
}

/** Header records of each member, and the last that is carried on. */
export const HEADERS_SQL = `select member, count(*), arg_max(text, record_no) filter (where carries)
from numbered
where carries or says_nothing
group by member`;

/** SQL that asks which columns a format's SELECT has, without running it on anything. */
export function describeSql(format: Format): string {
  const cells = (format.cells?.names ?? []).map((name) => [name, 'varchar']);
  const columns = [...Object.entries(RECORD_COLUMNS), ...cells].map(
    ([name, type]) => `cast(null as ${type}) as "${name}"`,
  );
  return `describe select * from (
with records as (select ${columns.join(', ')})
select * from (
${format.sql}
))`;
}
