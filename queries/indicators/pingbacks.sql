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
  repeats: {type: bigint, about: 'rows of the log that repeat a request id, as integrity/repeated-requests counts them; at 0 none is looked for', otherwise: '1'}
limits: The address that asked can be a proxy; genuine pingbacks exist. A request id that the log holds twice counts once.
attack: [T1498.002]
*/
with args as (
  select
    cast(? as date) as from_day,
    cast(? as date) as until_day,
    cast(? as timestamp) as from_time,
    cast(? as timestamp) as until_time,
    cast(? as varchar) as source_id,
    cast(? as bigint) as repeats
), repeated as (
  select h.request_id
  from http_activity h
  cross join args a
  where a.repeats > 0
    and h.dt between a.from_day and a.until_day
    and h.time >= a.from_time
    and h.time < a.until_time
    and h.source_id = a.source_id
    and h.request_id is not null
  group by h.request_id
  having count(*) > 1 and min(h.time) = max(h.time) and coalesce(min(h.src_ip), '') = coalesce(max(h.src_ip), '')
)
select
  nullif(regexp_extract(h.user_agent, 'verifying pingback from (\S+)$', 1), '') as requester,
  count_if(r.request_id is null) + count(distinct r.request_id) filter (where r.request_id is not null) as requests,
  count(distinct h.src_ip) as reflectors
from http_activity h
cross join args a
left join repeated r on r.request_id = h.request_id
where h.dt between a.from_day and a.until_day
  and h.time >= a.from_time
  and h.time < a.until_time
  and h.source_id = a.source_id
  and regexp_like(h.user_agent, '^WordPress/[0-9.]+; https?://[^;]+')
group by nullif(regexp_extract(h.user_agent, 'verifying pingback from (\S+)$', 1), '')
order by requests desc, requester
