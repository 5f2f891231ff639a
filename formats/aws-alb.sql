/*
title: AWS Application Load Balancer access log
reference: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html
table: http_activity
framing: lines
vantage: balancer
source: elb
recognise:
  pattern: '^(http|https|h2|grpcs|ws|wss) \d{4}-\d{2}-\d{2}T[0-9:.]+Z (app/)?\S+ \S+ \S+ -?[0-9.]+ -?[0-9.]+ -?[0-9.]+ '
  expects: a type (http, https, h2, grpcs, ws or wss), a time such as 2019-11-11T15:42:00.186641Z and the fields of an access log entry
mapped:
  time: time_ns, time_precision
  elb: elb
  client:port: peer_ip, src_port
  target:port: reached_origin, service
  request_processing_time: duration_us
  target_processing_time: duration_us, origin_duration_us
  response_processing_time: duration_us
  elb_status_code: status_code
  target_status_code: origin_status
  received_bytes: request_bytes
  sent_bytes: response_bytes
  request: http_method, scheme, host, target, http_version
  user_agent: user_agent
  ssl_cipher: tls_cipher
  ssl_protocol: tls_version
  trace_id: request_id
  domain_name: host
  actions_executed: action, action_detail
unmapped:
  type: the scheme is taken from the request, and h2 and grpcs from its protocol version
  matched_rule_priority: number of the listener rule, of no use without the listener
  request_creation_time: the time of the answer less the processing times, which are mapped
  redirect_url: copied from the request or the listener
  error_reason: reason code of a rule's Lambda or authentication
  chosen_cert_arn: names the certificate of the host, which is mapped
  classification: ALB's judgement of request smuggling
  classification_reason: detail of the above
  conn_trace_id: ties to the connection log, a format of its own
*/
-- The usual entry is cut at its quotes and spaces, in a third of the time of the expressions that take the rest: what
-- they would make of an entry without backslashes is the same.
with quoted as (
  select record_no, text, string_split(text, '"') as q
  from records
),

cut as (
  select
    record_no, text, q,
    string_split(q[1], ' ') as head, string_split(q[5], ' ') as tls, string_split(q[11], ' ') as rule,
    string_split(q[2], ' ') as line
  from quoted
),

