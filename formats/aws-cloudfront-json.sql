/*
title: AWS CloudFront standard log (v2) as JSON
reference: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logging.html
table: http_activity
framing: json
vantage: edge
source: distribution
recognise:
  pattern: '^\s*\{.*"(x-edge-[a-z-]+|x-host-header|cs-uri-stem|cs\(Host\)|DistributionId|distributionid)"\s*:'
  expects: a JSON object with CloudFront's own field names, such as x-edge-location or cs-uri-stem
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
-- The customer chooses the fields, so that any of them may be missing. What the words mean is as in aws-cloudfront.sql.
with taken as (
  select
    record_no,
    text,
    starts_with(ltrim(text, ' ' || chr(9) || chr(13)), '{') as braced,
    -- Malformed text gives null; an array or a scalar gives a struct of nulls.
    try(json_transform(
      text,
      '{
        "date": "VARCHAR", "time": "VARCHAR", "x-edge-location": "VARCHAR", "sc-bytes": "BIGINT", "c-ip": "VARCHAR", "cs-method": "VARCHAR",
        "cs(Host)": "VARCHAR", "cs-uri-stem": "VARCHAR", "sc-status": "BIGINT", "cs(Referer)": "VARCHAR", "cs(User-Agent)": "VARCHAR",
        "cs-uri-query": "VARCHAR", "x-edge-result-type": "VARCHAR", "x-edge-request-id": "VARCHAR", "x-host-header": "VARCHAR",
        "cs-protocol": "VARCHAR", "cs-bytes": "BIGINT", "time-taken": "VARCHAR", "x-forwarded-for": "VARCHAR", "ssl-protocol": "VARCHAR",
        "ssl-cipher": "VARCHAR", "cs-protocol-version": "VARCHAR", "c-port": "BIGINT", "x-edge-detailed-result-type": "VARCHAR",
        "DistributionId": "VARCHAR", "timestamp(ms)": "VARCHAR", "origin-lbl": "VARCHAR", "asn": "BIGINT", "c-country": "VARCHAR"
      }'
    )) as f
  from records
),

fields as (
  select
    record_no,
    text,
    coalesce(braced and f is not null, false) as is_object,
    f,
    nullif(nullif(f."cs(Host)", '-'), '') as distribution_host,
    coalesce(nullif(nullif(f."x-edge-detailed-result-type", '-'), ''), nullif(nullif(f."x-edge-result-type", '-'), '')) as detail,
    case when regexp_full_match(f."timestamp(ms)", '\d{13}') then f."timestamp(ms)" end as stamp,
    nullif(nullif(f."cs(User-Agent)", '-'), '') as agent,
    nullif(nullif(f."cs(Referer)", '-'), '') as referer,
    is_encoded_twice(f."cs(User-Agent)") as twice
  from taken
)

select
  record_no,
  case when stamp is not null then try_cast(try_cast(stamp as hugeint) * 1000000 as bigint) else iso_ns(f."date" || ' ' || f."time") end as time_ns,
  case when stamp is not null then 'ms' else 's' end as time_precision,
  -- The documentation writes DistributionId, deliveries also distributionid.
  coalesce(
    distribution_host,
    nullif(nullif(f."DistributionId", '-'), ''),
    case when is_object then nullif(nullif(try(json_extract_string(text, '$.distributionid')), '-'), '') end
  ) as distribution,
  coalesce(nullif(nullif(f."x-host-header", '-'), ''), distribution_host) as host,
  nullif(nullif(f."c-ip", '-'), '') as peer_ip,
  replace(nullif(nullif(f."x-forwarded-for", '-'), ''), '%20', ' ') as forwarded_for,
  f."c-port" as src_port,
  upper(nullif(nullif(f."c-country", '-'), '')) as provider_country,
  nullif(f."asn", 0) as provider_asn,
  nullif(nullif(f."cs-method", '-'), '') as http_method,
  nullif(nullif(f."cs-protocol", '-'), '') as scheme,
  nullif(nullif(f."cs-uri-stem", '-'), '')
    || case when f."cs-uri-query" is null or f."cs-uri-query" in ('-', '') then '' else '?' || f."cs-uri-query" end as target,
  nullif(nullif(f."cs-protocol-version", '-'), '') as http_version,
  -- As the client sent them. A referrer is encoded twice where the agent of its record is.
  case when twice then percent_decoded(percent_decoded(agent)) else percent_decoded(agent) end as user_agent,
  case when twice then percent_decoded(percent_decoded(referer)) else percent_decoded(referer) end as referrer,
  nullif(f."sc-status", 0) as status_code,
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
  f."cs-bytes" as request_bytes,
  f."sc-bytes" as response_bytes,
  try_cast(try_cast(f."time-taken" as decimal(28, 6)) * 1000000 as bigint) as duration_us,
  try_cast(try_cast(f."origin-lbl" as decimal(28, 6)) * 1000000 as bigint) as origin_duration_us,
  nullif(nullif(f."x-edge-result-type", '-'), '') as cache_status,
  nullif(nullif(f."ssl-protocol", '-'), '') as tls_version,
  nullif(nullif(f."ssl-cipher", '-'), '') as tls_cipher,
  nullif(nullif(f."x-edge-request-id", '-'), '') as request_id,
  nullif(nullif(f."x-edge-location", '-'), '') as edge_location,
  case
    when not is_object then 'not-a-json-object'
    when stamp is null and (f."date" is null or f."time" is null) then 'no-date-and-time'
    when f."c-ip" is null and f."cs-uri-stem" is null and f."sc-status" is null then 'not-an-http-request'
  end as reject
from fields
