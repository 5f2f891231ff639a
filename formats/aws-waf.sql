/*
title: AWS WAF web ACL traffic log
reference: https://docs.aws.amazon.com/waf/latest/developerguide/logging-fields.html
table: http_activity
framing: json
vantage: firewall
source: webaclId
recognise:
  pattern: '^\s*\{.*"(webaclId|terminatingRuleId|httpSourceName)"\s*:'
  expects: a JSON object with webaclId, terminatingRuleId or httpSourceName
mapped:
  timestamp: time_ns, time_precision
  webaclId: webaclId
  action: action, action_detail, reached_origin
  terminatingRuleId: action_rule
  terminatingRuleType: action
  terminatingRule: action_rule
  ruleGroupList: action_rule
  rateBasedRuleList: action
  rateBasedRuleName: action
  rateBasedRuleId: action
  responseCodeSent: status_code
  httpSourceName: service
  httpSourceId: service
  clientIp: peer_ip
  country: provider_country
  clientAsn: provider_asn
  headers: host, user_agent, referrer, forwarded_for
  host: host
  uri: target
  args: target
  httpVersion: http_version
  httpMethod: http_method
  scheme: scheme
  requestId: request_id
  labels: client_class
  ja3Fingerprint: ja3
  ja4Fingerprint: ja4
  requestBodySize: request_bytes
unmapped:
  formatVersion: version of the log's own layout, 1 so far
  httpRequest: what holds the fields of the request, each of which is named here
  fragment: part of a URL that clients do not send
  nonTerminatingMatchingRules: rules that counted or let pass; what was done is in action
  excludedRules: rules that were set to count; what was done is in action
  exclusionType: the way in which a rule was excluded
  ruleGroupId: which group a rule belongs to; the rule is named
  ruleId: the rule within a group, which stands in action_rule where it terminated
  ruleMatchDetails: what a rule matched, words of the request
  terminatingRuleMatchDetails: what the rule matched, words of the request
  limitKey: what a rate-based rule counts by, configuration
  limitValue: the address that a rate-based rule counts by, which is clientIp or forwarded
  maxRateAllowed: configuration of a rate-based rule
  evaluationWindowSec: configuration of a rate-based rule
  customValues: further keys that a rate-based rule counts by
  captchaResponse: state of the token; whether the client was challenged is in action
  challengeResponse: state of the token; whether the client was challenged is in action
  cfDistributionTenantId: the tenant of a distribution, which the host names
  oversizeFields: parts of the request that were longer than WAF looks at
  overriddenAction: what a rule would have done without the configuration of its group
  requestHeadersInserted: headers that WAF adds for the server behind
  requestBodySizeInspectedByWAF: how much of the body WAF looked at
*/
with taken as (
  select
    record_no,
    starts_with(ltrim(text, ' ' || chr(9) || chr(13)), '{') as braced,
    -- Malformed text gives null; an array or a scalar gives a struct of nulls.
    try(json_transform(
      text,
      '{
        "timestamp": "VARCHAR", "webaclId": "VARCHAR", "terminatingRuleId": "VARCHAR", "terminatingRuleType": "VARCHAR", "action": "VARCHAR",
        "httpSourceName": "VARCHAR", "httpSourceId": "VARCHAR", "responseCodeSent": "BIGINT", "clientAsn": "BIGINT",
        "ruleGroupList": [{"terminatingRule": {"ruleId": "VARCHAR"}}],
        "rateBasedRuleList": [{"rateBasedRuleId": "VARCHAR", "rateBasedRuleName": "VARCHAR"}],
        "httpRequest": {
          "clientIp": "VARCHAR", "country": "VARCHAR", "headers": [{"name": "VARCHAR", "value": "VARCHAR"}], "uri": "VARCHAR",
          "args": "VARCHAR", "httpVersion": "VARCHAR", "httpMethod": "VARCHAR", "requestId": "VARCHAR", "scheme": "VARCHAR",
          "host": "VARCHAR", "clientAsn": "BIGINT"
        },
        "labels": [{"name": "VARCHAR"}], "ja3Fingerprint": "VARCHAR", "ja4Fingerprint": "VARCHAR", "requestBodySize": "BIGINT"
      }'
    )) as f
  from records
),

