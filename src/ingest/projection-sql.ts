import { unpackSql } from '../enrich/enricher.ts';
import type { Format } from '../formats/format.ts';
import { httpActivity, minuteActivity, sqlText, sqlType, type Table } from '../lake/tables.ts';

/** Events before this day, or later than two days after receipt, are the reject `time-out-of-range`. */
const EARLIEST_NS = Date.UTC(1990, 0, 1) * 1e6;

/** Columns that a format's SELECT gives and that the pass turns into others. */
const INPUTS = ['time_ns', 'time_precision', 'peer_ip', 'client_ip', 'host', 'target', 'reject'] as const;

/**
 * Records of several objects go through one statement: a record's number carries its object's place in the
 * batch above these bits, so that the format's SQL need not know.
 */
export const MEMBER_SHIFT = 40;

/** The batch: one row a member. */
export const BLOCKS_SQL =
  'create or replace temp table blocks (member bigint, object_id varchar, text blob, first_record bigint)';

/**
 * SQL that parses `blocks` into the temporary table `parsed`: the format's own columns, one row a record that is
 * not blank. DuckDB's `rtrim` walks the whole line and `ltrim` its first blanks only, so that costs a tenth; and
 * `unnest` of a long list is slow where no `generate_subscripts` stands beside it.
 */
export function parseSql(format: Format): string {
  return `create or replace temp table parsed as
with lines as (
  select member, first_record, unnest(list) as line, generate_subscripts(list, 1) as position
  from (select member, first_record, string_split(decode(text), chr(10)) as list from blocks)
),
records as (
  select
    (member << ${MEMBER_SHIFT}) + first_record - 1 + position as record_no,
    case when ends_with(line, chr(13)) then rtrim(line, chr(13)) else line end as text,
    cast(null as varchar) as header
  from lines
  where ltrim(line, ' ' || chr(9) || chr(13)) <> ''
)
select * from (
${format.sql}
)`;
}

/** SQL that asks which columns a format's SELECT has, without running it on anything. */
export function describeSql(format: Format): string {
  return `describe select * from (
with records as (select cast(1 as bigint) as record_no, cast('' as varchar) as text, cast(null as varchar) as header)
select * from (
${format.sql}
))`;
}

/** Addresses of the block with their facts, one row an address and day. */
export function addressesSql(columns: ReadonlySet<string>): string {
  const logged = loggedAddress(columns);
  const { proxy, reserved, country, basis, asn, type } = unpackSql('facts');
  return `create or replace temp table addresses as
select
  logged, day, ip, prefix, ${proxy} as proxy, ${reserved} as reserved,
  ${country} as country, ${basis} as country_basis, ${asn} as asn, ${type} as network_type
from (
  select logged, day, address_text(logged) as ip, address_prefix(logged) as prefix, cast(address_facts(logged, day) as bigint) as facts
  from (select distinct ${logged} as logged, time_ns // 86400000000000 as day from parsed where ${logged} is not null and time_ns is not null)
)`;
}

function loggedAddress(columns: ReadonlySet<string>): string {
  const names = ['client_ip', 'peer_ip'].filter((name) => columns.has(name));
  return names.length === 0 ? 'cast(null as varchar)' : `coalesce(${names.join(', ')})`;
}

