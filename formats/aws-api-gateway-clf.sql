/*
title: AWS API Gateway access log, Common Log Format
reference: https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html
table: http_activity
framing: lines
vantage: balancer
source: null
recognise:
  pattern: '^\S+ \S+ \S+ (\S+ )?\[\d{2}/[A-Z][a-z]{2}/\d{4}:\d{2}:\d{2}:\d{2} [+-]\d{4}\] "[^"]*" (\d{3}|-) (\d+|-) ([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9A-Za-z_-]{15,}=)( \S+)?\s*$'
  expects: an address, a time in brackets, a quoted request, a status, a size and API Gateway's request id
mapped:
  $context.identity.sourceIp: peer_ip
  $context.requestTime: time_ns, time_precision
  $context.httpMethod: http_method
  $context.resourcePath: target
  $context.routeKey: target
  $context.protocol: http_version
  $context.status: status_code
  $context.responseLength: response_bytes
  $context.requestId: request_id
unmapped:
  $context.identity.caller: the user of AWS who signed the request, personal data that no query needs
  $context.identity.user: the user of AWS who signed the request, personal data that no query needs
  $context.extendedRequestId: a second id of the request, for AWS's own support
*/
with cut as (
  select
    record_no,
    text,
    string_split(text, '"') as q,
    -- The documentation's SAM example has the extended request id first.
    regexp_extract(q[1], '^(?:\S+ )?(\S+) \S+ \S+ \[(\d{2}/[A-Za-z]{3}/\d{4}:\d{2}:\d{2}:\d{2} [+-]\d{4})\] $', ['client', 'time']) as head,
    regexp_extract(q[-1], '^ (\d{3}|-) (\d+|-) (\S+)(?: \S+)?\s*$', ['status', 'bytes', 'id']) as answer,
    -- Whatever stands between the first quote and the last is the request.
    array_to_string(q[2:-2], '"') as request
  from records
),

requests as (
  select
    record_no,
    head,
    answer,
    text,
    -- A route key has the method too: "GET GET /pets HTTP/1.1".
    regexp_extract(request, '^(\S+) (?:(?:[A-Z]+|ANY) )?(\S.*?)(?: (HTTP/[0-9.]+|-))?$', ['method', 'target', 'version']) as r
  from cut
)

select
  record_no,
  common_log_ns(head.time) as time_ns,
  's' as time_precision,
  nullif(nullif(head.client, '-'), '') as peer_ip,
  nullif(nullif(r.method, '-'), '') as http_method,
  nullif(nullif(r.target, '-'), '') as target,
  nullif(nullif(r.version, '-'), '') as http_version,
  try_cast(answer.status as bigint) as status_code,
  try_cast(answer.bytes as bigint) as response_bytes,
  nullif(nullif(answer.id, '-'), '') as request_id,
  case
    when head.time <> '' and answer.id <> '' then null
    when (length(text) - length(replace(text, '"', ''))) % 2 = 1 then 'no-closing-quote'
    else 'not-an-access-log-line'
  end as reject
from requests
