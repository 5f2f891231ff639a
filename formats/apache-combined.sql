/*
title: Apache and nginx access log, common, combined or with trailing fields
reference: https://httpd.apache.org/docs/2.4/logs.html#accesslog
table: http_activity
framing: lines
vantage: origin
source: null
cells:
  - >-
    <client> <ident:label> <user:label> [<stamp:clf-time>]
    "<method=GET|POST|HEAD|OPTIONS|PUT|DELETE|PATCH> <uri> <version=HTTP/1.1|HTTP/2.0|HTTP/1.0|HTTP/2|HTTP/3.0|HTTP/3>"
    <status:status> <size:count> "<referer:text>" "<agent:text>"<tail:rest>
  - >-
    <client> <ident:label> <user:label> [<stamp:clf-time>]
    "<method=GET|POST|HEAD|OPTIONS|PUT|DELETE|PATCH> <uri> <version=HTTP/1.1|HTTP/2.0|HTTP/1.0|HTTP/2|HTTP/3.0|HTTP/3>"
    <status:status> <size:count>
straight:
  unless: tail
  time_ns: clf stamp
  time_precision: always s
  peer_ip: address client
  http_method: text method
  target: target uri
  http_version: text version
  status_code: integer status
  response_bytes: integer size
  referrer: word referer
  user_agent: word agent
recognise:
  pattern: '^(\S+ {1,2})?\S+ \S+ .*\[\d{2}/[A-Z][a-z]{2}/\d{4}:\d{2}:\d{2}:\d{2} [+-]\d{4}\] ".*" (\d{3}|-) (\d+|-)(?!\d| ([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9A-Za-z_-]{15,}=)( \S+)?\s*$)'
  expects: an address, a time in brackets such as [11/Nov/2019:15:42:00 +0000], a quoted request, a status and a size (and not API Gateway's request id after it)
mapped:
  remote host: peer_ip
  virtual host: host
  time: time_ns, time_precision
  request line: http_method, target, http_version
  status: status_code
  bytes: response_bytes
  Referer: referrer
  User-Agent: user_agent
  X-Forwarded-For: after_agent
  request_length: request_bytes
  request_time: duration_us
  proxy_upstream_name: service
  upstream_addr: reached_origin
  upstream_response_time: origin_duration_us
  upstream_status: origin_status
  req_id: request_id
unmapped:
  ident: RFC 1413 identity, unverified by design
  user: the name that was tried, also where the password was wrong; personal data that no query needs
  '%D': a whole number after the agent is microseconds (%D) or seconds (%T), and the log does not say which
  proxy_alternative_upstream_name: a second service that could have answered, without saying that it did
  upstream_response_length: size of the answer of the server behind, near that of the answer, which is mapped
  trailing: other fields after the agent have no name in the log itself
*/
-- A line that was cut is what the expressions would make of it.
-- What syslog (RFC 3164 and 5424, with a priority or none, also with times of RFC 3339) and runtimes of containers put
-- before a line is no part of it.
with judged as (
  select
    * exclude (text),
    case when text[4] = ' ' and text[7] = ' ' and text[10] = ':'
      then regexp_replace(text, '^[A-Z][a-z]{2} [ 1-3]\d \d{2}:\d{2}:\d{2} \S+ [^ :]+: ', '')
      when text[1] = '<' or text[11] = 'T'
      then regexp_replace(
        text,
        '^(?:<\d{1,3}>)?(?:(?:[A-Z][a-z]{2} [ 1-3]\d \d{2}:\d{2}:\d{2}|\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})) \S+ [^ :]+: |1 \d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2}) \S+ \S+ \S+ \S+ (?:-|\[[^\]]*\]) |\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2}) (?:(?:stdout|stderr) [FP] )?)',
        ''
      )
      else text
    end as text,
    -- A quote after the agent may be one that nothing closes.
    is_cut and not contains(coalesce(tail, ''), '"') as usual
  from records
),

