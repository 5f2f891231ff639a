/*
title: Cloudflare Logpush, firewall_events
reference: https://developers.cloudflare.com/logs/logpush/logpush-job/datasets/zone/firewall_events/
table: http_activity
framing: json
vantage: firewall
source: ZoneName
recognise:
  pattern: '^\s*\{(?=.*"Datetime"\s*:)(?=.*"(?:ClientIP|ClientRequest(?:Host|Method|Path|Query))"\s*:)(?=.*"(?:Action|MatchIndex|OriginatorRayID|ClientRefererHost|ClientASNDescription)"\s*:)(?!.*"Edge(?:Start|End)Timestamp"\s*:)'
  expects: a JSON object with Datetime, ClientIP or a ClientRequest field, and Action or MatchIndex
mapped:
  ZoneName: ZoneName
  RayID: request_id
  Datetime: time_ns, time_precision
  Action: action, action_detail
  Source: action, action_rule
  RuleID: action_rule
  ClientIP: client_ip, peer_ip
  ClientCountry: provider_country
  ClientASN: provider_asn
  ClientIPClass: client_class
  ClientRequestHost: host
  ClientRequestMethod: http_method
  ClientRequestScheme: scheme
  ClientRequestPath: target
  ClientRequestQuery: target
  ClientRequestProtocol: http_version
  ClientRequestUserAgent: user_agent
  ClientRefererScheme: referrer
  ClientRefererHost: referrer
  ClientRefererPath: referrer
  ClientRefererQuery: referrer
  EdgeResponseStatus: status_code
  OriginResponseStatus: origin_status, reached_origin
  EdgeColoCode: edge_location
unmapped:
  AISecurityCustomTopicCategories: what the platform's own AI was asked, in words of the customer
  AISecurityInjectionScore: score of a prompt to the platform's own AI
  AISecurityPIICategories: kinds of personal data in a prompt to the platform's own AI
  AISecurityTokenCount: length of a prompt to the platform's own AI
  AISecurityUnsafeTopicCategories: what the platform's own AI was asked, in words of the provider
  ClientASNDescription: name of the network, whose number is mapped
  ContentScanObjResults: results of a scan of uploads
  ContentScanObjSizes: sizes of scanned uploads
  ContentScanObjTypes: types of scanned uploads
  Description: words for the rule, whose id is mapped
  FirewallForAIInjectionScore: older name of AISecurityInjectionScore
  FirewallForAIPIICategories: older name of AISecurityPIICategories
  FirewallForAITokenCount: older name of AISecurityTokenCount
  FirewallForAIUnsafeTopicCategories: older name of AISecurityUnsafeTopicCategories
  FraudUserID: 'id of a person: personal data'
  Kind: always the word firewall
  LeakedCredentialCheckResult: about passwords, personal data that no query needs
  MatchIndex: place of the rule among those that one request met; such rows share their request_id
  Metadata: details that differ by product and change over time
  OriginatorRayID: ties the answer to a challenge to the request that was challenged
  Ref: the customer's own name of the rule, whose id is mapped
*/
with taken as (
  select
    record_no,
    starts_with(ltrim(text, ' ' || chr(9) || chr(13)), '{') as braced,
    -- Malformed text gives null; an array or a scalar gives a struct of nulls.
    try(json_transform(
      text,
      '{
        "ZoneName": "VARCHAR", "RayID": "VARCHAR", "Datetime": "VARCHAR", "Action": "VARCHAR", "Source": "VARCHAR", "RuleID": "VARCHAR",
        "ClientIP": "VARCHAR", "ClientCountry": "VARCHAR", "ClientASN": "BIGINT", "ClientIPClass": "VARCHAR",
        "ClientRequestHost": "VARCHAR", "ClientRequestMethod": "VARCHAR", "ClientRequestScheme": "VARCHAR", "ClientRequestPath": "VARCHAR",
        "ClientRequestQuery": "VARCHAR", "ClientRequestProtocol": "VARCHAR", "ClientRequestUserAgent": "VARCHAR",
        "ClientRefererScheme": "VARCHAR", "ClientRefererHost": "VARCHAR", "ClientRefererPath": "VARCHAR", "ClientRefererQuery": "VARCHAR",
        "EdgeResponseStatus": "BIGINT", "OriginResponseStatus": "BIGINT", "EdgeColoCode": "VARCHAR",
        "EdgeStartTimestamp": "VARCHAR", "EdgeEndTimestamp": "VARCHAR"
      }'
    )) as f
  from records
),

named as (
  select
    record_no,
    coalesce(braced and f is not null, false) as is_object,
    f,
    nullif(nullif(f.Datetime, ''), '0') as stamp,
    replace(lower(f.Action), '_', '') as act,
    nullif(f.ClientRequestQuery, '') as query_text,
    nullif(f.ClientRefererQuery, '') as referrer_query
  from taken
),

counted as (
  select *, stamp_digits(stamp) as digits
  from named
)

select
  record_no,
  stamp_ns(stamp, digits) as time_ns,
  stamp_precision(stamp, digits) as time_precision,
  f.ZoneName as ZoneName,
  f.ClientRequestHost as host,
  f.ClientIP as client_ip,
  f.ClientIP as peer_ip,
  upper(nullif(f.ClientCountry, '')) as provider_country,
  nullif(f.ClientASN, 0) as provider_asn,
  nullif(f.ClientRequestMethod, '') as http_method,
  nullif(f.ClientRequestScheme, '') as scheme,
  -- The query is logged with its question mark.
  nullif(f.ClientRequestPath, '') || case
    when query_text is null then ''
    when starts_with(query_text, '?') then query_text
    else '?' || query_text
  end as target,
  nullif(f.ClientRequestProtocol, '') as http_version,
  nullif(f.ClientRequestUserAgent, '') as user_agent,
  case when f.ClientRefererScheme in ('http', 'https') then f.ClientRefererScheme || '://' else '' end
    || nullif(f.ClientRefererHost, '')
    || coalesce(f.ClientRefererPath, '')
    || case
      when referrer_query is null then ''
      when starts_with(referrer_query, '?') then referrer_query
      else '?' || referrer_query
    end as referrer,
  nullif(f.EdgeResponseStatus, 0) as status_code,
  nullif(f.OriginResponseStatus, 0) as origin_status,
  -- A word that the reference does not have says nothing.
  case
    when cloudflare_action(act) = 'blocked' and (lower(f.Source) = 'ratelimit' or f.EdgeResponseStatus = 429) then 'rate-limited'
    else cloudflare_action(act)
  end as action,
  nullif(f.Action, '') as action_detail,
  coalesce(nullif(f.RuleID, ''), nullif(f.Source, '')) as action_rule,
  f.OriginResponseStatus > 0 as reached_origin,
  nullif(f.RayID, '') as request_id,
  nullif(f.ClientIPClass, '') as client_class,
  nullif(f.EdgeColoCode, '') as edge_location,
  case
    when not is_object then 'not-a-json-object'
    when f.Datetime is null and (f.EdgeStartTimestamp is not null or f.EdgeEndTimestamp is not null) then 'http-requests-record'
    when f.Datetime is null then 'no-datetime'
    when f.Action is null and f.ClientIP is null and f.ClientRequestHost is null then 'not-a-firewall-event'
  end as reject
from counted
