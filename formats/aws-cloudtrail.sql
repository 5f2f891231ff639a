/*
title: AWS CloudTrail
reference: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
table: control_activity
framing: json
array: Records
vantage: control
source: account
recognise:
  pattern: '^\s*\{(?!\s*"Records"\s*:)(?=.*"(?:eventTime|CloudTrailEvent)"\s*:)(?=.*"(?:eventSource|EventSource|eventVersion)"\s*:)(?=.*"(?:eventName|EventName|insightDetails|awsRegion)"\s*:)(?!.*"eventSource"\s*:\s*"aws:)'
  expects: a JSON object, alone or in a list Records, with eventTime, eventVersion or eventSource, and eventName or awsRegion
mapped:
  eventTime: time_ns, time_precision
  eventName: operation
  eventSource: service
  awsRegion: region
  sourceIPAddress: client_ip, peer_ip
  userAgent: user_agent
  userIdentity: actor, actor_type, actor_id, access_key, mfa, account
  userIdentity.type: actor_type, actor
  userIdentity.arn: actor
  userIdentity.userName: actor
  userIdentity.invokedBy: actor
  userIdentity.principalId: actor_id, actor
  userIdentity.accountId: account
  userIdentity.accessKeyId: access_key
  userIdentity.sessionContext: mfa
  userIdentity.sessionContext.attributes.mfaAuthenticated: mfa
  userIdentity.onBehalfOf: actor, actor_id
  errorCode: error_code, status
  errorMessage: error_detail, status
  requestParameters: request, resource
  responseElements: response, status
  additionalEventData: mfa
  readOnly: read_only
  resources: resource, resource_type
  eventID: request_id
  eventType: status
  recipientAccountId: account
unmapped:
  eventVersion: the fields say what they are, whatever the version
  requestID: the service's own id of the call; eventID is the log's, one an event
  apiVersion: version of the API, of no use without it
  managementEvent: whether the call manages or reads data, which the operation says
  eventCategory: kind of event, which the operation says
  serviceEventDetails: details of an event of a service, which differ by service
  sharedEventID: ties what one act left in several accounts
  vpcEndpointId: way of the call through a network of the platform's own
  vpcEndpointAccountId: owner of the endpoint that the call went through
  addendum: why an event came late or again
  sessionCredentialFromConsole: whether a session of the console signed, which the agent says
  eventContext: tags and conditions; only where enriched
  edgeDeviceDetails: devices of Snowball Edge, which take no attack
  tlsDetails: TLS between caller and API
  insightDetails: of Insights events, which count calls and are none
  userIdentity.sessionContext.sessionIssuer: role behind the session, which the ARN names
  userIdentity.sessionContext.webIdFederationData: provider of a web identity
  userIdentity.sessionContext.attributes.creationDate: start of the session
  userIdentity.sessionContext.sourceIdentity: name that a role's chain hands on, unverified
  userIdentity.sessionContext.ec2RoleDelivery: version of the instance's metadata service
  userIdentity.sessionContext.ec2IssuedInVpc: network that an instance's credentials were issued in
  userIdentity.inScopeOf: resource of a service that acted
  userIdentity.credentialId: id of a bearer token, of few services
  userIdentity.identityProvider: provider of a SAML or web identity
*/
-- What LookupEvents answers has the event as text within.
with opened as (
  select
    record_no,
    case when contains(text, '"CloudTrailEvent"')
      then coalesce((try(json_transform(text, '{"CloudTrailEvent": "VARCHAR"}'))).CloudTrailEvent, text)
      else text
    end as body
  from records
),

taken as (
  select
    record_no,
    starts_with(ltrim(body, ' ' || chr(9) || chr(13)), '{') as braced,
    -- Malformed text gives null; an array or a scalar gives a struct of nulls. An object taken as text is JSON.
    try(json_transform(
      body,
      '{
        "eventTime": "VARCHAR", "eventName": "VARCHAR", "eventSource": "VARCHAR", "awsRegion": "VARCHAR", "sourceIPAddress": "VARCHAR",
        "userAgent": "VARCHAR", "errorCode": "VARCHAR", "errorMessage": "VARCHAR", "requestParameters": "VARCHAR",
        "responseElements": "VARCHAR", "readOnly": "BOOLEAN", "eventID": "VARCHAR", "eventType": "VARCHAR", "eventCategory": "VARCHAR",
        "recipientAccountId": "VARCHAR", "additionalEventData": {"MFAUsed": "VARCHAR"},
        "resources": [{"ARN": "VARCHAR", "ARNPrefix": "VARCHAR", "type": "VARCHAR"}],
        "userIdentity": {
          "type": "VARCHAR", "arn": "VARCHAR", "userName": "VARCHAR", "invokedBy": "VARCHAR", "principalId": "VARCHAR",
          "accountId": "VARCHAR", "accessKeyId": "VARCHAR", "onBehalfOf": {"userId": "VARCHAR"},
          "sessionContext": {"attributes": {"mfaAuthenticated": "VARCHAR"}}
        }
      }'
    )) as f
  from opened
),

