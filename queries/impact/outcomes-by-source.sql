/*
title: Outcomes by source
question: 'What did each address get: answers, errors, blocks and challenges?'
grain: one row per address
params:
  from_day: {type: date, about: first event day}
  until_day: {type: date, about: last event day}
  from_time: {type: timestamp, about: 'start of the window, inclusive, UTC'}
  until_time: {type: timestamp, about: 'end of the window, exclusive, UTC'}
  source_id: {type: varchar, about: 'the log to read, so that no figure adds two vantages'}
limits: A client that left after a challenge and one that never was a browser look alike.
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
  h.src_ip,
  count(*) as requests,
  count(h.action) as action_known,
  count_if(h.action in ('blocked', 'rate-limited')) as blocked,
  count_if(h.action = 'challenged') as challenged,
  count_if(h.status_code >= 500) as errors,
  count_if(h.reached_origin) as reached_origin
from http_activity h
cross join args a
where h.dt between a.from_day and a.until_day
  and h.time >= a.from_time
  and h.time < a.until_time
  and h.source_id = a.source_id
  and h.src_ip is not null
group by h.src_ip
order by h.src_ip
