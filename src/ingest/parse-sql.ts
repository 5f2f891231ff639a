import type { Format } from '../formats/format.ts';
import { sqlText } from '../lake/tables.ts';

/**
 * Records of several objects go through one statement: a record's number carries its object's place in the
 * batch above these bits, so that the format's SQL need not know.
 */
export const MEMBER_SHIFT = 40;

/** The batch: one row a member. */
export const BLOCKS_SQL =
  'create or replace temp table blocks (member bigint, text blob, first_record bigint, header varchar)';

/**
 * The records of `blocks`, one row each that is not blank. DuckDB's `rtrim` walks the whole line and `ltrim` its first
 * blanks only, so that costs a tenth; and `unnest` of a long list is slow where no `generate_subscripts` stands beside it.
 */
const LINES = `lines as (
  select member, first_record, header, unnest(list) as line, generate_subscripts(list, 1) as position
  from (select member, first_record, header, string_split(decode(text), chr(10)) as list from blocks)
),
numbered as (
  select
    member,
    header,
    (member << ${MEMBER_SHIFT}) + first_record - 1 + position as record_no,
    case when ends_with(line, chr(13)) then rtrim(line, chr(13)) else line end as text
  from lines
  where ltrim(line, ' ' || chr(9) || chr(13)) <> ''
)`;

/** What goes before the events: for a format with headers, the records with what the headers say of them. */
export function headersSql({ headers }: Format): string | null {
  if (!headers) return null;
  const matches = (pattern: string): string => `regexp_matches(text, ${sqlText(pattern)})`;
  return `create or replace temp table numbered as
with ${LINES}
select member, record_no, text, header as before, ${matches(headers.carry)} as carries, ${headers.others === null ? 'false' : matches(headers.others)} as says_nothing
from numbered`;
}

/** The table expressions that end in `parsed`: the format's own columns, one row a record. */
export function parsedSql(format: Format): string {
  const records = format.headers
    ? `records as (
  select record_no, text, header
  from (
    select
      record_no, text, carries or says_nothing as is_header,
      coalesce(last_value(case when carries then text end ignore nulls) over (partition by member order by record_no rows unbounded preceding), before) as header
    from numbered
  )
  where not is_header
)`
    : `${LINES},
records as (select record_no, text, cast(null as varchar) as header from numbered)`;
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
  return `describe select * from (
with records as (select cast(1 as bigint) as record_no, cast('' as varchar) as text, cast(null as varchar) as header)
select * from (
${format.sql}
))`;
}
