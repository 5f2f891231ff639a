/*
title: AWS API Gateway access log as JSON
reference: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-variables-for-access-logging.html
table: http_activity
framing: json
vantage: balancer
source: api
recognise:
  pattern: '^\s*\{(?!\s*"[^"]*"\s*:\s*\[).*"(requestTime"\s*:\s*"\d{2}/[A-Z][a-z]{2}/\d{4}:|requestTimeEpoch"\s*:\s*"?\d{10})'
  anywhere: '"(requestTime"\s*:\s*"\d{2}/[A-Z][a-z]{2}/\d{4}:|requestTimeEpoch"\s*:\s*"?\d{10})'
  client: '"(([iI][dD][eE][nN][tT][iI][tT][yY]\.)?[sS][oO][uU][rR][cC][eE][iI][pP]|[iI][pP])"\s*:(?!\s*("-?"|-|null)\s*[,}])'
  expects: a JSON object with requestTime (such as 11/Nov/2019:15:42:00 +0000) or requestTimeEpoch
mapped:
  accountId: api
  apiId: api
  stage: api
  domainName: host
  requestTime: time_ns, time_precision
  requestTimeEpoch: time_ns, time_precision
  identity.sourceIp: peer_ip
  identity.userAgent: user_agent
  httpMethod: http_method
  path: target
  resourcePath: target
  routeKey: http_method, target
  protocol: http_version
  status: status_code
  responseLength: response_bytes
  responseLatency: duration_us
  integrationStatus: origin_status, reached_origin
  integration.status: origin_status, reached_origin
  integration.latency: origin_duration_us
  integrationLatency: origin_duration_us
  waf.status: action
  wafResponseCode: action, action_detail, reached_origin
  tlsVersion: tls_version
  cipherSuite: tls_cipher
  requestId: request_id
unmapped:
  authenticate.error: words for the status, which is mapped
  authenticate.latency: part of the time to answer, which is mapped
  authenticate.status: step before the integration; the status of the answer is mapped
  authorize.error: words for the status, which is mapped
  authorize.latency: part of the time to answer, which is mapped
  authorize.status: step before the integration; the status of the answer is mapped
  authorizer.claims.property: what a token says of its holder, personal data that no query needs
  authorizer.error: words for the status, which is mapped
  authorizer.integrationLatency: part of the time to answer, which is mapped
  authorizer.integrationStatus: step before the integration; the status of the answer is mapped
  authorizer.latency: part of the time to answer, which is mapped
  authorizer.principalId: the user who was recognised, personal data that no query needs
  authorizer.property: what the customer's authorizer says, free text
  authorizer.requestId: a further id of the request, for AWS's own support
  authorizer.status: step before the integration; the status of the answer is mapped
  awsEndpointRequestId: a further id of the request, for AWS's own support
  awsEndpointRequestId2: a further id of the request, for AWS's own support
  customDomain.basePathMatched: which API of a domain matched; the API is mapped
  customDomain.routingRuleIdMatched: which API of a domain matched; the API is mapped
  dataProcessed: bytes that are billed, in both directions together
  deploymentId: which deployment of the API served, configuration
  domainPrefix: part of the domain's name, which is mapped
  endpointType: how the API is reached, configuration
  error.message: words for the status, which is mapped
  error.messageString: words for the status, which is mapped
  error.responseType: words for the status, which is mapped
  error.validationErrorString: words for the status, which is mapped
  extendedRequestId: a further id of the request, for AWS's own support
  identity.accountId: the account of AWS that signed the request, personal data that no query needs
  identity.apiKey: a secret of the client's
  identity.apiKeyId: the customer of the API, personal data that no query needs
  identity.caller: the user of AWS who signed the request, personal data that no query needs
  identity.clientCert.clientCertPem: the client's certificate, personal data that no query needs
  identity.clientCert.issuerDN: the client's certificate, personal data that no query needs
  identity.clientCert.serialNumber: the client's certificate, personal data that no query needs
  identity.clientCert.subjectDN: the client's certificate, personal data that no query needs
  identity.clientCert.validity.notAfter: the client's certificate, personal data that no query needs
  identity.clientCert.validity.notBefore: the client's certificate, personal data that no query needs
  identity.cognitoAuthenticationProvider: the user who signed in, personal data that no query needs
  identity.cognitoAuthenticationType: the user who signed in, personal data that no query needs
  identity.cognitoIdentityId: the user who signed in, personal data that no query needs
  identity.cognitoIdentityPoolId: where the user signed in, configuration
  identity.principalOrgId: the organisation of AWS that signed the request
  identity.user: the user of AWS who signed the request, personal data that no query needs
  identity.userArn: the user of AWS who signed the request, personal data that no query needs
  identity.vpcId: the network of a private API's client
  identity.vpceId: the endpoint of a private API's client
  integration.error: words for the integration's status, which is mapped
  integration.integrationStatus: status of the service that ran the function; the function's own is mapped
  integration.requestId: a further id of the request, for AWS's own support
  integration.responseTransferMode: whether the answer was streamed, configuration
  integration.timeToAllHeaders: part of the integration's time, which is mapped
  integration.timeToFirstContent: part of the integration's time, which is mapped
  integrationErrorMessage: words for the integration's status, which is mapped
  isCanaryRequest: which deployment of the API served, configuration
  requestOverride.header.header_name: what a mapping template makes of a header, configuration
  requestOverride.path.path_name: what a mapping template makes of the path, configuration
  requestOverride.querystring.querystring_name: what a mapping template makes of the query, configuration
  resourceId: id of the resource, whose path is mapped
  responseOverride.header.header_name: what a mapping template makes of a header, configuration
  responseOverride.status: what a mapping template makes of the status, which is mapped
  responseTransferMode: whether the answer was streamed, configuration
  waf.error: words for what the firewall did, which is mapped
  waf.latency: part of the time to answer, which is mapped
  webaclArn: the web ACL, whose own log names it
  xrayTraceId: ties to a trace of X-Ray
*/
-- The format is the customer's: names and choice are as in the examples of the documentation, and as the variables
-- themselves are called, with and without what stands before their dot.
with quoted as (
  select
    record_no,
    header,
    adjoins,
    -- A value that is none is a hyphen, which is no JSON where the customer's format has no quotes around it.
    case
      when (contains(text, ':-') or contains(text, ': -')) and not json_valid(text) then regexp_replace(text, ':\s*-\s*([,}])', ':null\1', 'g')
      else text
    end as logged
  from records
),

