import { MOST_PORT } from '../enrich/address.ts';
import { PROXY_BASES } from '../enrich/client-address.ts';
import type { Format } from '../formats/format.ts';
import { MADE_OF } from '../formats/inputs.ts';
import { httpActivity, sqlText, sqlType } from '../lake/tables.ts';
import { MEMBER_SQL, parsedSql, RECORD_MASK } from './parse-sql.ts';
import { TEMPLATE_COLUMNS } from './request-templates.ts';
import { FORWARDED_PORT, forwardedBy, SOURCE_COLUMNS, sourcedSql } from './source-sql.ts';

/** Events before this day, or later than two days after receipt, are the reject `time-out-of-range`. */
export const EARLIEST_MS = Date.UTC(1990, 0, 1);
const EARLIEST_NS = EARLIEST_MS * 1e6;

/** Above 2^40 (a terabyte, twelve days) a figure is none; sums of millions of them stay within 64 bits. */
export const MOST = 2 ** 40;
export const BOUNDED = [
  'request_bytes',
  'response_bytes',
  'bytes',
  'packets',
  'duration_us',
  'origin_duration_us',
];

export type EventsOptions = {
  columns: ReadonlySet<string>;
  label: string;
  receivedAt: Date;
  /** Where the records come from. */
  feed: number;
  /** Whether the quoted field after an agent is X-Forwarded-For. */
  nginxMain: boolean;
};

export type Events = {
  /** A SELECT of what differs from record to record, in their order, with `member`, `dt`, `reject`, `notice` and so on. */
  select: string;
  /** All columns of the format's table, from rows of the SELECT. */
  rowsOf(from: string): string;
  /** Whether the format tells notices from events. */
  hasNotices: boolean;
};

/** SQL from the records to the columns of a format's table. Of `object_id` it knows nothing. */
export function eventsSql(format: Format, options: EventsOptions): Events {
  const expressions = columnsSql(format, options);
  const columns = format.table.columns.filter(({ name }) => name !== 'object_id' && !(name in MADE_OF));
  const stored = columns.filter(({ name }) => expressions[name] !== undefined);
  const has = (name: string): boolean => options.columns.has(name);
  const notice = has('notice') ? 'notice' : 'cast(null as varchar)';
  const latest = latestNs(options.receivedAt);
  const list = [
    ...stored.map(({ name, type }) => `cast(${expressions[name]} as ${sqlType(type)}) as ${name}`),
    'cast(make_timestamp_ms(time_ns // 1000000) as date) as dt',
    `${MEMBER_SQL} as member`,
    `case
    when reject is not null then reject
    when time_ns is null and ${notice} is null then 'time-unreadable'
    when time_ns < ${EARLIEST_NS} or time_ns > ${latest} then 'time-out-of-range'
  end as reject`,
    ...(has('notice')
      ? ['notice', `${has('notice_subject') ? 'notice_subject' : 'cast(null as varchar)'} as subject`]
      : []),
    ...(format.headers?.below
      ? [has('header_below') ? 'header_below' : 'cast(null as varchar) as header_below']
      : []),
    ...(has('notice') && !stored.some(({ name }) => name === 'end_time')
      ? [`${endTime(has('end_ns'), latest)} as end_time`]
      : []),
  ];
  // One thread keeps the order of the records, but for the window over headers and what a user's own SELECT may do.
  const select = `with ${parsedSql(format, options.feed)},
${sourcedSql(options.columns, options)}
select
  ${list.join(',\n  ')}
from sourced${format.headers || format.isOwn ? '\norder by sourced.record_no' : ''}`;
  const constants: Record<string, string> = {
    format: sqlText(format.id),
    vantage: sqlText(format.vantage),
    source_id: sqlText(`${format.id}:${options.label}`),
    reserved: 'false',
  };
  const rest = columns
    .filter(({ name }) => expressions[name] === undefined)
    .map(({ name, type }) => `cast(${constants[name] ?? 'null'} as ${sqlType(type)}) as ${name}`);
  const notices = has('notice')
    ? []
    : ['cast(null as varchar) as notice', 'cast(null as varchar) as subject'];
  return {
    select,
    hasNotices: has('notice'),
    rowsOf(from) {
      const rows = `select ${['*', ...rest, ...notices].join(', ')} from ${from}`;
      return format.table === httpActivity ? withTemplates(rows) : rows;
    },
  };
}