-- A call names what it is about in a parameter of its own.
named as (
  select
    record_no,
    coalesce(braced and f is not null, false) as is_object,
    f,
    f.userIdentity as u,
    case when starts_with(f.requestParameters, '{') then try(json_transform(
      f.requestParameters,
      '{
        "resourceArn": "VARCHAR", "webACLArn": "VARCHAR", "loadBalancerArn": "VARCHAR", "listenerArn": "VARCHAR",
        "targetGroupArn": "VARCHAR", "bucketName": "VARCHAR", "distributionId": "VARCHAR", "hostedZoneId": "VARCHAR", "groupId": "VARCHAR",
        "instancesSet": {"items": [{"instanceId": "VARCHAR"}]}, "instanceId": "VARCHAR", "roleArn": "VARCHAR", "roleName": "VARCHAR",
        "userName": "VARCHAR", "groupName": "VARCHAR", "policyArn": "VARCHAR", "functionName": "VARCHAR", "secretId": "VARCHAR",
        "keyId": "VARCHAR", "keyName": "VARCHAR", "autoScalingGroupName": "VARCHAR", "trailName": "VARCHAR", "name": "VARCHAR", "id": "VARCHAR"
      }'
    )) end as p
  from taken
)

select
  record_no,
  iso_ns(f.eventTime) as time_ns,
  case when contains(f.eventTime, '.') then 'ms' else 's' end as time_precision,
  -- A service that calls has its name here, or AWS Internal: no address, and no guess.
  nullif(f.sourceIPAddress, '') as client_ip,
  nullif(f.sourceIPAddress, '') as peer_ip,
  coalesce(
    nullif(u.arn, ''),
    case when u.userName not in ('', 'HIDDEN_DUE_TO_SECURITY_REASONS') then u.userName end,
    nullif(u.onBehalfOf.userId, ''),
    nullif(u.invokedBy, ''),
    nullif(u.principalId, ''),
    nullif(u.type, '')
  ) as actor,
  nullif(u.type, '') as actor_type,
  coalesce(nullif(u.principalId, ''), nullif(u.onBehalfOf.userId, '')) as actor_id,
  nullif(u.accessKeyId, '') as access_key,
  coalesce(
    case lower(u.sessionContext.attributes.mfaAuthenticated)
      when 'true' then true
      when 'false' then false
    end,
    case lower(f.additionalEventData.MFAUsed)
      when 'yes' then true
      when 'no' then false
    end
  ) as mfa,
  nullif(f.eventName, '') as operation,
  nullif(f.eventSource, '') as service,
  f.readOnly as read_only,
  coalesce(
    nullif(f.resources[1].ARN, ''), nullif(f.resources[1].ARNPrefix, ''), p.resourceArn, p.webACLArn, p.loadBalancerArn, p.listenerArn,
    p.targetGroupArn, p.bucketName, p.distributionId, p.hostedZoneId, p.groupId, p.instancesSet.items[1].instanceId, p.instanceId,
    p.roleArn, p.roleName, p.userName, p.groupName, p.policyArn, p.functionName, p.secretId, p.keyId, p.keyName, p.autoScalingGroupName,
    p.trailName, p.name, p.id
  ) as resource,
  nullif(f.resources[1].type, '') as resource_type,
  -- An error is written where there was one. A sign-in says how it went; an event of a service says nothing of it.
  case
    when nullif(f.errorCode, '') is not null or nullif(f.errorMessage, '') is not null then 'failure'
    when f.eventSource = 'signin.amazonaws.com' and regexp_full_match(f.responseElements, '\{"\w+":"Failure"\}') then 'failure'
    when f.eventType = 'AwsServiceEvent' then null
    else 'success'
  end as status,
  nullif(f.errorCode, '') as error_code,
  nullif(f.errorMessage, '') as error_detail,
  nullif(f.requestParameters, '') as request,
  nullif(f.responseElements, '') as response,
  nullif(f.userAgent, '') as user_agent,
  coalesce(nullif(f.recipientAccountId, ''), nullif(u.accountId, '')) as account,
  nullif(f.awsRegion, '') as region,
  nullif(f.eventID, '') as request_id,
  case
    when not is_object then 'not-a-json-object'
    when f.eventName is null and (f.eventCategory = 'Insight' or f.eventType = 'AwsCloudTrailInsight') then 'insight-event'
    when f.eventTime is null then 'no-event-time'
    when f.eventName is null then 'no-event-name'
  end as reject
from named