-- API Gateway puts values between the customer's quotes as they are. An agent with a quote or a backslash in it ends where the
-- next name begins, or the object.
agents as (
  select
    *,
    case when not json_valid(logged) then regexp_extract(
      logged, '^(.*?"(?:identity\.)?userAgent"\s*:\s*)"(.*?)"(\s*(?:,\s*"[A-Za-z.]+"\s*:.*|\}\s*(?:[,}].*)?))$', ['before', 'agent', 'behind'], 's'
    ) end as around
  from quoted
),

-- An agent can also close what it stands in and go on with names and values, in objects of their own, too. What it cannot change
-- is how the record begins: with names that are of no client's text (an id of a request is), and values without quotes and
-- braces. Of all else, whose request it was and when is what only one value in the whole text says. An agent can add an address
-- where the customer's format has none: then none is believed that one record of the object's beginning lacks. What else a
-- request was, a client may tell falsely of its own: that is taken from before the agent where what follows is no JSON, or has
-- a name twice. A line with two records is one request.
sound as (
  select
    record_no,
    header,
    adjoins,
    logged,
    case when around.before <> '' then around.before || to_json(around.agent) || around.behind else logged end as text,
    regexp_extract(
      logged,
      '^\s*\{(?:\s*"(?:identity|integration)"\s*:\s*\{|\s*"(?:(?:(?:identity|integration|waf)\.)?(?:sourceIp|ip|status|latency)|accountId|apiId|domainName|domainPrefix|extendedRequestId|httpMethod|integrationLatency|integrationStatus|protocol|requestTime|requestTimeEpoch|resourceId|responseLatency|responseLength|routeKey|stage)"\s*:\s*(?:"[^"\\{}]*"|[0-9.]+|null)\s*\}?\s*,)*'
    ) as opening
  from agents
),

