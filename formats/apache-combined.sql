/*
title: Apache and nginx access log, common or combined
reference: https://httpd.apache.org/docs/2.4/logs.html#accesslog
table: http_activity
framing: lines
vantage: origin
source: null
recognise:
  pattern: '^(\S+ )?\S+ \S+ .*\[\d{2}/[A-Z][a-z]{2}/\d{4}:\d{2}:\d{2}:\d{2} [+-]\d{4}\] ".*" (\d{3}|-) (\d+|-)'
  expects: an address, a time in brackets such as [11/Nov/2019:15:42:00 +0000], a quoted request, a status and a size
unmapped:
  ident: RFC 1413 identity, unverified by design
  user: the name that was tried, also where the password was wrong; personal data that no query needs
  trailing: fields after the agent have no name in the log itself
*/
-- A virtual host stands before the client only where what follows it looks like an address.
with taken as materialized (
  select
    record_no,
    text,
    regexp_extract(
      text,
      '^(?:([^ ,]+?)(?::\d+)? ([0-9A-Fa-f]*[.:][0-9A-Fa-f.:]*)|(\S+)) \S+ .*?\[(\d{2}/[A-Za-z]{3}/\d{4}:\d{2}:\d{2}:\d{2} [+-]\d{4})\] "((?:[^"\\]|\\.)*)" (\d{3}|-) (\d+|-)(?: "((?:[^"\\]|\\.)*)" "((?:[^"\\]|\\.)*)")?(?: [^"]*(?:"(?:[^"\\]|\\.)*"[^"]*)*)?\s*$',
      ['vhost', 'vhost_client', 'client', 'time', 'request', 'status', 'bytes', 'referrer', 'agent']
    ) as strict
  from records
),

-- A quote that the server did not escape inside the request: the request then ends at the last quote
-- before a status and a size.
fields as materialized (
  select
    record_no,
    text,
    case when strict.time <> '' then strict else regexp_extract(
      text,
      '^(?:([^ ,]+?)(?::\d+)? ([0-9A-Fa-f]*[.:][0-9A-Fa-f.:]*)|(\S+)) \S+ .*?\[(\d{2}/[A-Za-z]{3}/\d{4}:\d{2}:\d{2}:\d{2} [+-]\d{4})\] "(.*)" (\d{3}|-) (\d+|-)(?: "((?:[^"\\]|\\.)*)" "((?:[^"\\]|\\.)*)")?\s*$',
      ['vhost', 'vhost_client', 'client', 'time', 'request', 'status', 'bytes', 'referrer', 'agent']
    ) end as f
  from taken
),

requests as (
  select
    record_no,
    text,
    f,
    regexp_extract(f.request, '^([A-Z][A-Z_-]*) +(\S.*?)(?: +(HTTP/[0-9.]+))?$', ['method', 'target', 'version']) as r
  from fields
)

select
  record_no,
  try_cast(cast(epoch_ms(try_strptime(f.time, '%d/%b/%Y:%H:%M:%S %z')) as hugeint) * 1000000 as bigint) as time_ns,
  's' as time_precision,
  nullif(f.vhost, '') as host,
  coalesce(nullif(f.vhost_client, ''), f.client) as peer_ip,
  nullif(r.method, '') as http_method,
  nullif(r.target, '') as target,
  nullif(r.version, '') as http_version,
  nullif(nullif(f.agent, ''), '-') as user_agent,
  nullif(nullif(f.referrer, ''), '-') as referrer,
  try_cast(f.status as bigint) as status_code,
  try_cast(f.bytes as bigint) as response_bytes,
  case
    when f.time <> '' then null
    when (length(text) - length(replace(text, '"', ''))) % 2 = 1 then 'no-closing-quote'
    else 'not-an-access-log-line'
  end as reject
from requests
