import type { Format } from '../formats/format.ts';
import { EPOCH_DAY, httpActivity, minuteActivity, notices, sqlText, type Table } from '../lake/tables.ts';

const IS_EVENT = 'reject is null and notice is null';

/** What became of each member that has a record from a number on; `rows` are all columns of `events`. */
export function summarySql(rows: string, firstRecord: number): string {
  return `select
  member,
  count(*) as records,
  count(*) filter (where reject is not null) as rejects,
  count(*) filter (where reject is null and notice is not null) as notices,
  epoch_ms(min(time) filter (where ${IS_EVENT})) as first,
  epoch_ms(max(time) filter (where ${IS_EVENT})) as last,
  list_sort(list(distinct cast(dt as varchar)) filter (where reject is null and dt is not null)) as days,
  list_sort(list(distinct source_id) filter (where reject is null)) as sources
from (${rows})
where record_no >= ${firstRecord}
group by member`;
}

export function rejectsSql(firstRecord: number): string {
  return `select member, record_no, reject from events where reject is not null and record_no >= ${firstRecord} order by member, record_no`;
}

const sum = (condition: string): string => `count(*) filter (where ${condition})`;

/** A SELECT of the minutes of events. */
function countedMinutes(rows: string): string {
  const counts: Record<string, string> = {
    minute: "date_trunc('minute', time)",
    requests: 'count(*)',
    request_bytes: 'cast(coalesce(sum(request_bytes), 0) as bigint)',
    response_bytes: 'cast(coalesce(sum(response_bytes), 0) as bigint)',
    status_1xx: sum('status_code between 100 and 199'),
    status_2xx: sum('status_code between 200 and 299'),
    status_3xx: sum('status_code between 300 and 399'),
    status_4xx: sum('status_code between 400 and 499'),
    status_5xx: sum('status_code between 500 and 599'),
    allowed: sum("action = 'allowed'"),
    blocked: sum("action = 'blocked'"),
    challenged: sum("action = 'challenged'"),
    rate_limited: sum("action = 'rate-limited'"),
    action_known: sum('action is not null'),
    reached_origin: sum('reached_origin'),
    without_source: sum('src_ip is null'),
    reserved: sum('reserved'),
  };
  const list = minuteActivity.columns
    .filter(({ name }) => name !== 'object_id')
    .map(({ name }) => (counts[name] ? `${counts[name]} as ${name}` : name));
  return `select member, dt, ${list.join(', ')}
from (${rows}) where ${IS_EVENT}
group by member, dt, source_id, format, vantage, minute, host
order by member, source_id, minute, host nulls first`;
}

/** SQL that counts the minutes of events into the temporary table `minutes`. */
export function minutesSql(rows: string): string {
  return `create or replace temp table minutes as ${countedMinutes(rows)}`;
}

/** A SELECT of the minutes of a day's events, from the file that holds them. */
export function dayMinutesSql({ file, day }: { file: string; day: string }): string {
  const rows = `select *, 0 as member, date '${day}' as dt, cast(null as varchar) as reject, cast(null as varchar) as notice from ${rowsIn(file)}`;
  return `select ${columnsOf(minuteActivity)} from (${countedMinutes(rows)})`;
}

/** Sources of the events in a file. */
export function sourcesSql(file: string): string {
  return `select distinct source_id from ${rowsIn(file)}`;
}

/** The day of the first event, or no row. */
export function firstDaySql(rows: string): string {
  return `select cast(dt as varchar) from (${rows}) where ${IS_EVENT} and dt is not null limit 1`;
}

/** The rows that a part takes straight from the records, by a condition on each. */
export function takenRowsSql(table: Table, { rows, taken }: { rows: string; taken: string }): string {
  return `select ${columnsOf(table)} from (${rows}) where ${taken}`;
}

/** The rows of a file, whatever a folder that it lies in is called: `host=web` would else be a column. */
function rowsIn(file: string): string {
  return `read_parquet(${sqlText(file)}, hive_partitioning = false)`;
}

/** All but `object_id`, which a part gets once its object is read to its end. */
function columnsOf({ columns }: Table): string {
  return columns
    .map(({ name }) => name)
    .filter((name) => name !== 'object_id')
    .join(', ');
}

/** A table that a batch writes, and its rows, in order. */
export type PartSource = { table: Table; rows: string };

export function partSources(
  format: Format,
  { rows, hasNotices }: { rows: string; hasNotices: boolean },
): readonly PartSource[] {
  const noticed = `(select * replace (coalesce(dt, date '${EPOCH_DAY}') as dt) from (${rows}) where reject is null and notice is not null)`;
  return [
    { table: format.table, rows: `(${rows} where ${IS_EVENT})` },
    ...(format.table === httpActivity ? [{ table: minuteActivity, rows: 'minutes' }] : []),
    ...(hasNotices ? [{ table: notices, rows: noticed }] : []),
  ];
}

/** The members and days that a source has rows of. */
export function partDaysSql({ rows }: PartSource): string {
  return `select distinct member, cast(dt as varchar) as day from ${rows} order by member, day`;
}

/** The rows of all parts, with member and day, in the order of the source; without `object_id`, which a member has. */
export function partsSql({ table, rows }: PartSource): string {
  return `select member, cast(dt - date '1970-01-01' as bigint), ${columnsOf(table)} from ${rows}`;
}

/**
 * The rows of a part. One statement a part: DuckDB's PARTITION_BY would write them all in one, in an order that
 * depends on the neighbours in the batch. Without a sort, since one thread keeps the order of the table.
 */
export function partRowsSql(
  { table, rows }: PartSource,
  { member, day }: { member: number; day: string },
): string {
  return `select ${columnsOf(table)} from ${rows} where member = ${member} and dt = date '${day}'`;
}