named as (
  select
    *,
    coalesce(regexp_full_match(text, '\s*\{.*\}\s*', 's'), false) as braced,
    regexp_extract(text, '^(.*?),?\s*"(?:identity\.)?userAgent"\s*:', 1, 's') as head,
    coalesce(try(json_keys(text)), []) as names,
    coalesce(try(json_keys(text, '$.identity')), []) as nested,
    list_transform(
      [logged, opening],
      lambda said: list_distinct(list_filter(
        regexp_extract_all(lower(said), '"(?:(?:identity\.)?sourceip|ip)"\s*:\s*"([^"\\]+)"', 1), lambda address: address <> '-'
      ))
    ) as addresses,
    list_transform(
      [logged, opening],
      lambda said: list_distinct(regexp_extract_all(replace(said, '\/', '/'), '"requestTime"\s*:\s*"([^"\\,]+)"', 1))
    ) as times,
    list_transform(
      [logged, opening],
      lambda said: list_distinct(regexp_extract_all(said, '"requestTimeEpoch"\s*:\s*"?(\d+)', 1))
    ) as epochs
  from sound
),

told as (
  select
    *,
    (not json_valid(text) and head <> '')
      or len(list_distinct(names)) < len(names) or len(list_distinct(nested)) < len(nested) as is_twice
  from named
),

taken as (
  select
    *,
    braced and (json_valid(text) or is_twice) as is_object,
    -- Malformed text gives null; an array or a scalar gives a struct of nulls.
    try(json_transform(
      case
        when not is_twice then text
        when json_valid(head || '}') then head || '}'
        when json_valid(head || '}}') then head || '}}'
        else '{}'
      end,
      '{
        "accountId": "VARCHAR", "apiId": "VARCHAR", "stage": "VARCHAR", "domainName": "VARCHAR", "ip": "VARCHAR", "sourceIp": "VARCHAR", "identity.sourceIp": "VARCHAR", "userAgent": "VARCHAR",
        "identity.userAgent": "VARCHAR", "identity": {"sourceIp": "VARCHAR", "userAgent": "VARCHAR"}, "httpMethod": "VARCHAR",
        "path": "VARCHAR", "resourcePath": "VARCHAR", "routeKey": "VARCHAR", "protocol": "VARCHAR", "status": "BIGINT",
        "responseLength": "BIGINT", "responseLatency": "BIGINT", "integrationStatus": "BIGINT", "integration.status": "BIGINT",
        "integrationLatency": "BIGINT", "integration.latency": "BIGINT", "waf.status": "BIGINT", "wafStatus": "BIGINT",
        "wafResponseCode": "VARCHAR", "tlsVersion": "VARCHAR", "cipherSuite": "VARCHAR", "requestId": "VARCHAR",
        "integration": {"status": "BIGINT", "latency": "BIGINT"}
      }'
    )) as f
  from told
),

said as (
  select
    record_no,
    header,
    adjoins,
    is_object and f is not null as is_object,
    is_twice,
    f,
    case
      when header = 'names-no-client' then addresses[2]
      when len(addresses[1]) = 0 then [nullif(coalesce(f.ip, f."identity.sourceIp", f.sourceIp, f.identity.sourceIp), '-')]
      else addresses[case when len(addresses[1]) = 1 then 1 else 2 end]
    end as addresses,
    times[case when len(times[1]) > 1 and len(times[2]) = 1 then 2 else 1 end] as times,
    epochs[case when len(epochs[1]) > 1 and len(epochs[2]) = 1 then 2 else 1 end] as epochs,
    list_transform(
      [
        said_of(text, 'accountId', f.accountId, is_twice),
        said_of(text, 'apiId', f.apiId, is_twice),
        said_of(text, 'stage', f.stage, is_twice)
      ],
      lambda said: case when len(said) = 1 then nullif(nullif(said[1], '-'), '') end
    ) as api
  from taken
),

