/*
title: Slow requests
question: Which addresses kept the server waiting for their requests?
grain: one row per address with such a request
params:
  from_day: {type: date, about: first event day}
  until_day: {type: date, about: last event day}
  from_time: {type: timestamp, about: 'start of the window, inclusive, UTC'}
  until_time: {type: timestamp, about: 'end of the window, exclusive, UTC'}
  source_id: {type: varchar, about: 'the log to read, so that no figure adds two vantages'}
  repeats: {type: bigint, about: 'rows of the log that repeat a request id, as integrity/repeated-requests counts them; at 0 none is looked for', otherwise: '1'}
limits: '408 says that a client did not send its request in time; 460 and 499 that it left. Slow is 30 seconds or more to answer, which a slow server or a large download takes as well: the client is suspect where others are answered fast. Requests that were never completed are in few logs. A request id that the log holds twice counts once.'
attack: [T1499.001]
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
  h.src_ip,
  count_if(r.request_id is null) + count(distinct r.request_id) filter (where r.request_id is not null) as requests,
  count_if(r.request_id is null and h.status_code = 408)
  + count(distinct case when h.status_code = 408 then r.request_id end) as timed_out,
  count_if(r.request_id is null and h.status_code in (460, 499))
  + count(distinct case when h.status_code in (460, 499) then r.request_id end) as client_left,
  count_if(r.request_id is null and h.duration_us >= 30000000)
  + count(distinct case when h.duration_us >= 30000000 then r.request_id end) as slow,
  coalesce(max(h.duration_us), 0) as longest_us,
  count(distinct h.src_port) as connections
from http_activity h
cross join args a
left join repeated r on r.request_id = h.request_id
where h.dt between a.from_day and a.until_day
  and h.time >= a.from_time
  and h.time < a.until_time
  and h.source_id = a.source_id
  and h.src_ip is not null
group by h.src_ip
having count_if(h.status_code = 408) + count_if(h.duration_us >= 30000000) > 0
order by timed_out desc, slow desc, h.src_ip
