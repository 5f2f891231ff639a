/*
title: Everything about one thing
question: When and how was an address, prefix, fingerprint or request id seen?
grain: one row per log, path and agent
params:
  from_day: {type: date, about: first event day}
  until_day: {type: date, about: last event day}
  from_time: {type: timestamp, about: 'start of the window, inclusive, UTC'}
  until_time: {type: timestamp, about: 'end of the window, exclusive, UTC'}
  kind: {type: varchar, about: 'ip, prefix, ja4 or request-id'}
  value: {type: varchar, about: 'the address, prefix, fingerprint or request id'}
limits: 'One request has a row in each log that saw it: never add the rows of two logs.'
*/
with args as (
  select
    cast(? as date) as from_day,
    cast(? as date) as until_day,
    cast(? as timestamp) as from_time,
    cast(? as timestamp) as until_time,
    cast(? as varchar) as kind,
    cast(? as varchar) as value
)
select
  h.source_id,
  h.vantage,
  h.host,
  h.path,
  h.user_agent,
  coalesce(h.ja4, h.ja3) as fingerprint,
  h.action,
  count(*) as requests,
  min(h.time) as first_seen,
  max(h.time) as last_seen
from http_activity h
cross join args a
where h.dt between a.from_day and a.until_day
  and h.time >= a.from_time
  and h.time < a.until_time
  and a.value = case a.kind
    when 'ip' then h.src_ip
    when 'prefix' then h.src_prefix
    when 'ja4' then h.ja4
    else h.request_id
  end
group by h.source_id, h.vantage, h.host, h.path, h.user_agent, coalesce(h.ja4, h.ja3), h.action
order by h.source_id, requests desc, h.host, h.path, h.user_agent, fingerprint, h.action