/** SQL that completes `parsed` to the columns of its table, as the temporary table `events`. */
export function eventsSql(
  format: Format,
  options: { columns: ReadonlySet<string>; label: string; receivedAt: Date },
): string {
  const { columns } = options;
  const given = (name: string, otherwise = `cast(null as ${typeOf(name)})`): string =>
    columns.has(name) ? `p.${name}` : otherwise;
  const latest = BigInt(options.receivedAt.getTime() + 2 * 86_400_000) * 1_000_000n;
  const source = format.source
    ? `coalesce(nullif(p."${format.source}", ''), 'unnamed')`
    : sqlText(options.label);
  const target = given('target', 'cast(null as varchar)');
  const local = `case when starts_with(${target}, '/') then ${target} else regexp_replace(${target}, '^[a-z]+://[^/?]*', '') end`;
  const host = given('host');
  const clientGiven = columns.has('client_ip') ? 'p.client_ip is not null' : 'false';
  const ofClient = (column: string): string => `case when ${clientGiven} or not a.proxy then a.${column} end`;
  const derived: Record<string, string> = {
    object_id: 'b.object_id',
    record_no: `p.record_no & ${2 ** MEMBER_SHIFT - 1}`,
    source_id: `${sqlText(`${format.id}:`)} || ${source}`,
    format: sqlText(format.id),
    vantage: sqlText(format.vantage),
    time: 'make_timestamp_ms(p.time_ns // 1000000)',
    time_ns: 'p.time_ns',
    time_precision: 'p.time_precision',
    host: `nullif(lower(case when not contains(${host}, ':') then ${host} when regexp_matches(${host}, '^[^:]+:\\d+$') then split_part(${host}, ':', 1) else ${host} end), '')`,
    src_ip: ofClient('ip'),
    src_ip_basis: `case when a.logged is null then null when a.ip is null then 'not-an-address' when ${clientGiven} then 'client-field' when a.proxy then 'behind-proxy' else 'peer' end`,
    src_prefix: ofClient('prefix'),
    src_port: `case when ${given('src_port')} between 0 and 65535 then ${given('src_port')} end`,
    // Above 2^40 (a terabyte, twelve days) a figure is none; sums of millions of them stay within 64 bits.
    ...Object.fromEntries(
      ['request_bytes', 'response_bytes', 'duration_us', 'origin_duration_us'].map((name) => [
        name,
        `case when ${given(name)} between 0 and ${2 ** 40} then ${given(name)} end`,
      ]),
    ),
    peer_ip: given('peer_ip'),
    country: ofClient('country'),
    country_basis: ofClient('country_basis'),
    asn: ofClient('asn'),
    network_type: ofClient('network_type'),
    reserved: 'coalesce(a.reserved, false)',
    path: `coalesce(nullif(split_part(${local}, '?', 1), ''), case when ${target} is not null then '/' end)`,
    query: `case when contains(${target}, '?') then substr(${target}, strpos(${target}, '?') + 1) end`,
  };
  const list = httpActivity.columns.map(
    (column) =>
      `  cast(${derived[column.name] ?? given(column.name)} as ${sqlType(column.type)}) as ${column.name}`,
  );
  return `create or replace temp table events as
select
${list.join(',\n')},
  cast(make_timestamp_ms(p.time_ns // 1000000) as date) as dt,
  b.member as member,
  case
    when p.reject is not null then p.reject
    when p.time_ns is null then 'time-unreadable'
    when p.time_ns < ${EARLIEST_NS} or p.time_ns > ${latest} then 'time-out-of-range'
  end as reject
from parsed p
inner join blocks b on b.member = p.record_no >> ${MEMBER_SHIFT}
left join addresses a on a.logged = ${loggedAddress(columns).replaceAll(/(client_ip|peer_ip)/g, 'p.$1')} and a.day = p.time_ns // 86400000000000
order by p.record_no`;
}

function typeOf(name: string): string {
  const column = httpActivity.columns.find((candidate) => candidate.name === name);
  return sqlType(column?.type ?? 'varchar');
}

/** Columns of a format that neither the table has nor the pass reads: a mistake in the format file. */
export function unknownColumns(format: Format, columns: readonly string[]): string[] {
  const known = new Set<string>([
    ...INPUTS,
    ...httpActivity.columns.map((column) => column.name),
    format.source ?? '',
  ]);
  return columns.filter((name) => !known.has(name));
}

/** What became of each member that has a record. */
export const SUMMARY_SQL = `select
  member,
  count(*) as records,
  count(*) filter (where reject is not null) as rejects,
  epoch_ms(min(time) filter (where reject is null)) as first,
  epoch_ms(max(time) filter (where reject is null)) as last,
  list_sort(list(distinct cast(dt as varchar)) filter (where reject is null)) as days,
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
  return `create or replace temp table minutes as select member, dt, cast(null as varchar) as reject, ${list.join(', ')}
from events where reject is null
group by member, dt, object_id, source_id, format, vantage, minute, host
order by member, source_id, minute, host nulls first`;
}

/** The tables that a batch writes, and the temporary table in which their rows lie in order. */
export const PARTS_SQL: readonly { table: Table; rows: string }[] = [
  { table: httpActivity, rows: 'events' },
  { table: minuteActivity, rows: 'minutes' },
];

export function partCountsSql({ rows }: (typeof PARTS_SQL)[number]): string {
  return `select member, cast(dt as varchar), count(*) from ${rows} where reject is null group by member, dt order by member, dt`;
}

/**
 * The rows of a part. One statement a part: DuckDB's PARTITION_BY would write them all in one, in an order that
 * depends on the neighbours in the batch. Without a sort, since one thread keeps the order of the table.
 */
export function partRowsSql(
  { table, rows }: (typeof PARTS_SQL)[number],
  { member, day }: { member: number; day: string },
): string {
  const columns = table.columns.map(({ name }) => name).join(', ');
  return `select ${columns} from ${rows} where member = ${member} and dt = date '${day}' and reject is null`;
}