function withTemplates(rows: string): string {
  const made = Object.entries(TEMPLATE_COLUMNS).map(([name, sql]) => `${sql} as ${name}`);
  return `select *, ${made.join(', ')} from (${rows})`;
}

/** The latest event that a log can have which was received then, ms since 1970. */
export function latestMs(receivedAt: Date): number {
  return receivedAt.getTime() + 2 * 86_400_000;
}

const latestNs = (receivedAt: Date): bigint => BigInt(latestMs(receivedAt)) * 1_000_000n;

function endTime(given: boolean, latest: bigint): string {
  return given
    ? `case when end_ns between ${EARLIEST_NS} and ${latest} then make_timestamp_ms(end_ns // 1000000) end`
    : 'cast(null as timestamp)';
}

/** Expressions of the columns that differ from record to record, over `sourced`. */
function columnsSql(
  format: Format,
  { columns, label, receivedAt, nginxMain }: EventsOptions,
): Record<string, string> {
  const has = (name: string): boolean => columns.has(name);
  const given: Record<string, string> = Object.fromEntries(
    format.table.columns.filter(({ name }) => has(name)).map(({ name }) => [name, name]),
  );
  const expressions: Record<string, string> = {
    ...given,
    record_no: `record_no & ${RECORD_MASK}`,
    time: 'make_timestamp_ms(time_ns // 1000000)',
  };
  if (format.source)
    expressions.source_id = `${sqlText(`${format.id}:`)} || coalesce(nullif("${format.source}", ''), ${sqlText(label)})`;
  if (has('client_ip') || has('peer_ip')) Object.assign(expressions, SOURCE_COLUMNS);
  if (has('end_ns')) expressions.end_time = endTime(true, latestNs(receivedAt));
  // 000 and 0: no answer was sent.
  if (has('status_code')) expressions.status_code = 'nullif(status_code, 0)';
  if (has('host'))
    expressions.host =
      "nullif(nullif(lower(case when contains(host, ':') and regexp_matches(host, '^[^:]+:\\d+$') then split_part(host, ':', 1) else host end), ''), '-')";
  if (has('target')) {
    const local =
      "case when starts_with(target, '/') then target else regexp_replace(target, '^[a-z]+://[^/?]*', '') end";
    expressions.path = `coalesce(nullif(split_part(${local}, '?', 1), ''), case when target is not null then '/' end)`;
    expressions.query = "case when contains(target, '?') then substr(target, strpos(target, '?') + 1) end";
  }
  for (const name of BOUNDED)
    if (has(name)) expressions[name] = `case when ${name} between 0 and ${MOST} then ${name} end`;
  if (has('dst_port'))
    expressions.dst_port = `case when dst_port between 0 and ${MOST_PORT} then dst_port end`;
  // The port of a proxy's connection is not the client's.
  const ports = [
    ...(forwardedBy(columns, { nginxMain }).length > 0 ? [FORWARDED_PORT] : []),
    ...(has('src_port')
      ? [
          `when src_port between 0 and ${MOST_PORT} and source_basis not in (${PROXY_BASES.map(sqlText).join(', ')}) then src_port`,
        ]
      : []),
  ];
  if (ports.length > 0) expressions.src_port = `case ${ports.join(' ')} end`;
  if (has('dst_ip'))
    expressions.dst_ip =
      "case when contains(dst_ip, ':') then coalesce(address_text(dst_ip), dst_ip) else dst_ip end";
  if (has('query_name'))
    expressions.query_name =
      "case when query_name = '.' then '.' else nullif(lower(rtrim(query_name, '.')), '') end";
  return expressions;
}
