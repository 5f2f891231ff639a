/*
title: 'I06: WordPress pingback reflection'
question: Which requests come from WordPress sites asked to verify a pingback, and who asked?
grain: one row per requester
params:
  from_day: {type: date, about: first event day}
  until_day: {type: date, about: last event day}
  from_time: {type: timestamp, about: 'start of the window, inclusive, UTC'}
  until_time: {type: timestamp, about: 'end of the window, exclusive, UTC'}
  source_id: {type: varchar, about: 'the log to read, so that no figure adds two vantages'}
limits: The address that asked can be a proxy; genuine pingbacks exist.
attack: [T1498.002]
*/
with args as (
  select
    cast(? as date) as from_day,
    cast(? as date) as until_day,
    cast(? as timestamp) as from_time,
    cast(? as timestamp) as until_time,
    cast(? as varchar) as source_id
)
select
  nullif(regexp_extract(h.user_agent, 'verifying pingback from (\S+)$', 1), '') as requester,
  count(*) as requests,
  count(distinct h.src_ip) as reflectors
from http_activity h
cross join args a
where h.dt between a.from_day and a.until_day
  and h.time >= a.from_time
  and h.time < a.until_time
  and h.source_id = a.source_id
  and regexp_like(h.user_agent, '^WordPress/[0-9.]+; https?://[^;]+')
group by nullif(regexp_extract(h.user_agent, 'verifying pingback from (\S+)$', 1), '')
order by requests desc, requester