measured as (
  select
    *,
    len(head) = 13 and head[13] = '' and head[1] in ('http', 'https', 'h2', 'grpcs', 'ws', 'wss')
      and len(tls) = 5 and tls[1] = '' and tls[5] = '' and len(rule) = 4 and rule[1] = '' and rule[4] = ''
      and q[3] = ' ' and q[7] = ' ' and q[9] = ' ' and len(q) > 12
      and not contains(text, '\') as usual,
    case when len(line) = 3 and starts_with(line[3], 'HTTP/') then substr(line[2], strpos(line[2], '://') + 3) end as place
  from cut
),

taken as (
  select
    record_no, line, place,
    case when usual then {
      'type': head[1], 'time': head[2], 'elb': head[3], 'client': head[4], 'target': head[5], 'wait_request': head[6],
      'wait_target': head[7], 'wait_response': head[8], 'elb_status': head[9], 'target_status': head[10],
      'received': head[11], 'sent': head[12], 'request': q[2], 'agent': q[4], 'cipher': tls[2], 'protocol': tls[3],
      'trace': q[6], 'domain': q[8], 'actions': q[12]
    } else regexp_extract(
      text,
      '^(http|https|h2|grpcs|ws|wss) (\S+) (\S+) (\S+) (\S+) (-?[0-9.]+) (-?[0-9.]+) (-?[0-9.]+) (\S+) (\S+) (-?\d+) (-?\d+) "((?:[^"\\]|\\.)*|[^ ].* HTTP/[0-9.]+|- .*)" "((?:[^"\\]|\\.)*)" (\S+) (\S+) \S+ "([^"]*)" "([^"]*)" "[^"]*" ?\S+ \S+ "([^"]*)"',
      [
        'type', 'time', 'elb', 'client', 'target', 'wait_request', 'wait_target', 'wait_response', 'elb_status', 'target_status',
        'received', 'sent', 'request', 'agent', 'cipher', 'protocol', 'trace', 'domain', 'actions'
      ]
    ) end as f,
    usual and place is not null as simple,
    strpos(place, '/') as slash
  from measured
),

-- `https://host:443/path`, whose host is no IPv6 address and has a port of digits or none.
placed as (
  select
    *,
    string_split(f.client, ':') as client,
    split_part(line[2], '://', 1) as scheme,
    left(place, slash - 1) as authority
  from taken
),

requests as (
  select
    record_no,
    f,
    case
      when simple and slash > 1 and scheme in ('http', 'https', 'ws', 'wss')
        and (not contains(authority, ':') or strpos(authority, ':') = length(rtrim(authority, '0123456789')))
        and not contains(authority, '[') and not contains(authority, '?')
        then {
          'method': line[1], 'scheme': scheme, 'host': split_part(authority, ':', 1), 'target': substr(place, slash),
          'version': line[3]
        }
      else regexp_extract(
        f.request,
        '^(\S+) +(?:([a-z]+)://(\[[^\]]*\]|[^/:? ]*)(?::\d*)?)?(\S.*?|) *(?:(HTTP/[0-9.]+)|-)? *$',
        ['method', 'scheme', 'host', 'target', 'version']
      )
    end as r,
    case when len(client) = 2 then {'ip': client[1], 'port': client[2]}
      else regexp_extract(f.client, '^\[?(.+?)\]?:(\d+)$', ['ip', 'port'])
    end as c,
    try_cast(f.wait_request as decimal(18, 6)) as wait_request,
    try_cast(f.wait_target as decimal(18, 6)) as wait_target,
    try_cast(f.wait_response as decimal(18, 6)) as wait_response,
    try_cast(f.received as bigint) as received,
    try_cast(f.sent as bigint) as sent
  from placed
)

select
  record_no,
  epoch_ns(try_cast(f.time as timestamp_ns)) as time_ns,
  'us' as time_precision,
  f.elb as elb,
  coalesce(nullif(nullif(f.domain, '-'), ''), nullif(r.host, '')) as host,
  case when c.ip <> '' then c.ip else f.client end as peer_ip,
  try_cast(c.port as bigint) as src_port,
  nullif(nullif(r.method, ''), '-') as http_method,
  nullif(nullif(r.scheme, ''), '-') as scheme,
  case when r.method <> '' then nullif(r.target, '-') end as target,
  nullif(r.version, '') as http_version,
  nullif(nullif(f.agent, ''), '-') as user_agent,
  try_cast(f.elb_status as bigint) as status_code,
  try_cast(f.target_status as bigint) as origin_status,
  case
    when contains(f.actions, 'waf-failed') then 'blocked'
    when contains(f.actions, 'waf') and try_cast(f.elb_status as bigint) = 403 and f.target_status = '-' then 'blocked'
    when contains(f.actions, 'waf') then 'allowed'
  end as action,
  nullif(f.actions, '-') as action_detail,
  f.target <> '-' as reached_origin,
  nullif(received, -1) as request_bytes,
  nullif(sent, -1) as response_bytes,
  case when wait_target >= 0 then cast(round((cast(wait_request as double) + cast(wait_target as double) + cast(wait_response as double)) * 1000000) as bigint) end as duration_us,
  case when wait_target >= 0 then cast(round(cast(wait_target as double) * 1000000) as bigint) end as origin_duration_us,
  nullif(f.protocol, '-') as tls_version,
  nullif(f.cipher, '-') as tls_cipher,
  nullif(nullif(f.trace, '-'), '') as request_id,
  nullif(f.target, '-') as service,
  case
    when f.type = '' then 'not-an-alb-entry'
    when wait_request is null or wait_target is null or wait_response is null or received is null or sent is null then 'not-an-alb-entry'
  end as reject
from requests
