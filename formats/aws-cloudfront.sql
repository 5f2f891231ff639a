/*
title: AWS CloudFront standard log
reference: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logs-reference.html
table: http_activity
framing: lines
headers:
  carry: '^#Fields:'
  others: '^#'
  recognise: '^#Fields:.*[ \t:](x-edge-[a-z-]+|x-host-header|[Dd]istribution[Ii]d|timestamp\(ms\)|c-country|cs-protocol|cs-protocol-version|ssl-protocol|ssl-cipher|time-to-first-byte|cache-behavior-path-pattern)([ \t]|$)'
vantage: edge
source: distribution
recognise:
  pattern: '^\d{4}-\d{2}-\d{2}\t\d{2}:\d{2}:\d{2}\t[A-Z0-9-]+\t(\d+|-)\t[^\t]*\t[A-Za-z_-]*\t[^\t]*\t[^\t]*\t(\d{3}|-)\t'
  expects: a date, a time, an edge location and the further columns of a CloudFront record, with tabs between them
mapped:
  date: time_ns, time_precision
  time: time_ns, time_precision
  x-edge-location: edge_location
  sc-bytes: response_bytes
  c-ip: peer_ip
  cs-method: http_method
  cs(Host): distribution, host
  cs-uri-stem: target
  sc-status: status_code
  cs(Referer): referrer
  cs(User-Agent): user_agent
  cs-uri-query: target
  x-edge-result-type: cache_status, action, action_detail, reached_origin
  x-edge-request-id: request_id
  x-host-header: host
  cs-protocol: scheme
  cs-bytes: request_bytes
  time-taken: duration_us
  x-forwarded-for: forwarded_for
  ssl-protocol: tls_version
  ssl-cipher: tls_cipher
  cs-protocol-version: http_version
  c-port: src_port
  x-edge-detailed-result-type: action, action_detail, reached_origin
  DistributionId: distribution
  timestamp(ms): time_ns, time_precision
  origin-lbl: origin_duration_us
  asn: provider_asn
  c-country: provider_country
unmapped:
  cs(Cookie): personal data that no query needs
  x-edge-response-result-type: differs from x-edge-result-type only in what happened while the answer was sent
  fle-status: field-level encryption of forms, a feature of the origin's data
  fle-encrypted-fields: number of the form fields that were encrypted
  time-to-first-byte: part of time-taken, which is mapped
  sc-content-type: kind of the answer, which the path tells
  sc-content-len: part of sc-bytes, which is mapped
  sc-range-start: part of the object that was asked for
  sc-range-end: part of the object that was asked for
  origin-fbl: part of origin-lbl, which is mapped
  cache-behavior-path-pattern: which behaviour of the distribution matched, configuration
  connection-id: ties to CloudFront's connection log, a format of its own
  viewer-request-log-data: free text of the customer's own function
  viewer-response-log-data: free text of the customer's own function
*/
-- Columns in the order of the documentation, which is also that of a file that has lost its header. Only where a header
-- says otherwise (an older file has fewer, a newer one a choice of its own) is each column looked up by its name.
with cut as (
  select
    record_no,
    string_split(text, chr(9)) as columns,
    case when header <> '#Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) cs(User-Agent) cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id x-host-header cs-protocol cs-bytes time-taken x-forwarded-for ssl-protocol ssl-cipher x-edge-response-result-type cs-protocol-version fle-status fle-encrypted-fields c-port time-to-first-byte x-edge-detailed-result-type sc-content-type sc-content-len sc-range-start sc-range-end'
      then string_split(trim(lower(replace(substr(header, 9), chr(9), ' '))), ' ')
    end as names,
    header is not null as headed
  from records
),

taken as (
  select
    record_no,
    names is not null as named,
    -- Twelve columns had the first layout; a line with fewer than its header names is cut off.
    len(columns) < case when names is not null then len(names) when headed then 33 else 12 end as is_short,
    case when names is null then columns else [
      columns[list_position(names, 'date')], columns[list_position(names, 'time')],
      columns[list_position(names, 'x-edge-location')], columns[list_position(names, 'sc-bytes')],
      columns[list_position(names, 'c-ip')], columns[list_position(names, 'cs-method')],
      columns[list_position(names, 'cs(host)')], columns[list_position(names, 'cs-uri-stem')],
      columns[list_position(names, 'sc-status')], columns[list_position(names, 'cs(referer)')],
      columns[list_position(names, 'cs(user-agent)')], columns[list_position(names, 'cs-uri-query')],
      null, columns[list_position(names, 'x-edge-result-type')],
      columns[list_position(names, 'x-edge-request-id')], columns[list_position(names, 'x-host-header')],
      columns[list_position(names, 'cs-protocol')], columns[list_position(names, 'cs-bytes')],
      columns[list_position(names, 'time-taken')], columns[list_position(names, 'x-forwarded-for')],
      columns[list_position(names, 'ssl-protocol')], columns[list_position(names, 'ssl-cipher')],
      null, columns[list_position(names, 'cs-protocol-version')],
      null, null, columns[list_position(names, 'c-port')],
      null, columns[list_position(names, 'x-edge-detailed-result-type')],
      null, null, null, null,
      columns[list_position(names, 'distributionid')], columns[list_position(names, 'timestamp(ms)')],
      columns[list_position(names, 'origin-lbl')], columns[list_position(names, 'asn')],
      columns[list_position(names, 'c-country')]
    ] end as c
  from cut
),

