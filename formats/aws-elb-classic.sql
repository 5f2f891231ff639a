/*
title: AWS Classic Load Balancer access log
reference: https://docs.aws.amazon.com/elasticloadbalancing/latest/classic/access-log-collection.html
table: http_activity
framing: lines
vantage: balancer
source: elb
recognise:
  pattern: '^\d{4}-\d{2}-\d{2}T[0-9:.]+Z \S+ \S+:\d+ (\S+:\d+|-) -?[0-9.]+ -?[0-9.]+ -?[0-9.]+ (\d+|-) (\d+|-) -?\d+ -?\d+ "'
  expects: a time such as 2019-11-11T15:42:00.186641Z, a balancer, a client with its port and the further fields of an access log entry
mapped:
  time: time_ns, time_precision
  elb: elb
  client:port: peer_ip, src_port
  backend:port: reached_origin, service
  request_processing_time: duration_us
  backend_processing_time: duration_us, origin_duration_us, reached_origin
  response_processing_time: duration_us
  elb_status_code: status_code
  backend_status_code: origin_status
  received_bytes: request_bytes
  sent_bytes: response_bytes
  request: http_method, scheme, host, target, http_version
  user_agent: user_agent
  ssl_cipher: tls_cipher
  ssl_protocol: tls_version
unmapped:
  port of the request: that of the listener, which the scheme tells as well
*/
-- The usual entry, cut at its quotes and spaces. It is what the expression of `taken` says of an entry without
-- backslashes. The oldest entries end with the request.
with cut as (
  select
    record_no,
    text,
    string_split(text, '"') as q,
    string_split(q[1], ' ') as head,
    string_split(q[5], ' ') as tls,
    not contains(text, '\')
      and regexp_full_match(q[1], '\d{4}-\S+ \S+ \S+ \S+ -?[0-9.]+ -?[0-9.]+ -?[0-9.]+ \S+ \S+ -?\d+ -?\d+ ')
      and (len(q) = 5 and q[3] = ' ' or len(q) = 3 and trim(q[3]) = '') as usual
  from records
),

taken as (
  select
    record_no,
    text,
    case when usual then {
      'time': head[1], 'elb': head[2], 'client': head[3], 'backend': head[4], 'wait_request': head[5], 'wait_backend': head[6],
      'wait_response': head[7], 'elb_status': head[8], 'backend_status': head[9], 'received': head[10], 'sent': head[11],
      'request': q[2], 'agent': coalesce(q[4], ''), 'cipher': coalesce(tls[2], ''), 'protocol': coalesce(tls[3], '')
    } else regexp_extract(
      text,
      '^(\d{4}-\S+) (\S+) (\S+) (\S+) (-?[0-9.]+) (-?[0-9.]+) (-?[0-9.]+) (\S+) (\S+) (-?\d+) (-?\d+) "((?:[^"\\]|\\.)*|[^ ].* HTTP/[0-9.]+|- .*)"(?: "((?:[^"\\]|\\.)*|.*)"(?: (\S+) (\S+))?)?(?: [^"]*)?$',
      [
        'time', 'elb', 'client', 'backend', 'wait_request', 'wait_backend', 'wait_response', 'elb_status', 'backend_status', 'received',
        'sent', 'request', 'agent', 'cipher', 'protocol'
      ]
    ) end as f
  from cut
),

requests as (
  select
    record_no,
    text,
    f,
    case
      when regexp_full_match(f.request, '\S+ [a-z]+://[^/:? \[]+(:\d*)?/[^ ]* HTTP/[0-9.]+')
        then struct_insert(
          regexp_extract(f.request, '^(\S+) ([a-z]+)://([^/:? ]+)(?::\d*)?(/[^ ]*)', ['method', 'scheme', 'host', 'target']),
          version := split_part(f.request, ' ', 3)
        )
      else regexp_extract(
        f.request,
        '^(\S+) +(?:([a-z]+)://(\[[^\]]*\]|[^/:? ]*)(?::\d*)?)?(\S.*?|) *(?:(HTTP/[0-9.]+)|-)? *$',
        ['method', 'scheme', 'host', 'target', 'version']
      )
    end as r,
    regexp_extract(f.client, '^\[?(.+?)\]?:(\d+)$', ['ip', 'port']) as c
  from taken
)

select
  record_no,
  iso_ns(f.time) as time_ns,
  'us' as time_precision,
  f.elb as elb,
  nullif(r.host, '') as host,
  case when c.ip <> '' then c.ip else nullif(nullif(f.client, '-'), '') end as peer_ip,
  try_cast(c.port as bigint) as src_port,
  nullif(nullif(r.method, ''), '-') as http_method,
  nullif(nullif(r.scheme, ''), '-') as scheme,
  case when r.method <> '' then nullif(r.target, '-') end as target,
  nullif(r.version, '') as http_version,
  nullif(nullif(f.agent, ''), '-') as user_agent,
  try_cast(f.elb_status as bigint) as status_code,
  nullif(try_cast(f.backend_status as bigint), 0) as origin_status,
  -- Without an instance, and without the -1 of a request that was not sent on, the instance may have hung up.
  case when f.backend <> '-' then true when f.wait_backend like '-%' then false end as reached_origin,
  nullif(try_cast(f.received as bigint), -1) as request_bytes,
  nullif(try_cast(f.sent as bigint), -1) as response_bytes,
  -- A part that is not known, -1, leaves the sum unknown.
  case when f.wait_request not like '-%' and f.wait_backend not like '-%' and f.wait_response not like '-%' then
    try_cast((try_cast(f.wait_request as decimal(28, 6)) + try_cast(f.wait_backend as decimal(28, 6)) + try_cast(f.wait_response as decimal(28, 6))) * 1000000 as bigint)
  end as duration_us,
  case when f.wait_backend not like '-%' then try_cast(try_cast(f.wait_backend as decimal(28, 6)) * 1000000 as bigint) end as origin_duration_us,
  nullif(nullif(f.protocol, '-'), '') as tls_version,
  nullif(nullif(f.cipher, '-'), '') as tls_cipher,
  nullif(nullif(f.backend, '-'), '') as service,
  case
    when f.time = '' and (length(text) - length(replace(text, '"', ''))) % 2 = 1 then 'no-closing-quote'
    when f.time = '' then 'not-an-elb-entry'
    -- A TCP or SSL listener logs connections: there is no request and no status.
    when f.elb_status = '-' and f.request = '- - - ' then 'tcp-connection'
  end as reject
from requests
