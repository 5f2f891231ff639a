/*
title: Cloudflare Logpush, http_requests
reference: https://developers.cloudflare.com/logs/logpush/logpush-job/datasets/zone/http_requests/
table: http_activity
framing: json
vantage: edge
source: ZoneName
recognise:
  pattern: '^\s*\{.*"(EdgeStartTimestamp|EdgeEndTimestamp)"\s*:.*'
  expects: a JSON object a line with EdgeStartTimestamp or EdgeEndTimestamp
mapped:
  ZoneName: ZoneName
  RayID: request_id
  EdgeStartTimestamp: time_ns, time_precision
  EdgeEndTimestamp: time_ns, time_precision
  ClientIP: client_ip, peer_ip
  ClientSrcPort: src_port
  ClientCountry: provider_country
  ClientASN: provider_asn
  ClientIPClass: client_class
  ClientRequestHost: host
  ClientRequestMethod: http_method
  ClientRequestScheme: scheme
  ClientRequestURI: target
  ClientRequestPath: target
  ClientRequestProtocol: http_version
  ClientRequestUserAgent: user_agent
  ClientRequestReferer: referrer
  ClientRequestBytes: request_bytes
  EdgeResponseStatus: status_code, action
  EdgeResponseBytes: response_bytes
  EdgeTimeToFirstByteMs: duration_us
  EdgeColoCode: edge_location
  OriginResponseStatus: origin_status, reached_origin
  OriginResponseDurationMs: origin_duration_us
  OriginResponseTime: origin_duration_us
  OriginIP: service
  CacheCacheStatus: cache_status
  ClientSSLProtocol: tls_version
  ClientSSLCipher: tls_cipher
  JA3Hash: ja3
  JA4: ja4
  BotScore: bot_score
  VerifiedBotCategory: client_class
  SecurityAction: action, action_detail
  SecurityRuleID: action_rule
  SecuritySources: action
  WAFAction: action, action_detail
  WAFRuleID: action_rule
unmapped:
  CacheReserveUsed: a detail of the cache, with CacheResponseBytes, CacheResponseStatus, CacheTieredFill
  ClientDeviceType: derived from the agent
  ClientRegionCode: below the country, a guess that no query uses
  ClientMTLSAuthStatus: client certificates, with ClientMTLSAuthCertFingerprint
  ClientTCPRTTMs: round-trip time
  Cookies: personal data, with RequestHeaders and ResponseHeaders
  EdgePathingOp: an older word for what SecurityAction says, with EdgePathingSrc and EdgePathingStatus
  WAFAttackScore: the provider's scores, with WAFSQLiAttackScore, WAFXSSAttackScore and WAFRCEAttackScore
  ParentRayID: requests of a Worker, with the Worker fields
*/
with taken as (
  select
    record_no,
    starts_with(ltrim(text, ' ' || chr(9) || chr(13)), '{') as braced,
    -- Malformed text gives null; an array or a scalar gives a struct of nulls.
    try(json_transform(
      text,
      '{
        "ZoneName": "VARCHAR", "RayID": "VARCHAR", "EdgeStartTimestamp": "VARCHAR", "EdgeEndTimestamp": "VARCHAR",
        "ClientIP": "VARCHAR", "ClientSrcPort": "BIGINT", "ClientCountry": "VARCHAR", "ClientASN": "BIGINT", "ClientIPClass": "VARCHAR",
        "ClientRequestHost": "VARCHAR", "ClientRequestMethod": "VARCHAR", "ClientRequestScheme": "VARCHAR", "ClientRequestURI": "VARCHAR",
        "ClientRequestPath": "VARCHAR", "ClientRequestProtocol": "VARCHAR", "ClientRequestUserAgent": "VARCHAR",
        "ClientRequestReferer": "VARCHAR", "ClientRequestBytes": "BIGINT", "EdgeResponseStatus": "BIGINT", "EdgeResponseBytes": "BIGINT",
        "EdgeTimeToFirstByteMs": "BIGINT", "EdgeColoCode": "VARCHAR", "OriginResponseStatus": "BIGINT",
        "OriginResponseDurationMs": "BIGINT", "OriginResponseTime": "BIGINT", "OriginIP": "VARCHAR", "CacheCacheStatus": "VARCHAR",
        "ClientSSLProtocol": "VARCHAR", "ClientSSLCipher": "VARCHAR", "JA3Hash": "VARCHAR", "JA4": "VARCHAR", "BotScore": "BIGINT",
        "VerifiedBotCategory": "VARCHAR", "SecurityAction": "VARCHAR", "SecurityRuleID": "VARCHAR", "SecuritySources": ["VARCHAR"],
        "WAFAction": "VARCHAR", "WAFRuleID": "VARCHAR"
      }'
    )) as f
  from records
),

