import { unpackSql } from '../enrich/enricher.ts';
import type { Format } from '../formats/format.ts';
import {
  EPOCH_DAY,
  httpActivity,
  minuteActivity,
  notices,
  sqlText,
  sqlType,
  type Table,
} from '../lake/tables.ts';
import { MEMBER_SHIFT } from './parse-sql.ts';

/** Events before this day, or later than two days after receipt, are the reject `time-out-of-range`. */
const EARLIEST_NS = Date.UTC(1990, 0, 1) * 1e6;

/** Columns that a format's SELECT gives and that the pass turns into others. */
const INPUTS = [
  ...['time_ns', 'end_ns', 'time_precision', 'peer_ip', 'client_ip', 'forwarded_for', 'peer_basis'],
  ...['host', 'target', 'reject', 'notice', 'notice_subject'],
] as const;

/** What tells one source from another, as columns of `parsed`. */
function sourceKeys(columns: ReadonlySet<string>): { logged: string; claim: string; forwarded: string } {
  const names = ['client_ip', 'peer_ip'].filter((name) => columns.has(name)).map((name) => `p.${name}`);
  const peer = columns.has('peer_basis') ? "coalesce(p.peer_basis, 'peer')" : "'peer'";
  return {
    logged: names.length === 0 ? 'cast(null as varchar)' : `coalesce(${names.join(', ')})`,
    claim: columns.has('client_ip')
      ? `case when p.client_ip is not null then 'client-field' else ${peer} end`
      : peer,
    forwarded: columns.has('forwarded_for') ? "coalesce(p.forwarded_for, '')" : "''",
  };
}

/** Sources of the block with their facts, one row an address as logged, what the log says of it, header and day. */
export function addressesSql(columns: ReadonlySet<string>): string {
  const { logged, claim, forwarded } = sourceKeys(columns);
  const { reserved, country, basis, asn, type } = unpackSql('facts');
  return `create or replace temp table addresses as
select
  logged, claim, forwarded, day, split_part(source, ' ', 1) as basis, ip, prefix, ${reserved} as reserved,
  ${country} as country, ${basis} as country_basis, ${asn} as asn, ${type} as network_type
from (
  select *, address_prefix(ip) as prefix, cast(address_facts(coalesce(ip, logged), day) as bigint) as facts
  from (
    select *, nullif(split_part(source, ' ', 2), '') as ip
    from (
      select *, address_source(logged, claim, forwarded, day) as source
      from (
        select distinct ${logged} as logged, ${claim} as claim, ${forwarded} as forwarded, p.time_ns // 86400000000000 as day
        from parsed p
        where ${logged} is not null and p.time_ns is not null
      )
    )
  )
)`;
}

function joinSources(columns: ReadonlySet<string>): string {
  const { logged, claim, forwarded } = sourceKeys(columns);
  // A key that is the same in all rows joins nothing.
  const keys = { logged, claim, forwarded, day: 'p.time_ns // 86400000000000' };
  return Object.entries(keys)
    .filter(([, expression]) => !/^'[^']*'$/.test(expression))
    .map(([name, expression]) => `a.${name} = ${expression}`)
    .join(' and ');
}