taken as (
  select
    record_no, text, usual, method, uri, version,
    case when usual then {
      'before': client, 'time': stamp, 'request': '', 'status': status, 'bytes': size, 'referrer': referer, 'agent': agent,
      'tail': coalesce(tail, '')
    } else regexp_extract(
      text,
      '^(\S+ \S+ .*?)\[(\d{2}/[A-Za-z]{3}/\d{4}:\d{2}:\d{2}:\d{2} [+-]\d{4})\] "((?:[^"\\]|\\.)*)" (\d{3}|-) (\d+|-)(?: "((?:[^"\\]|\\.)*)" "((?:[^"\\]|\\.)*)"((?: [^"]*(?:"(?:[^"\\]|\\.)*"[^"]*)*)?)|(?: [^"]*(?:"(?:[^"\\]|\\.)*"[^"]*)*)?)\s*$',
      ['before', 'time', 'request', 'status', 'bytes', 'referrer', 'agent', 'tail']
    ) end as strict
  from judged
),

-- A quote that the server did not escape inside the request: the request then ends at the last quote
-- before a status and a size.
fields as (
  select
    record_no, text, usual, method, uri, version,
    case when strict.time <> '' then strict else regexp_extract(
      text,
      '^(\S+ \S+ .*?)\[(\d{2}/[A-Za-z]{3}/\d{4}:\d{2}:\d{2}:\d{2} [+-]\d{4})\] "(.*)" (\d{3}|-) (\d+|-)(?: "((?:[^"\\]|\\.)*)" "((?:[^"\\]|\\.)*)")?()\s*$',
      ['before', 'time', 'request', 'status', 'bytes', 'referrer', 'agent', 'tail']
    ) end as f
  from taken
),

requests as (
  select
    record_no,
    text,
    f,
    case
      when usual then {'method': method, 'target': uri, 'version': version}
      when regexp_full_match(f.request, '[A-Z][A-Z_-]* \S+ HTTP/[0-9.]+')
        then regexp_extract(f.request, '^(\S+) (\S+) (\S+)$', ['method', 'target', 'version'])
      else regexp_extract(f.request, '^([A-Z][A-Z_-]*) +(\S.*?)(?: +(HTTP/[0-9.]+))?$', ['method', 'target', 'version'])
    end as r,
    usual,
    -- The words before the time: the first, the second, and the others with the blanks before them.
    case when not usual then regexp_extract(rtrim(f.before), '^(\S+) ?(\S*)(.*)$', ['first', 'second', 'others']) end as w,
    -- Where quotes are not escaped, a client can put a whole line before the server's.
    not usual and regexp_matches(text, '\[\d{2}/[A-Za-z]{3}/\d{4}:\d{2}:\d{2}:\d{2} [+-]\d{4}\] ".*\[\d{2}/[A-Za-z]{3}/\d{4}:\d{2}:\d{2}:\d{2} [+-]\d{4}\] "[^ ]') as doubled,
    -- What stands after the agent: a field quoted and alone, which is X-Forwarded-For in nginx's main format and may be
    -- anything else; seconds, alone; or the fields of ingress-nginx, of which a retried request has lists (502, 200).
    case when starts_with(f.tail, ' "') then regexp_extract(f.tail, '^ "((?:[^"\\]|\\.)*)"\s*$', 1) end as after_agent,
    case when f.tail <> '' and regexp_full_match(f.tail, ' \d+\.\d+\s*') then trim(f.tail) end as seconds,
    case when contains(f.tail, '[') then regexp_extract(
      f.tail,
      '^ (\d+) (\d+\.\d+) \[([^\]]*)\] \[[^\]]*\] (\S+(?:(?:,| :) \S+)*) \S+(?:(?:,| :) \S+)* (?:\S+(?:,| :) )*(\S+) (?:\S+(?:,| :) )*(\d+|-) (\S+)\s*$',
      ['request_length', 'request_time', 'upstream', 'address', 'upstream_time', 'upstream_status', 'id']
    ) end as i
  from fields
),