times as (
  select
    record_no,
    coalesce(braced and f is not null, false) as is_object,
    f,
    coalesce(nullif(nullif(f.EdgeStartTimestamp, ''), '0'), nullif(nullif(f.EdgeEndTimestamp, ''), '0')) as stamp,
    lower(coalesce(nullif(nullif(f.SecurityAction, ''), 'unknown'), nullif(nullif(f.WAFAction, ''), 'unknown'), '')) as act
  from taken
),

counted as (
  select *, case when regexp_full_match(stamp, '\d+') then length(stamp) end as digits
  from times
)

select
  record_no,
  -- Seconds, milliseconds, microseconds or nanoseconds since 1970, told apart by their digits; or RFC 3339.
  case
    when digits <= 10 then try_cast(try_cast(stamp as hugeint) * 1000000000 as bigint)
    when digits <= 13 then try_cast(try_cast(stamp as hugeint) * 1000000 as bigint)
    when digits <= 16 then try_cast(try_cast(stamp as hugeint) * 1000 as bigint)
    when digits <= 19 then try_cast(stamp as bigint)
    else epoch_ns(try_cast(stamp as timestamp_ns))
  end as time_ns,
  case
    when digits > 16 then 'ns'
    when digits > 13 then 'us'
    when digits > 10 then 'ms'
    when digits > 0 or not contains(stamp, '.') then 's'
    when regexp_full_match(stamp, '.*\.\d{1,3}\D.*') then 'ms'
    when regexp_full_match(stamp, '.*\.\d{4,6}\D.*') then 'us'
    else 'ns'
  end as time_precision,
  f.ZoneName as ZoneName,
  f.ClientRequestHost as host,
  f.ClientIP as client_ip,
  f.ClientIP as peer_ip,
  nullif(f.ClientSrcPort, 0) as src_port,
  upper(nullif(f.ClientCountry, '')) as provider_country,
  nullif(f.ClientASN, 0) as provider_asn,
  f.ClientRequestMethod as http_method,
  f.ClientRequestScheme as scheme,
  coalesce(nullif(f.ClientRequestURI, ''), f.ClientRequestPath) as target,
  f.ClientRequestProtocol as http_version,
  nullif(f.ClientRequestUserAgent, '') as user_agent,
  nullif(f.ClientRequestReferer, '') as referrer,
  f.EdgeResponseStatus as status_code,
  nullif(f.OriginResponseStatus, 0) as origin_status,
  case
    when f.SecurityAction is null and f.WAFAction is null then null
    when act in ('block', 'drop', 'connectionclose', 'forceconnectionclose')
      then case when list_contains(f.SecuritySources, 'ratelimit') or f.EdgeResponseStatus = 429 then 'rate-limited' else 'blocked' end
    when act in ('challenge', 'jschallenge', 'js_challenge', 'managedchallenge', 'managed_challenge', 'challengefailed', 'jschallengefailed')
      then 'challenged'
    else 'allowed'
  end as action,
  coalesce(nullif(f.SecurityAction, ''), nullif(f.WAFAction, '')) as action_detail,
  coalesce(nullif(f.SecurityRuleID, ''), nullif(f.WAFRuleID, '')) as action_rule,
  f.OriginResponseStatus > 0 as reached_origin,
  f.ClientRequestBytes as request_bytes,
  f.EdgeResponseBytes as response_bytes,
  try_cast(cast(f.EdgeTimeToFirstByteMs as hugeint) * 1000 as bigint) as duration_us,
  case when f.OriginResponseStatus > 0 then coalesce(try_cast(cast(f.OriginResponseDurationMs as hugeint) * 1000 as bigint), f.OriginResponseTime // 1000) end as origin_duration_us,
  nullif(f.CacheCacheStatus, '') as cache_status,
  nullif(f.ClientSSLProtocol, 'none') as tls_version,
  nullif(f.ClientSSLCipher, 'NONE') as tls_cipher,
  nullif(f.JA3Hash, '') as ja3,
  nullif(f.JA4, '') as ja4,
  nullif(f.RayID, '') as request_id,
  coalesce(nullif(f.VerifiedBotCategory, ''), nullif(f.ClientIPClass, '')) as client_class,
  nullif(f.BotScore, 0) as bot_score,
  nullif(f.EdgeColoCode, '') as edge_location,
  nullif(f.OriginIP, '') as service,
  case
    when not is_object then 'not-a-json-object'
    when f.EdgeStartTimestamp is null and f.EdgeEndTimestamp is null then 'no-edge-timestamp'
    when f.ClientIP is null and f.ClientRequestHost is null and f.EdgeResponseStatus is null then 'not-an-http-request'
  end as reject
from counted
