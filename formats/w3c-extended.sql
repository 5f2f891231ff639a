/*
title: W3C extended log, as IIS writes it
reference: https://learn.microsoft.com/en-us/windows/win32/http/w3c-logging
table: http_activity
framing: lines
headers:
  carry: '^#Fields:'
  below: '^#Date:'
  others: '^#'
  recognise: '^#Fields:(?!.*[ \t:](x-edge-[a-z-]+|x-host-header|[Dd]istribution[Ii]d|timestamp\(ms\)|c-country|cs-protocol|cs-protocol-version|ssl-protocol|ssl-cipher|time-to-first-byte|cache-behavior-path-pattern)([ \t]|$))(.*[ \t:])?(c-ip|c-dns|s-ip|s-port|s-sitename|s-computername|cs-method|cs-uri|cs-uri-stem|cs-host|cs-username|cs-version|sc-win32-status|sc-substatus)([ \t]|$)'
vantage: origin
source: server
recognise:
  pattern: '^#(Fields|Software|Version|Date|Start-Date|End-Date|Remark):'
  expects: a line "#Fields:" with names such as c-ip, cs-method and cs-uri-stem, without which no record can be understood
mapped:
  date: time_ns, time_precision
  time: time_ns, time_precision
  '#Date': time_ns, header_below
  s-sitename: server
  s-computername: server
  s-ip: server
  c-ip: peer_ip
  c-port: src_port
  X-Forwarded-For: forwarded_for
  OriginalIP: forwarded_for
  cs-method: http_method
  cs-uri: target
  cs-uri-stem: target
  cs-uri-query: target
  cs-version: http_version
  cs-host: host
  cs(Host): host
  cs(User-Agent): user_agent
  cs(Referer): referrer
  sc-status: status_code
  sc-bytes: response_bytes
  cs-bytes: request_bytes
  time-taken: duration_us
unmapped:
  c-dns: name of the client, which whoever holds its address can choose
  s-dns: name of the server, which the site and the computer tell
  s-port: port of the server, the same for all of a site
  cs-username: the name that was tried, personal data that no query needs
  cs(Cookie): personal data that no query needs
  sc-substatus: detail of the status, words of IIS
  sc-win32-status: detail of the status, an error number of Windows
  streamid: number of the HTTP/2 stream within its connection
  s-siteid: number of the site, which has its name in s-sitename
  s-reason: why HTTP.sys gave a connection up, words of its error log
  s-queuename: application pool, configuration
  cached: whether a cache of the server answered, which IIS leaves out
  comment: free words of the server
  bytes: bytes in either direction, which sc-bytes and cs-bytes tell apart
*/
-- Which fields there are, and in what order, only the last #Fields line before a record says. It may change within a file.
-- Without a date among them a record is of the day of the last #Date line, up to the first time that goes back by more than
-- five minutes, as it does at midnight in a file that goes on for longer than a day: what comes then up to the next #Date
-- line is rejected, since nothing says of which day it is. Requests are written as they end, and so a little out of order. Of
-- a log that was silent in the midst of it for a day, or up to five minutes less, nothing tells that.
with lines as materialized (
  select record_no, text, header, regexp_matches(header, '(?i)[ \t:]date(?:[ \t\n]|$)') as has_date from records
),

cut as not materialized (
  select
    record_no,
    text,
    header,
    string_split(trim(lower(replace(substr(split_part(header, chr(10), 1), 9), chr(9), ' '))), ' ') as names,
    string_split(replace(text, chr(9), ' '), ' ') as plain,
    has_date
  from lines
),

-- IIS writes + for a space, so that each value is a word. Others put a value in quotes, with a quote in it doubled.
split as not materialized (
  select
    record_no,
    header,
    has_date,
    names,
    case
      when not contains(text, '"') or len(plain) = len(names) then plain
      else regexp_extract_all(text, '"(?:[^"]|"")*"|[^ \t]+')
    end as v
  from cut
),

fields as not materialized (
  select
    record_no,
    header,
    has_date,
    names,
    v,
    v[list_position(names, 'date')] as day,
    v[list_position(names, 'time')] as clock,
    v[list_position(names, 'cs-method')] as method,
    coalesce(nullif(v[list_position(names, 'cs-uri-stem')], '-'), nullif(v[list_position(names, 'cs-uri')], '-')) as stem,
    v[list_position(names, 'cs-uri-query')] as query,
    v[list_position(names, 'cs(user-agent)')] as agent,
    v[list_position(names, 'cs(referer)')] as referer,
    v[list_position(names, 'time-taken')] as taken,
    -- Named by whoever set it up; IIS has no name of its own for it.
    v[coalesce(
      list_position(names, 'x-forwarded-for'), list_position(names, 'cs(x-forwarded-for)'), list_position(names, 'originalip'),
      list_position(names, 'original-ip'), list_position(names, 'x_forwarded_for')
    )] as forwarded
  from split
),

