/*
title: Clocks of two logs
question: By how much do the times differ that two logs give the same request?
grain: one row per pair of logs and hour
params:
  from_day: {type: date, about: first event day}
  until_day: {type: date, about: last event day}
limits: 'A difference is the time of the second log less that of the first, in milliseconds, and holds more than the clocks: one log may write the start of a request and the other its end. What matters is a difference that changes, or that is far from what the way between the two takes. Only logs that write the same request id can be compared, over ids that each has once.'
*/
with args as (
  select
    cast(? as date) as from_day,
    cast(? as date) as until_day
), once as (
  select h.source_id, h.request_id, min(h.time) as time
  from http_activity h
  cross join args a
  where h.dt between a.from_day and a.until_day
    and h.request_id is not null
  group by h.source_id, h.request_id
  having count(*) = 1
), pairs as (
  select
    f.source_id as first_source_id,
    s.source_id as second_source_id,
    date_trunc('hour', f.time) as hour,
    date_diff('millisecond', f.time, s.time) as difference_ms
  from once f
  inner join once s on s.request_id = f.request_id and s.source_id > f.source_id
), ranked as (
  select
    first_source_id, second_source_id, hour, difference_ms,
    row_number() over (partition by first_source_id, second_source_id, hour order by difference_ms) as position,
    count(*) over (partition by first_source_id, second_source_id, hour) as requests
  from pairs
)
select
  first_source_id,
  second_source_id,
  hour,
  max(requests) as requests,
  min(difference_ms) as least_ms,
  min(case when position * 100 >= requests * 50 then difference_ms end) as median_ms,
  max(difference_ms) as most_ms
from ranked
group by first_source_id, second_source_id, hour
order by first_source_id, second_source_id, hour