shapes as (
  select
    *,
    regexp_full_match(w.first, '\d+(\.\d+){3}|[0-9A-Fa-f]*:[0-9A-Fa-f]*:[0-9A-Fa-f.:]*') as first_is_address,
    regexp_full_match(w.second, '\d+(\.\d+){3}|[0-9A-Fa-f]*:[0-9A-Fa-f]*:[0-9A-Fa-f.:]*') as second_is_address,
    regexp_matches(w.others, ' (\d+(\.\d+){3}|\S*:\S*)( |$)') as another_address
  from requests
),

-- Whose address the words before the time say. A virtual host may stand first, and is any words that a client chose; so is
-- a user, and an identity is any word. So there is an answer only where there is one reading:
-- - a word, and an identity and a user or less, of which none looks like an address: the first word;
-- - a virtual host, an address, and an identity and a user, of which none looks like one: the second word;
-- - an address, a dash for the identity, and words of a user, of which none is a dash or could be a client's address or
--   name: the first word.
-- All else may be an address that the client wrote before its own, such as an address before an address, or a virtual host
-- and an address before three words. It is nobody's.
clients as (
  select
    *,
    coalesce(second_is_address and not first_is_address and not contains(w.first, ',') and regexp_full_match(w.others, ' \S+ \S.*'), false) as has_vhost,
    case
      when usual then f.before
      when doubled then null
      when regexp_full_match(w.others, '( \S+)?') then case when not another_address and not contains(w.second, ':') and not second_is_address then w.first end
      when first_is_address then case when w.second = '-' and not regexp_matches(w.others, ' (-|[\w-]+(\.[\w-]+)+|\S*:\S*)( |$)') then w.first end
      when has_vhost and regexp_full_match(w.others, ' \S+ \S+') and not another_address then w.second
    end as client
  from shapes
)

select
  record_no,
  common_log_ns(f.time) as time_ns,
  's' as time_precision,
  -- A time, a level or a tag that a collector wrote before the line is no virtual host.
  case
    when upper(w.first) in (
      'TRACE', 'DEBUG', 'INFO', 'INFORMATION', 'NOTICE', 'WARN', 'WARNING', 'ERR', 'ERROR', 'SEVERE', 'CRIT', 'CRITICAL', 'ALERT',
      'EMERG', 'PANIC', 'FATAL'
    ) then null
    when has_vhost and regexp_full_match(w.first, '(\d+(\.\d+){3}|\[[0-9A-Fa-f:.]+\]|([\w-]+\.)*[\w-]*[A-Za-z][\w-]*\.?)(:\d+)?')
      then regexp_replace(w.first, ':\d+$', '')
  end as host,
  client as peer_ip,
  nullif(nullif(after_agent, '-'), '') as after_agent,
  nullif(r.method, '') as http_method,
  nullif(r.target, '') as target,
  nullif(r.version, '') as http_version,
  nullif(nullif(f.agent, ''), '-') as user_agent,
  nullif(nullif(f.referrer, ''), '-') as referrer,
  try_cast(f.status as bigint) as status_code,
  try_cast(f.bytes as bigint) as response_bytes,
  try_cast(i.request_length as bigint) as request_bytes,
  try_cast(try_cast(coalesce(nullif(i.request_time, ''), seconds) as decimal(28, 6)) * 1000000 as bigint) as duration_us,
  nullif(i.upstream, '') as service,
  try_cast(i.upstream_status as bigint) as origin_status,
  case when i.address <> '' then regexp_matches(i.address, '[^-, ]') end as reached_origin,
  try_cast(try_cast(i.upstream_time as decimal(28, 6)) * 1000000 as bigint) as origin_duration_us,
  nullif(nullif(i.id, '-'), '') as request_id,
  case
    when f.time <> '' then null
    when (length(text) - length(replace(text, '"', ''))) % 2 = 1 then 'no-closing-quote'
    else 'not-an-access-log-line'
  end as reject
from clients
