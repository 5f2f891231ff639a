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
  select *, stamp_digits(stamp) as digits
  from named
)

select
  record_no,
  stamp_ns(stamp, digits) as time_ns,
  stamp_precision(stamp, digits) as time_precision,
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