fields as (
  select
    record_no,
    named,
    is_short,
    c,
    nullif(nullif(c[7], '-'), '') as distribution_host,
    nullif(nullif(c[14], '-'), '') as result,
    coalesce(nullif(nullif(c[29], '-'), ''), nullif(nullif(c[14], '-'), '')) as detail,
    -- Columns that only a header can name.
    case when named and regexp_full_match(c[35], '\d{13}') then c[35] end as stamp,
    nullif(nullif(c[11], '-'), '') as agent,
    nullif(nullif(c[10], '-'), '') as referer,
    is_encoded_twice(c[11]) as twice
  from taken
)

select
  record_no,
  case when stamp is not null then try_cast(try_cast(stamp as hugeint) * 1000000 as bigint) else iso_ns(c[1] || ' ' || c[2]) end as time_ns,
  case when stamp is not null then 'ms' else 's' end as time_precision,
  coalesce(distribution_host, case when named then nullif(nullif(c[34], '-'), '') end) as distribution,
  coalesce(nullif(nullif(c[16], '-'), ''), distribution_host) as host,
  -- The other end of the connection: the viewer, or the proxy that it uses.
  nullif(nullif(c[5], '-'), '') as peer_ip,
  -- A space between two addresses may be written %20.
  replace(nullif(nullif(c[20], '-'), ''), '%20', ' ') as forwarded_for,
  try_cast(c[27] as bigint) as src_port,
  case when named then upper(nullif(nullif(c[38], '-'), '')) end as provider_country,
  case when named then nullif(try_cast(c[37] as bigint), 0) end as provider_asn,
  nullif(nullif(c[6], '-'), '') as http_method,
  nullif(nullif(c[17], '-'), '') as scheme,
  nullif(nullif(c[8], '-'), '') || case when c[12] is null or c[12] in ('-', '') then '' else '?' || c[12] end as target,
  nullif(nullif(c[24], '-'), '') as http_version,
  -- As the client sent them. A referrer is encoded twice where the agent of its record is.
  case when twice then percent_decoded(percent_decoded(agent)) else percent_decoded(agent) end as user_agent,
  case when twice then percent_decoded(percent_decoded(referer)) else percent_decoded(referer) end as referrer,
  -- 000: the viewer went away before there was an answer.
  nullif(try_cast(c[9] as bigint), 0) as status_code,
  -- A 403 that WAF caused looks here like any other: only AWS WAF's own log tells.
  case when detail in ('ClientGeoBlocked', 'InvalidRequestBlocked', 'LimitExceeded') then 'blocked' end as action,
  case when detail in ('ClientGeoBlocked', 'InvalidRequestBlocked', 'LimitExceeded') then detail end as action_detail,
  case
    when detail in (
      'Miss', 'RefreshHit', 'OriginError', 'OriginCommError', 'OriginInvalidResponseError', 'OriginContentRangeLengthError',
      'OriginHeaderTooBigError', 'OriginReadError', 'OriginZeroSizeObjectError', 'SlowReaderOriginError'
    ) then true
    when detail in (
      'Hit', 'OriginShieldHit', 'Redirect', 'LimitExceeded', 'CapacityExceeded', 'ClientGeoBlocked', 'InvalidRequest', 'InvalidRequestBlocked',
      'InvalidRequestCertificate', 'InvalidRequestHeader', 'InvalidRequestMethod', 'OriginDnsError', 'OriginConnectError'
    ) then false
  end as reached_origin,
  try_cast(c[18] as bigint) as request_bytes,
  try_cast(c[4] as bigint) as response_bytes,
  try_cast(try_cast(c[19] as decimal(28, 6)) * 1000000 as bigint) as duration_us,
  case when named then try_cast(try_cast(c[36] as decimal(28, 6)) * 1000000 as bigint) end as origin_duration_us,
  result as cache_status,
  nullif(nullif(c[21], '-'), '') as tls_version,
  nullif(nullif(c[22], '-'), '') as tls_cipher,
  nullif(nullif(c[15], '-'), '') as request_id,
  nullif(nullif(c[3], '-'), '') as edge_location,
  case
    when is_short then 'columns-missing'
    when stamp is null and not coalesce(regexp_full_match(c[1], '\d{4}-\d{2}-\d{2}') and regexp_full_match(c[2], '\d{2}:\d{2}:\d{2}'), false)
      then 'not-a-cloudfront-record'
  end as reject
from fields