-- Of a record without a date among its fields: when its header was written, and its own time in seconds, unless it is damaged.
since as (
  select
    *,
    regexp_extract(split_part(header, chr(10), 2), '^#Date:\s*(\d{4}-\d{2}-\d{2}|-)(?:[ \t]+(\d{2}:\d{2}:\d{2}))?', ['day', 'clock']) as begun,
    case when len(v) = len(names) and clock < '24' then epoch(try_cast(clock as time)) end as second
  from fields
  where not has_date
),

latest as (
  select
    *,
    greatest(coalesce(epoch(try_cast(begun.clock as time)), 0), max(second) over section) as latest
  from since
  window section as (partition by object_of(record_no), header order by record_no rows unbounded preceding)
),

dated as (
  select
    *,
    begun.day = '-' or coalesce(bool_or(latest - second > 300) over section, false) as is_past
  from latest
  window section as (partition by object_of(record_no), header order by record_no rows unbounded preceding)
),

given as (
  select *, null as begun, null as second, null as latest, false as is_past from fields where coalesce(has_date, true)
  union all
  select * from dated
)

select
  record_no,
  -- UTC, as the reference says.
  iso_ns(coalesce(day, begun.day) || ' ' || clock) as time_ns,
  case when not contains(clock, '.') then 's' when length(split_part(clock, '.', 2)) <= 3 then 'ms' else 'us' end as time_precision,
  coalesce(
    nullif(concat_ws('/', nullif(v[list_position(names, 's-computername')], '-'), nullif(v[list_position(names, 's-sitename')], '-')), ''),
    nullif(v[list_position(names, 's-ip')], '-')
  ) as server,
  nullif(trim(coalesce(nullif(v[list_position(names, 'cs-host')], '-'), nullif(v[list_position(names, 'cs(host)')], '-')), '"'), '') as host,
  nullif(nullif(v[list_position(names, 'c-ip')], '-'), '') as peer_ip,
  try_cast(v[list_position(names, 'c-port')] as bigint) as src_port,
  -- The + between two addresses is a space.
  nullif(nullif(replace(trim(forwarded, '"'), '+', ' '), '-'), '') as forwarded_for,
  nullif(nullif(method, '-'), '') as http_method,
  case when starts_with(stem, '"') then trim(stem, '"') else stem end
    || case when query is null or query in ('-', '') then '' when starts_with(query, '"') then '?' || trim(query, '"') else '?' || query end as target,
  nullif(nullif(v[list_position(names, 'cs-version')], '-'), '') as http_version,
  -- IIS writes + for a space. Other logs have the space, and one agent is to be counted as one; a + of the agent's own is lost.
  nullif(nullif(case when regexp_full_match(agent, '".*"') then replace(substr(agent, 2, length(agent) - 2), '""', '"') else replace(agent, '+', ' ') end, '-'), '') as user_agent,
  nullif(nullif(case when regexp_full_match(referer, '".*"') then replace(substr(referer, 2, length(referer) - 2), '""', '"') else replace(referer, '+', ' ') end, '-'), '') as referrer,
  nullif(try_cast(v[list_position(names, 'sc-status')] as bigint), 0) as status_code,
  try_cast(v[list_position(names, 'cs-bytes')] as bigint) as request_bytes,
  try_cast(v[list_position(names, 'sc-bytes')] as bigint) as response_bytes,
  -- Milliseconds; the specification of W3C has seconds, with a point.
  case
    when contains(taken, '.') then try_cast(try_cast(taken as decimal(28, 6)) * 1000000 as bigint)
    else try_cast(cast(try_cast(taken as bigint) as hugeint) * 1000 as bigint)
  end as duration_us,
  case
    when header is null then 'no-fields-header'
    when len(v) < len(names) then 'fields-missing'
    -- A value with a blank in it: of those after it none is where its name is. A blank at the end is no value.
    when v[len(names) + 1] <> '' then 'more-values-than-fields'
    when clock is null or coalesce(day, begun.day, '') = '' then 'no-date-and-time'
    when is_past then 'past-midnight-without-a-date'
    -- Of HTTP.sys: a connection that was given up before a request.
    when nullif(nullif(method, '-'), '') is null and stem is null then 'no-request'
  end as reject,
  case
    when is_past then '#Date: -'
    when begun.day <> '' and latest is not null then '#Date: ' || begun.day || ' ' || strftime(make_timestamp(cast(floor(latest) as bigint) * 1000000), '%H:%M:%S')
  end as header_below
from given