/** SQL that completes `parsed` to the columns of its table, as the temporary table `events`. */
export function eventsSql(
  format: Format,
  options: { columns: ReadonlySet<string>; label: string; receivedAt: Date },
): string {
  const { columns } = options;
  const typeOf = (name: string): string =>
    sqlType(format.table.columns.find((column) => column.name === name)?.type ?? 'varchar');
  const given = (name: string, otherwise = `cast(null as ${typeOf(name)})`): string =>
    columns.has(name) ? `p.${name}` : otherwise;
  const within = (name: string, most: number): string =>
    `case when ${given(name)} between 0 and ${most} then ${given(name)} end`;
  const latest = BigInt(options.receivedAt.getTime() + 2 * 86_400_000) * 1_000_000n;
  const source = format.source
    ? `coalesce(nullif(p."${format.source}", ''), 'unnamed')`
    : sqlText(options.label);
  const target = given('target', 'cast(null as varchar)');
  const local = `case when starts_with(${target}, '/') then ${target} else regexp_replace(${target}, '^[a-z]+://[^/?]*', '') end`;
  const host = given('host');
  const ends = given('end_ns', 'cast(null as bigint)');
  const destination = given('dst_ip');
  const name = given('query_name');
  const derived: Record<string, string> = {
    object_id: 'b.object_id',
    record_no: `p.record_no & ${2 ** MEMBER_SHIFT - 1}`,
    source_id: `${sqlText(`${format.id}:`)} || ${source}`,
    format: sqlText(format.id),
    vantage: sqlText(format.vantage),
    time: 'make_timestamp_ms(p.time_ns // 1000000)',
    time_ns: 'p.time_ns',
    time_precision: 'p.time_precision',
    end_time: `case when ${ends} between ${EARLIEST_NS} and ${latest} then make_timestamp_ms(${ends} // 1000000) end`,
    host: `nullif(lower(case when not contains(${host}, ':') then ${host} when regexp_matches(${host}, '^[^:]+:\\d+$') then split_part(${host}, ':', 1) else ${host} end), '')`,
    src_ip: 'a.ip',
    src_ip_basis: 'a.basis',
    src_prefix: 'a.prefix',
    // The port of a proxy's connection is not the client's.
    src_port: `case when ${given('src_port')} between 0 and 65535 and a.basis not in ('forwarded', 'behind-proxy') then ${given('src_port')} end`,
    dst_ip: `case when contains(${destination}, ':') then coalesce(address_text(${destination}), ${destination}) else ${destination} end`,
    dst_port: within('dst_port', 65_535),
    query_name: `case when ${name} = '.' then '.' else nullif(lower(rtrim(${name}, '.')), '') end`,
    // Above 2^40 (a terabyte, twelve days) a figure is none; sums of millions of them stay within 64 bits.
    ...Object.fromEntries(
      ['request_bytes', 'response_bytes', 'bytes', 'packets', 'duration_us', 'origin_duration_us'].map(
        (each) => [each, within(each, 2 ** 40)],
      ),
    ),
    peer_ip: given('peer_ip'),
    country: 'case when a.ip is not null then a.country end',
    country_basis: 'case when a.ip is not null then a.country_basis end',
    asn: 'case when a.ip is not null then a.asn end',
    network_type: 'case when a.ip is not null then a.network_type end',
    reserved: 'coalesce(a.reserved, false)',
    path: `coalesce(nullif(split_part(${local}, '?', 1), ''), case when ${target} is not null then '/' end)`,
    query: `case when contains(${target}, '?') then substr(${target}, strpos(${target}, '?') + 1) end`,
  };
  const list = format.table.columns.map(
    (column) =>
      `  cast(${derived[column.name] ?? given(column.name)} as ${sqlType(column.type)}) as ${column.name}`,
  );
  const notice = given('notice', 'cast(null as varchar)');
  return `create or replace temp table events as
select
${list.join(',\n')},
  cast(make_timestamp_ms(p.time_ns // 1000000) as date) as dt,
  b.member as member,
  case
    when p.reject is not null then p.reject
    when p.time_ns is null and ${notice} is null then 'time-unreadable'
    when p.time_ns < ${EARLIEST_NS} or p.time_ns > ${latest} then 'time-out-of-range'
  end as reject,
  ${notice} as notice,
  ${given('notice_subject', 'cast(null as varchar)')} as subject${format.table.columns.some((column) => column.name === 'end_time') ? '' : `,\n  ${derived.end_time} as end_time`}
from parsed p
inner join blocks b on b.member = p.record_no >> ${MEMBER_SHIFT}
left join addresses a on ${joinSources(columns)}
order by p.record_no`;
}

/** Columns of a format that neither the table has nor the pass reads: a mistake in the format file. */
export function unknownColumns(format: Format, columns: readonly string[]): string[] {
  const known = new Set<string>([
    ...INPUTS,
    ...format.table.columns.map((column) => column.name),
    format.source ?? '',
  ]);
  return columns.filter((name) => !known.has(name));
}

const IS_EVENT = 'reject is null and notice is null';

/** What became of each member that has a record. */
export const SUMMARY_SQL = `select
  member,
  count(*) as records,
  count(*) filter (where reject is not null) as rejects,
  count(*) filter (where reject is null and notice is not null) as notices,
  epoch_ms(min(time) filter (where ${IS_EVENT})) as first,
  epoch_ms(max(time) filter (where ${IS_EVENT})) as last,
  list_sort(list(distinct cast(dt as varchar)) filter (where ${IS_EVENT})) as days,
  list_sort(list(distinct source_id) filter (where reject is null)) as sources
from events
group by member`;

export const REJECTS_SQL =
  'select member, record_no, reject from events where reject is not null order by member, record_no';

const sum = (condition: string): string => `count(*) filter (where ${condition})`;

/** SQL that counts the minutes of `events` into the temporary table `minutes`. */
export function minutesSql(): string {
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
  const list = minuteActivity.columns.map(({ name }) => (counts[name] ? `${counts[name]} as ${name}` : name));
  return `create or replace temp table minutes as select member, dt, ${list.join(', ')}
from events where ${IS_EVENT}
group by member, dt, object_id, source_id, format, vantage, minute, host
order by member, source_id, minute, host nulls first`;
}

/** A table that a batch writes, and its rows, in order. */
export type PartSource = { table: Table; rows: string };

const NOTICES: PartSource = {
  table: notices,
  rows: `(select * replace (coalesce(dt, date '${EPOCH_DAY}') as dt) from events where reject is null and notice is not null)`,
};

export function partSources(format: Format): readonly PartSource[] {
  return [
    { table: format.table, rows: `(select * from events where ${IS_EVENT})` },
    ...(format.table === httpActivity ? [{ table: minuteActivity, rows: 'minutes' }] : []),
    NOTICES,
  ];
}

export function partCountsSql({ rows }: PartSource): string {
  return `select member, cast(dt as varchar), count(*) from ${rows} group by member, dt order by member, dt`;
}

/**
 * The rows of a part. One statement a part: DuckDB's PARTITION_BY would write them all in one, in an order that
 * depends on the neighbours in the batch. Without a sort, since one thread keeps the order of the table.
 */
export function partRowsSql(
  { table, rows }: PartSource,
  { member, day }: { member: number; day: string },
): string {
  const columns = table.columns.map(({ name }) => name).join(', ');
  return `select ${columns} from ${rows} where member = ${member} and dt = date '${day}'`;
}
