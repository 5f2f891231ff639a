/*
title: 'I28: synchronised onset and stop'
question: In which seconds did the sources of the window send their first and their last request?
grain: one row per second
params:
  from_day: {type: date, about: first event day}
  until_day: {type: date, about: last event day}
  from_time: {type: timestamp, about: 'start of the window, inclusive, UTC'}
  until_time: {type: timestamp, about: 'end of the window, exclusive, UTC'}
  source_id: {type: varchar, about: 'the log to read, so that no figure adds two vantages'}
limits: 'A broadcast or a notification starts people within seconds too; what machines do as well is to stop within seconds. The ends of the window cut: give one that is wider than the attack.'
attack: [T1499]
*/
with args as (
  select
    cast(? as date) as from_day,
    cast(? as date) as until_day,
    cast(? as timestamp) as from_time,
    cast(? as timestamp) as until_time,
    cast(? as varchar) as source_id
), sources as (
  select h.src_ip, date_trunc('second', min(h.time)) as first_second, date_trunc('second', max(h.time)) as last_second
  from http_activity h
  cross join args a
  where h.dt between a.from_day and a.until_day
    and h.time >= a.from_time
    and h.time < a.until_time
    and h.source_id = a.source_id
    and h.src_ip is not null
  group by h.src_ip
), ends as (
  select first_second as second, 1 as began, 0 as ended from sources
  union all
  select last_second, 0, 1 from sources
)
select
  second,
  cast(sum(began) as bigint) as sources_began,
  cast(sum(ended) as bigint) as sources_ended
from ends
group by second
order by second
