/*
title: AWS Application Load Balancer access log
reference: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html
table: http_activity
framing: lines
vantage: balancer
source: elb
cells: >-
  <type=https|http|h2|grpcs|wss|ws> <time> <elb> <client:name>:<client_port:digits> <target> <wait_request:decimal> <wait_target:decimal>
  <wait_response:decimal> <elb_status> <target_status> <received:integer> <sent:integer>
  "<method> <scheme=https|http|wss|ws>://<authority:name>:<server_port:digits><url> <version=HTTP/1.1|HTTP/2.0|HTTP/1.0>"
  "<agent:text>" <cipher> <protocol>
  <target_group> "<trace:text>" "<domain:text>" "<certificate:text>" <priority> <created> "<actions:text>"<tail:rest>
straight:
  time_ns: rfc3339 time
  time_precision: always us
  elb: text elb
  host: host domain authority
  peer_ip: address client
  src_port: integer client_port
  http_method: word method
  scheme: text scheme
  target: target url
  http_version: text version
  user_agent: word agent
  status_code: integer elb_status
  origin_status: integer target_status
  action: example actions elb_status
  action_detail: word actions
  reached_origin: example target
  request_bytes: integer received
  response_bytes: integer sent
  duration_us: seconds wait_request wait_target wait_response
  origin_duration_us: seconds wait_target
  tls_version: word protocol
  tls_cipher: word cipher
  request_id: word trace
  service: word target
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
  target_group_arn: names the group of the target, which is mapped
  target:port_list: the target that is mapped, and others only of a Lambda or of earlier tries
  target_status_code_list: status of the above
  transformed_host: host that a rule of the balancer wrote in the place of the one asked for, which is mapped
  transformed_uri: path and query that a rule of the balancer wrote in the place of those asked for, which are mapped
  request_transform_status: whether a rule of the balancer could write them
  conn_trace_id: ties to the connection log, a format of its own
*/
-- An entry that was cut is what the expressions would make of it.
with taken as (
  select
    record_no, is_cut, client_port, method, scheme, authority, url, version,
    case when is_cut then {
      'type': type, 'time': time, 'elb': elb, 'client': client, 'target': target, 'wait_request': wait_request,
      'wait_target': wait_target, 'wait_response': wait_response, 'elb_status': elb_status, 'target_status': target_status,
      'received': received, 'sent': sent, 'request': '', 'agent': agent, 'cipher': cipher, 'protocol': protocol,
      'trace': trace, 'domain': domain, 'actions': actions
    } else regexp_extract(
      text,
      '^(http|https|h2|grpcs|ws|wss) (\S+) (\S+) (\S+) (\S+) (-?[0-9.]+) (-?[0-9.]+) (-?[0-9.]+) (\S+) (\S+) (-?\d+) (-?\d+) "((?:[^"\\]|\\.)*|[^ ].* HTTP/[0-9.]+|- .*)" "((?:[^"\\]|\\.)*)" (\S+) (\S+) \S+ "([^"]*)" "([^"]*)" "[^"]*" ?\S+ \S+ "([^"]*)"',
      [
        'type', 'time', 'elb', 'client', 'target', 'wait_request', 'wait_target', 'wait_response', 'elb_status', 'target_status',
        'received', 'sent', 'request', 'agent', 'cipher', 'protocol', 'trace', 'domain', 'actions'
      ]
    ) end as f
  from records
),

requests as (
  select
    record_no,
    f,
    case
      when is_cut then {'method': method, 'scheme': scheme, 'host': authority, 'target': url, 'version': version}
      else regexp_extract(
        f.request,
        '^(\S+) +(?:([a-z]+)://(\[[^\]]*\]|[^/:? ]*)(?::\d*)?)?(\S.*?|) *(?:(HTTP/[0-9.]+)|-)? *$',
        ['method', 'scheme', 'host', 'target', 'version']
      )
    end as r,
    case when is_cut then {'ip': f.client, 'port': client_port}
      else regexp_extract(f.client, '^\[?(.+?)\]?:(\d+)$', ['ip', 'port'])
    end as c,
    try_cast(f.wait_request as decimal(18, 6)) as wait_request,
    try_cast(f.wait_target as decimal(18, 6)) as wait_target,
    try_cast(f.wait_response as decimal(18, 6)) as wait_response,
    try_cast(f.received as bigint) as received,
    try_cast(f.sent as bigint) as sent
  from taken
)

select
  record_no,
  iso_ns(f.time) as time_ns,
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
    -- As the last action waf is a rejection, by a puzzle (202, 405) or a status of the owner's choice. waf-failed decided nothing.
    when regexp_matches(f.actions, '(^|,)waf$') then
      case when f.elb_status in ('202', '405') then 'challenged' else 'blocked' end
    when regexp_matches(f.actions, '(^|,)waf,') then 'allowed'
  end as action,
  nullif(nullif(f.actions, '-'), '') as action_detail,
  f.target <> '-' as reached_origin,
  nullif(received, -1) as request_bytes,
  nullif(sent, -1) as response_bytes,
  -- A part that is not known, -1, leaves the sum unknown.
  case when wait_request >= 0 and wait_target >= 0 and wait_response >= 0 then cast(round((cast(wait_request as double) + cast(wait_target as double) + cast(wait_response as double)) * 1000000) as bigint) end as duration_us,
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
