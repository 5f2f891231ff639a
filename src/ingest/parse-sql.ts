import type { Format } from '../formats/format.ts';
import { sqlText } from '../lake/tables.ts';

/**
 * Records of several objects go through one statement: a record's number carries its object's place in the
 * batch above these bits, so that the format's SQL need not know.
 */
export const MEMBER_SHIFT = 40;

/** The bits of a record's number alone. */
export const RECORD_MASK = 2 ** MEMBER_SHIFT - 1;

/** The columns of `records` whatever the format, with their types: what the table function of the ingest gives. */
export const RECORD_COLUMNS = {
  record_no: 'bigint',
  text: 'varchar',
  header: 'varchar',
  is_cut: 'boolean',
  adjoins: 'boolean',
} as const;

/** The number of the member that a record is of, from its `record_no`. */
export const MEMBER_SQL = `record_no >> ${MEMBER_SHIFT}`;

/**
 * What goes before the events: for a format with headers, the records with what the headers say of them. `feed` is
 * where the records come from.
 */
export function headersSql({ headers }: Format, feed: number): string | null {
  if (!headers) return null;
  const matches = (pattern: string | null): string =>
    pattern === null ? 'false' : `regexp_matches(text, ${sqlText(pattern)})`;
  return `create or replace temp table numbered as
select *, carries or stands_below or says_nothing as is_header
from (
  select
    ${MEMBER_SQL} as member, record_no, text, header as before,
    ${matches(headers.carry)} as carries, ${matches(headers.below)} as stands_below, ${matches(headers.others)} as says_nothing
  from records(${feed})
)`;
}

/** The header that was carried into a block, and what stands below it. */
const CARRIED = "nullif(split_part(before, chr(10), 1), '')";
const CARRIED_BELOW = "nullif(split_part(before, chr(10), 2), '')";

const lastBefore = (condition: string): string =>
  `last_value(case when ${condition} then text end ignore nulls) over (partition by member order by record_no rows unbounded preceding)`;

/**
 * The table expressions that end in `parsed`: the format's own columns, one row a record. Without a header there is none
 * below it either.
 */
export function parsedSql(format: Format, feed: number): string {
  const { headers } = format;
  const below = `coalesce(chr(10) || coalesce(${lastBefore('stands_below')}, ${CARRIED_BELOW}), '')`;
  const records = headers
    ? `records as (
  select record_no, text, header, false as is_cut, false as adjoins
  from (
    select
      record_no, text, is_header,
      coalesce(${lastBefore('carries')}, ${CARRIED})${headers.below === null ? '' : ` || ${below}`} as header
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

/**
 * Header records of each member, and what is carried on from its last record. Of a format with a header below another,
 * the records of `events` can say another one.
 */
export function carriedSql({ headers }: Format): string {
  if (headers === null || headers.below === null)
    return `select member, count(*), arg_max(text, record_no) filter (where carries)
from numbered
where is_header
group by member`;
  return `select
  member,
  count(*) filter (where is_header),
  nullif(
    coalesce(arg_max(text, place) filter (where carries), any_value(${CARRIED}), '') || chr(10)
      || coalesce(arg_max(below, place), any_value(${CARRIED_BELOW}), ''),
    chr(10)
  )
from (
  select member, record_no & ${RECORD_MASK} as place, text, before, carries, is_header, case when stands_below then text end as below
  from numbered
  union all
  select member, record_no, null, null, false, false, header_below from events
)
group by member`;
}

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
