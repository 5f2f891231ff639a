/*
title: Cloudflare Logpush and Logpull, http_requests
reference: https://developers.cloudflare.com/logs/logpush/logpush-job/datasets/zone/http_requests/
table: http_activity
framing: json
vantage: edge
source: ZoneName
straight:
  time_ns: stamp EdgeStartTimestamp EdgeEndTimestamp
  time_precision: precision
  ZoneName: id ZoneName ZoneID
  host: host ClientRequestHost
  client_ip, peer_ip: address ClientIP
  src_port: positive ClientSrcPort
  provider_country, client_class: example ClientCountry VerifiedBotCategory ClientIPClass
  provider_asn: positive ClientASN
  http_method: text ClientRequestMethod
  scheme: text ClientRequestScheme
  target: target ClientRequestURI ClientRequestPath
  http_version: text ClientRequestProtocol
  user_agent: text ClientRequestUserAgent
  referrer: text ClientRequestReferer
  status_code: integer EdgeResponseStatus
  origin_status: positive OriginResponseStatus
  action, action_detail, action_rule: >-
    example EdgeResponseStatus SecurityAction WAFAction SecurityActions FirewallMatchesActions SecurityRuleIDs
    FirewallMatchesRuleIDs SecuritySources FirewallMatchesSources SecurityRuleID WAFRuleID EdgeRateLimitAction EdgeRateLimitID
  reached_origin: example OriginResponseStatus
  request_bytes: integer ClientRequestBytes
  response_bytes: integer EdgeResponseBytes
  duration_us: milliseconds EdgeTimeToFirstByteMs
  origin_duration_us: milliseconds OriginResponseDurationMs or nanoseconds OriginResponseTime if OriginResponseStatus
  cache_status: text CacheCacheStatus
  tls_version, tls_cipher: example ClientSSLProtocol ClientSSLCipher
  ja3: text JA3Hash
  ja4: text JA4
  request_id: text RayID
  bot_score: positive BotScore
  edge_location: text EdgeColoCode
  service: text OriginIP
recognise:
  pattern: '^\s*\{.*"(EdgeStartTimestamp|EdgeEndTimestamp)"\s*:.*'
  expects: a JSON object a line with EdgeStartTimestamp or EdgeEndTimestamp
mapped:
  ZoneName: ZoneName
  ZoneID: ZoneName
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
  EdgeRateLimitAction: action, action_detail
  EdgeRateLimitID: action_rule
  FirewallMatchesActions: action, action_detail
  FirewallMatchesRuleIDs: action_rule
  FirewallMatchesSources: action
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
  SecurityActions: action, action_detail
  SecurityRuleID: action_rule
  SecurityRuleIDs: action_rule
  SecuritySources: action
  WAFAction: action, action_detail
  WAFRuleID: action_rule
unmapped:
  BotDetectionIDs: numbers of the provider's bot heuristics; their sum is the score
  BotDetectionTags: words for the provider's bot heuristics; their sum is the score
  BotScoreSrc: the engine that scored; the score itself is mapped
  BotTags: kinds of bot; the category of a verified one is mapped
  CacheReserveUsed: a detail of the cache, whose result is mapped
  CacheResponseBytes: bytes from the cache to the edge, inside the provider
  CacheResponseStatus: status from the cache to the edge; deprecated
  CacheTieredFill: a detail of the cache, whose result is mapped
  ClientCity: below the country, a guess that no query uses
  ClientDeviceType: derived from the user agent, which is mapped
  ClientLatitude: below the country, a guess that no query uses
  ClientLongitude: below the country, a guess that no query uses
  ClientMTLSAuthCertFingerprint: client certificate, only on the first request of a connection
  ClientMTLSAuthStatus: client certificate, only on the first request of a connection
  ClientRegionCode: below the country, a guess that no query uses
  ClientRequestSource: whether a service of the provider asked itself, such as a Worker
  ClientTCPRTTMs: round-trip time, which no query uses
  ClientXRequestedWith: a header that the client chooses and few send
  ContentScanObjResults: results of a scan of uploads
  ContentScanObjSizes: sizes of scanned uploads
  ContentScanObjTypes: types of scanned uploads
  Cookies: personal data and secrets; only where configured
  EdgeCFConnectingO2O: whether another zone of the provider lies before this one
  EdgeColoID: number of the data centre, whose code is mapped
  EdgePathingOp: an older word for what the security fields say
  EdgePathingSrc: an older word for what the security fields say
  EdgePathingStatus: an older word for what the security fields say
  EdgeRequestHost: host asked of the origin; the client's own is mapped
  EdgeResponseBodyBytes: part of EdgeResponseBytes, which is mapped
  EdgeResponseCompressionRatio: ratio of sizes, which no query uses
  EdgeResponseContentType: type of the answer, which no query uses
  EdgeServerIP: the provider's own address towards the origin
  FraudAttack: the provider's judgement of sign-ins and sign-ups
  FraudDetectionIDs: numbers of the provider's fraud rules
  FraudDetectionTags: words for the provider's fraud rules
  FraudEmailRisk: 'judgement of an e-mail address: personal data'
  FraudUserID: 'id of a person: personal data'
  JA4Signals: statistics of a fingerprint across the provider's customers
  JSDetectionPassed: result of the provider's script; few plans have it
  LeakedCredentialCheckResult: 'about passwords: personal data that no query needs'
  OriginDNSResponseTimeMs: part of the origin's time, which is mapped
  OriginRequestHeaderSendDurationMs: part of the origin's time, which is mapped
  OriginResponseBytes: bytes from the origin to the edge; deprecated, mostly 0
  OriginResponseHTTPExpires: header of the answer, which no query uses
  OriginResponseHTTPLastModified: header of the answer, which no query uses
  OriginResponseHeaderReceiveDurationMs: part of the origin's time, which is mapped
  OriginSSLProtocol: TLS between edge and origin, inside the platform
  OriginTCPHandshakeDurationMs: part of the origin's time, which is mapped
  OriginTLSHandshakeDurationMs: part of the origin's time, which is mapped
  ParentRayID: ties the requests of a Worker to the one that started it
  PayPerCrawlStatus: whether a crawler paid
  RequestHeaders: personal data; only where configured
  ResponseHeaders: headers of the answer; only where configured
  SecurityLevel: a setting of the zone, not a fact of the request
  SecurityRuleDescription: words for the rule, whose id is mapped
  SmartRouteColoID: path inside the provider's network
  UpperTierColoID: path inside the provider's network
  WAFAttackScore: the provider's score of a payload; floods carry none
  WAFFlags: whether the old firewall only simulated, which WAFAction says too
  WAFMatchedVar: part of the request that matched; deprecated
  WAFProfile: a setting of the zone, not a fact of the request
  WAFRCEAttackScore: the provider's score of a payload; floods carry none
  WAFRuleMessage: words for the rule, whose id is mapped
  WAFSQLiAttackScore: the provider's score of a payload; floods carry none
  WAFXSSAttackScore: the provider's score of a payload; floods carry none
  WebAssetsLabelsManaged: the provider's labels of an endpoint
  WebAssetsOperationID: the provider's id of an endpoint
  WorkerCPUTime: time of a Worker, inside the provider
  WorkerScriptName: name of the platform's own script
  WorkerStatus: result of a Worker, inside the provider
  WorkerSubrequest: whether a Worker asked; such requests have a parent
  WorkerSubrequestCount: requests that a Worker made, inside the provider
  WorkerWallTimeUs: time of a Worker, inside the provider
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
        "VerifiedBotCategory": "VARCHAR", "SecurityAction": "VARCHAR", "SecurityRuleID": "VARCHAR", "SecurityActions": ["VARCHAR"],
        "SecurityRuleIDs": ["VARCHAR"], "SecuritySources": ["VARCHAR"], "WAFAction": "VARCHAR", "WAFRuleID": "VARCHAR",
        "FirewallMatchesActions": ["VARCHAR"], "FirewallMatchesRuleIDs": ["VARCHAR"], "FirewallMatchesSources": ["VARCHAR"],
        "EdgeRateLimitAction": "VARCHAR", "EdgeRateLimitID": "VARCHAR", "ZoneID": "VARCHAR"
      }'
    )) as f
  from records
),

-- No time is written as 0, which RFC 3339 makes the start of 1970, or as the year 1. The action that ended the request has a field of its
-- own; those of all rules stand in lists of one length, under other names until 2022.
named as (
  select
    record_no,
    coalesce(braced and f is not null, false) as is_object,
    f,
    coalesce(
      case when f.EdgeStartTimestamp not in ('', '0', '1970-01-01T00:00:00Z', '0001-01-01T00:00:00Z') then f.EdgeStartTimestamp end,
      case when f.EdgeEndTimestamp not in ('', '0', '1970-01-01T00:00:00Z', '0001-01-01T00:00:00Z') then f.EdgeEndTimestamp end
    ) as stamp,
    coalesce(nullif(nullif(f.SecurityAction, ''), 'unknown'), nullif(nullif(f.WAFAction, ''), 'unknown')) as ended,
    coalesce(f.SecurityActions, f.FirewallMatchesActions) as acts,
    coalesce(f.SecurityRuleIDs, f.FirewallMatchesRuleIDs) as rules,
    coalesce(f.SecuritySources, f.FirewallMatchesSources) as sources
  from taken
),

told as (
  select
    *,
    stamp_digits(stamp) as digits,
    case when len(acts) > 0 then replace(lower(array_to_string(acts, ' ')), '_', '') end as words
  from named
),

decided as (
  select
    *,
    coalesce(
      replace(lower(ended), '_', ''),
      nullif(regexp_extract(words, '\b(?:block|drop|(?:force)?connectionclose)\b'), ''),
      nullif(regexp_extract(words, '\b(?:js|managed)?challenge(?:failed)?\b'), ''),
      ''
    ) as act
  from told
),

placed as (
  -- Where the action stands among those of all rules.
  select *, case when words <> '' and act <> '' then list_position(string_split(words, ' '), act) end as place
  from decided
)

select
  record_no,
  stamp_ns(stamp, digits) as time_ns,
  stamp_precision(stamp, digits) as time_precision,
  coalesce(nullif(nullif(f.ZoneName, ''), '0'), nullif(nullif(f.ZoneID, ''), '0')) as ZoneName,
  f.ClientRequestHost as host,
  f.ClientIP as client_ip,
  f.ClientIP as peer_ip,
  nullif(f.ClientSrcPort, 0) as src_port,
  upper(nullif(f.ClientCountry, '')) as provider_country,
  nullif(f.ClientASN, 0) as provider_asn,
  nullif(f.ClientRequestMethod, '') as http_method,
  nullif(f.ClientRequestScheme, '') as scheme,
  coalesce(nullif(f.ClientRequestURI, ''), nullif(f.ClientRequestPath, '')) as target,
  nullif(f.ClientRequestProtocol, '') as http_version,
  nullif(f.ClientRequestUserAgent, '') as user_agent,
  nullif(f.ClientRequestReferer, '') as referrer,
  nullif(f.EdgeResponseStatus, 0) as status_code,
  nullif(f.OriginResponseStatus, 0) as origin_status,
  case
    when f.SecurityAction is null and f.WAFAction is null and acts is null and f.EdgeRateLimitAction is null then null
    when cloudflare_action(act) = 'blocked' then case
      when lower(sources[place]) = 'ratelimit' or f.EdgeResponseStatus = 429 then 'rate-limited'
      when place is null and contains(lower(array_to_string(sources, ' ')), 'ratelimit') then 'rate-limited'
      else 'blocked'
    end
    when f.EdgeRateLimitAction = 'ban' then 'rate-limited'
    when act <> '' then cloudflare_action(act)
    -- None ended the request. A word that the reference does not have may mean that one did.
    when words is null or len(list_filter(string_split(words, ' '), lambda word: word not in ('', 'unknown') and cloudflare_action(word) is null)) = 0
      then 'allowed'
  end as action,
  coalesce(
    ended, nullif(array_to_string(acts, ','), ''), nullif(f.EdgeRateLimitAction, ''), nullif(f.SecurityAction, ''),
    nullif(f.WAFAction, '')
  ) as action_detail,
  coalesce(
    nullif(f.SecurityRuleID, ''), nullif(f.WAFRuleID, ''), nullif(rules[coalesce(place, 1)], ''), nullif(f.EdgeRateLimitID, '0')
  ) as action_rule,
  f.OriginResponseStatus > 0 as reached_origin,
  f.ClientRequestBytes as request_bytes,
  f.EdgeResponseBytes as response_bytes,
  try_cast(cast(f.EdgeTimeToFirstByteMs as hugeint) * 1000 as bigint) as duration_us,
  case when f.OriginResponseStatus > 0 then coalesce(try_cast(cast(f.OriginResponseDurationMs as hugeint) * 1000 as bigint), f.OriginResponseTime // 1000) end as origin_duration_us,
  nullif(f.CacheCacheStatus, '') as cache_status,
  case when f.ClientSSLProtocol not in ('', 'none', 'unknown') then f.ClientSSLProtocol end as tls_version,
  case when f.ClientSSLCipher not in ('', 'NONE', 'UNK') then f.ClientSSLCipher end as tls_cipher,
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
from placed