fields as (
  select
    record_no,
    coalesce(braced and f is not null, false) as is_object,
    f,
    struct_extract(f, 'httpRequest') as r,
    case when regexp_full_match(f.timestamp, '\d+') then length(f.timestamp) end as digits,
    upper(f.action) as act,
    -- The rule of a group that made the group act. WAF stops there, so that the group is the last in the list; one before
    -- it that was only to count may have a terminating rule as well.
    case when contains(f.terminatingRuleType, 'GROUP')
      then list_filter(f.ruleGroupList, lambda g: g.terminatingRule.ruleId is not null)[-1].terminatingRule.ruleId
    end as inner_rule,
    -- Headers are as the client wrote them; HTTP/2 has lower case.
    list_filter(f.httpRequest.headers, lambda h: lower(h.name) in ('host', 'user-agent', 'referer', 'x-forwarded-for')) as headers
  from taken
)

select
  record_no,
  -- Milliseconds; ten digits are seconds.
  case
    when digits <= 10 then try_cast(try_cast(f.timestamp as hugeint) * 1000000000 as bigint)
    when digits <= 13 then try_cast(try_cast(f.timestamp as hugeint) * 1000000 as bigint)
  end as time_ns,
  case when digits <= 10 then 's' else 'ms' end as time_precision,
  f.webaclId as webaclId,
  -- A field that the customer has redacted reads REDACTED.
  nullif(coalesce(nullif(list_filter(headers, lambda h: lower(h.name) = 'host')[1].value, 'REDACTED'), nullif(r.host, 'REDACTED')), '') as host,
  nullif(nullif(r.clientIp, '-'), '') as peer_ip,
  -- A header that comes twice is one list, of which a proxy wrote the end.
  nullif(nullif(array_to_string(list_transform(list_filter(headers, lambda h: lower(h.name) = 'x-forwarded-for'), lambda h: h.value), ', '), 'REDACTED'), '') as forwarded_for,
  upper(nullif(nullif(r.country, '-'), '')) as provider_country,
  nullif(coalesce(r.clientAsn, f.clientAsn), 0) as provider_asn,
  nullif(nullif(r.httpMethod, 'REDACTED'), '') as http_method,
  nullif(r.scheme, '') as scheme,
  nullif(nullif(r.uri, 'REDACTED'), '') || case when r.args is null or r.args in ('', 'REDACTED') then '' else '?' || r.args end as target,
  nullif(r.httpVersion, '') as http_version,
  nullif(nullif(list_filter(headers, lambda h: lower(h.name) = 'user-agent')[1].value, 'REDACTED'), '') as user_agent,
  nullif(nullif(list_filter(headers, lambda h: lower(h.name) = 'referer')[1].value, 'REDACTED'), '') as referrer,
  -- Only an answer of the customer's own making has its status in the log; a plain block does not.
  nullif(f.responseCodeSent, 0) as status_code,
  case
    when act = 'BLOCK' and (
      f.terminatingRuleType = 'RATE_BASED'
      or inner_rule is not null
        and coalesce(len(list_filter(f.rateBasedRuleList, lambda b: inner_rule in (b.rateBasedRuleName, b.rateBasedRuleId))), 0) > 0
    ) then 'rate-limited'
    when act = 'BLOCK' then 'blocked'
    when act in ('CAPTCHA', 'CHALLENGE') then 'challenged'
    when act in ('ALLOW', 'COUNT') then 'allowed'
  end as action,
  nullif(f.action, '') as action_detail,
  nullif(f.terminatingRuleId, '') || case when inner_rule is null then '' else '/' || inner_rule end as action_rule,
  -- What is let pass goes to the cache, the balancer or the API that WAF guards: whether a server behind was asked they know.
  case when act in ('BLOCK', 'CAPTCHA', 'CHALLENGE') then false end as reached_origin,
  f.requestBodySize as request_bytes,
  nullif(f.ja3Fingerprint, '') as ja3,
  nullif(f.ja4Fingerprint, '') as ja4,
  nullif(nullif(r.requestId, 'null'), '') as request_id,
  -- What AWS's own lists and its bot control say of the address or the bot.
  nullif(regexp_extract(
    list_filter(f.labels, lambda l: regexp_matches(l.name, '^awswaf:managed:aws:(bot-control:bot:category|anonymous-ip-list|amazon-ip-list):'))[1].name,
    '[^:]+$'
  ), '') as client_class,
  nullif(concat_ws(':', nullif(nullif(f.httpSourceName, '-'), ''), nullif(nullif(f.httpSourceId, '-'), '')), '') as service,
  case
    when not is_object then 'not-a-json-object'
    when f.webaclId is null or r.clientIp is null and r.uri is null and r.httpMethod is null then 'not-a-waf-record'
  end as reject
from fields
