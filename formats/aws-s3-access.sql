/*
title: AWS S3 server access log
reference: https://docs.aws.amazon.com/AmazonS3/latest/userguide/LogFormat.html
table: http_activity
framing: lines
vantage: origin
source: bucket
recognise:
  pattern: '^[0-9A-Za-z-]+ [0-9A-Za-z._-]+ \[\d{2}/[A-Z][a-z]{2}/\d{4}:\d{2}:\d{2}:\d{2} [+-]\d{4}\] \S+ \S+ \S+ [A-Z0-9]+\.[A-Z_.0-9]+ \S+ '
  expects: a bucket owner, a bucket, a time in brackets such as [11/Nov/2019:15:42:00 +0000], an address, a requester, a request id and an operation such as REST.GET.OBJECT
mapped:
  Bucket: bucket
  Time: time_ns, time_precision
  Remote IP: peer_ip
  Request ID: request_id
  Operation: http_method
  Request-URI: http_method, target, http_version
  HTTP status: status_code
  Error Code: action, action_detail
  Bytes Sent: response_bytes
  Total Time: duration_us
  Referer: referrer
  User-Agent: user_agent
  Cipher Suite: tls_cipher
  Host Header: host
  TLS version: tls_version
  Access Point ARN: service
unmapped:
  Bucket Owner: canonical id of the account that owns the bucket
  Requester: the user of AWS who signed the request, personal data that no query needs
  Key: name of the object, which the Request-URI holds
  Object Size: size of the whole object, whatever part of it was sent
  Turn-Around Time: part of the Total Time, which is mapped
  Version Id: version of the object that was asked for
  Host Id: the extended request id, for AWS's own support
  Signature Version: how the request was signed
  Authentication Type: where the signature stood
  aclRequired: whether an access control list had to be looked at
  Source region: region of AWS that the request came from, where it came from AWS
*/
-- The usual record, cut at its quotes. S3 writes a hyphen without quotes where there was no request, referrer or agent;
-- and it does not escape a quote inside one of them.
with cut as (
  select
    record_no,
    text,
    string_split(text, '"') as q,
    string_split(q[1], ' ') as head,
    string_split(q[3], ' ') as numbers,
    len(q) = 7 and len(head) = 10 and starts_with(head[3], '[') and ends_with(head[4], ']') and head[10] = ''
      and len(numbers) = 8 and numbers[1] = '' and numbers[8] = '' and q[5] = ' ' as usual
  from records
),

taken as (
  select
    record_no,
    text,
    case when usual then {
      'bucket': head[2], 'time': substr(head[3], 2) || ' ' || rtrim(head[4], ']'), 'ip': head[5], 'id': head[7], 'operation': head[8],
      'request': q[2], 'status': numbers[2], 'error': numbers[3], 'sent': numbers[4], 'total': numbers[6], 'referrer': q[4], 'agent': q[6],
      'rest': q[7]
    } else regexp_extract(
      text,
      '^\S+ (\S+) \[([^\]]*)\] (\S+) \S+ (\S+) (\S+) \S+ (?:-|"(.*?)") (\d{3}|-) (\S+) (\d+|-) (?:\d+|-) (\d+|-) (?:\d+|-) (?:-|"(.*?)") (?:-|"(.*?)")((?: +[^" ]+)*) *$',
      ['bucket', 'time', 'ip', 'id', 'operation', 'request', 'status', 'error', 'sent', 'total', 'referrer', 'agent', 'rest']
    ) end as f
  from cut
),

requests as (
  select
    record_no,
    text,
    f,
    -- Version, host id, signature, cipher, authentication, host, TLS, access point: newer fields stand last.
    string_split(f.rest, ' ') as more,
    case
      when regexp_full_match(f.request, '[A-Z][A-Z_-]* \S+ HTTP/[0-9.]+')
        then regexp_extract(f.request, '^(\S+) (\S+) (\S+)$', ['method', 'target', 'version'])
      else regexp_extract(f.request, '^([A-Z][A-Z_-]*) +(\S.*?)(?: +(HTTP/[0-9.]+))?$', ['method', 'target', 'version'])
    end as r
  from taken
)

select
  record_no,
  common_log_ns(f.time) as time_ns,
  's' as time_precision,
  f.bucket as bucket,
  nullif(nullif(more[7], '-'), '') as host,
  -- S3 writes a hyphen where AWS itself asked.
  nullif(nullif(f.ip, '-'), '') as peer_ip,
  -- REST.GET.OBJECT: the method stands in the operation too, for a record that has lost its request.
  coalesce(nullif(r.method, ''), nullif(regexp_extract(f.operation, '^(?:REST|WEBSITE)\.(GET|HEAD|PUT|POST|DELETE|OPTIONS)\.', 1), '')) as http_method,
  nullif(r.target, '') as target,
  nullif(r.version, '') as http_version,
  nullif(nullif(f.agent, '-'), '') as user_agent,
  nullif(nullif(f.referrer, '-'), '') as referrer,
  try_cast(f.status as bigint) as status_code,
  -- SlowDown: too many requests a second for the bucket or a part of it.
  case when f.error = 'SlowDown' then 'rate-limited' end as action,
  case when f.error = 'SlowDown' then f.error end as action_detail,
  try_cast(f.sent as bigint) as response_bytes,
  try_cast(cast(try_cast(f.total as bigint) as hugeint) * 1000 as bigint) as duration_us,
  nullif(nullif(more[8], '-'), '') as tls_version,
  nullif(nullif(more[5], '-'), '') as tls_cipher,
  nullif(nullif(f.id, '-'), '') as request_id,
  nullif(nullif(more[9], '-'), '') as service,
  case
    when f.bucket = '' and (length(text) - length(replace(text, '"', ''))) % 2 = 1 then 'no-closing-quote'
    when f.bucket = '' then 'not-an-s3-record'
    -- Lifecycle rules act without a request.
    when starts_with(f.operation, 'S3.') then 'no-request'
    -- One of the objects that a single request, which has its own record, deletes.
    when starts_with(f.operation, 'BATCH.') then 'part-of-a-request'
  end as reject
from requests
