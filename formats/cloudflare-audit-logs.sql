/*
title: Cloudflare Logpush, audit_logs
reference: https://developers.cloudflare.com/logs/logpush/logpush-job/datasets/account/audit_logs/
table: control_activity
framing: json
vantage: control
source: null
recognise:
  pattern: '^\s*\{(?=.*"When"\s*:)(?=.*"(?:ActionType|ActionResult|ResourceType|ResourceID)"\s*:)(?=.*"(?:Actor(?:Email|ID|IP|Type)|Interface|OwnerID)"\s*:)'
  expects: a JSON object with When, ActionType or ResourceType, and ActorEmail, ActorID, ActorIP, ActorType or OwnerID
mapped:
  When: time_ns, time_precision
  ActionType: operation
  ActionResult: status
  ActorEmail: actor
  ActorID: actor, actor_id
  ActorIP: client_ip, peer_ip
  ActorType: actor_type
  ID: request_id
  Interface: user_agent
  Metadata: request
  NewValue: new_value
  OldValue: old_value
  OwnerID: account
  ResourceID: resource
  ResourceType: resource_type
*/
with taken as (
  select
    record_no,
    starts_with(ltrim(text, ' ' || chr(9) || chr(13)), '{') as braced,
    -- Malformed text gives null; an array or a scalar gives a struct of nulls. An object taken as text is JSON.
    try(json_transform(
      text,
      '{
        "When": "VARCHAR", "ActionType": "VARCHAR", "ActionResult": "VARCHAR", "ActorEmail": "VARCHAR", "ActorID": "VARCHAR",
        "ActorIP": "VARCHAR", "ActorType": "VARCHAR", "ID": "VARCHAR", "Interface": "VARCHAR", "Metadata": "VARCHAR",
        "NewValue": "VARCHAR", "OldValue": "VARCHAR", "OwnerID": "VARCHAR", "ResourceID": "VARCHAR", "ResourceType": "VARCHAR"
      }'
    )) as f
  from records
),

named as (
  select record_no, coalesce(braced and f is not null, false) as is_object, f, nullif(nullif(f."When", ''), '0') as stamp
  from taken
),

counted as (
  select *, case when regexp_full_match(stamp, '\d+') then length(stamp) end as digits
  from named
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
    when length(regexp_extract(stamp, '\.(\d*)', 1)) <= 3 then 'ms'
    when length(regexp_extract(stamp, '\.(\d*)', 1)) <= 6 then 'us'
    else 'ns'
  end as time_precision,
  -- Whom the provider's own API and console spoke with.
  nullif(f.ActorIP, '') as client_ip,
  nullif(f.ActorIP, '') as peer_ip,
  coalesce(nullif(f.ActorEmail, ''), nullif(f.ActorID, '')) as actor,
  nullif(f.ActorType, '') as actor_type,
  nullif(f.ActorID, '') as actor_id,
  nullif(f.ActionType, '') as operation,
  nullif(f.ResourceID, '') as resource,
  nullif(f.ResourceType, '') as resource_type,
  case lower(f.ActionResult)
    when 'true' then 'success'
    when 'false' then 'failure'
    when 'success' then 'success'
    when 'failure' then 'failure'
  end as status,
  case when f.Metadata not in ('', '{}') then f.Metadata end as request,
  case when f.OldValue not in ('', '{}') then f.OldValue end as old_value,
  case when f.NewValue not in ('', '{}') then f.NewValue end as new_value,
  -- The way in, such as UI or API: what a program is to other logs.
  nullif(f.Interface, '') as user_agent,
  nullif(f.OwnerID, '') as account,
  nullif(f.ID, '') as request_id,
  case
    when not is_object then 'not-a-json-object'
    when f."When" is null then 'no-when'
    when f.ActionType is null and f.ResourceType is null then 'not-an-audit-log-entry'
  end as reject
from counted