fields as (
  select
    record_no,
    adjoins,
    is_object,
    is_twice,
    f,
    times,
    epochs,
    api,
    addresses,
    case when regexp_full_match(epochs[1], '\d{10}|\d{13}') then epochs[1] end as epoch,
    nullif(nullif(coalesce(f.path, f.resourcePath), '-'), '') as own_path,
    -- Of an HTTP API: GET /pets, $default.
    regexp_extract(f.routeKey, '^([A-Z]+) (/\S*)$', ['method', 'path']) as route,
    -- Of a Lambda the first is the function's own status, the second that of the service.
    coalesce(f."integration.status", f.integration.status, f.integrationStatus) as integration_status
  from said
)

select
  record_no,
  case
    when length(epoch) = 13 then try_cast(try_cast(epoch as hugeint) * 1000000 as bigint)
    when epoch is not null then try_cast(try_cast(epoch as hugeint) * 1000000000 as bigint)
    else common_log_ns(times[1])
  end as time_ns,
  case when length(epoch) = 13 then 'ms' else 's' end as time_precision,
  nullif(concat_ws('/', api[1], api[2], api[3]), '') as api,
  nullif(nullif(f.domainName, '-'), '') as host,
  -- An agent that ends the object and goes on with a whole one makes a record of its own, where no newline stands between records.
  case when len(addresses) = 1 and not adjoins then addresses[1] end as peer_ip,
  coalesce(nullif(nullif(f.httpMethod, '-'), ''), nullif(route.method, '')) as http_method,
  -- resourcePath and routeKey are patterns such as /pets/{id}: the path itself goes before them.
  coalesce(own_path, nullif(route.path, '')) as target,
  nullif(nullif(f.protocol, '-'), '') as http_version,
  nullif(nullif(coalesce(f."identity.userAgent", f.userAgent, f.identity.userAgent), '-'), '') as user_agent,
  f.status as status_code,
  integration_status as origin_status,
  case
    when f.wafResponseCode = 'WAF_BLOCK' or f."waf.status" = 403 or f.wafStatus = 403 then 'blocked'
    when f.wafResponseCode = 'WAF_ALLOW' or f."waf.status" = 200 or f.wafStatus = 200 then 'allowed'
  end as action,
  nullif(nullif(f.wafResponseCode, '-'), '') as action_detail,
  case when integration_status is not null then true when f.wafResponseCode = 'WAF_BLOCK' then false end as reached_origin,
  f.responseLength as response_bytes,
  try_cast(cast(f.responseLatency as hugeint) * 1000 as bigint) as duration_us,
  try_cast(cast(coalesce(f."integration.latency", f.integration.latency, f.integrationLatency) as hugeint) * 1000 as bigint) as origin_duration_us,
  nullif(nullif(f.tlsVersion, '-'), '') as tls_version,
  nullif(nullif(f.cipherSuite, '-'), '') as tls_cipher,
  nullif(nullif(f.requestId, '-'), '') as request_id,
  case
    when not is_object then 'not-a-json-object'
    when len(times) > 1 or len(epochs) > 1 then 'two-request-times'
    when len(times) = 1 and common_log_ns(times[1]) is null then 'time-unreadable'
    -- Both say the same second, unless one is a client's.
    when left(epoch, 10) <> cast(common_log_ns(times[1]) // 1000000000 as varchar) then 'two-request-times'
    when len(times) = 0 and epoch is null then 'no-request-time'
    when is_twice then null
    when f.status is null and f.httpMethod is null and f.routeKey is null then 'not-an-http-request'
  end as reject
from fields
