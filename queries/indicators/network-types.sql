/*
title: 'I01: network types of the sources'
question: Which types of network sent the requests?
grain: one row per type
params:
  from_day: {type: date, about: first event day}
  until_day: {type: date, about: last event day}
  from_time: {type: timestamp, about: 'start of the window, inclusive, UTC'}
  until_time: {type: timestamp, about: 'end of the window, exclusive, UTC'}
  source_id: {type: varchar, about: 'the log to read, so that no figure adds two vantages'}
limits: A type is known only where a networks file or a data set says it. A request id that the log holds twice counts once, as its earliest row.
*/
with args as (
  select
    cast(? as date) as from_day,
    cast(? as date) as until_day,
    cast(? as timestamp) as from_time,
    cast(? as timestamp) as until_time,
    cast(? as varchar) as source_id
), numbered as (
  select
    h.network_type, h.src_ip, h.request_id,
    row_number() over (partition by h.request_id order by h.time, h.object_id, h.record_no) as nth
  from http_activity h
  cross join args a
  where h.dt between a.from_day and a.until_day
    and h.time >= a.from_time
    and h.time < a.until_time
    and h.source_id = a.source_id
    and h.src_ip is not null
)
select
  network_type,
  count(*) as requests,
  count(distinct src_ip) as sources
from numbered
where request_id is null or nth = 1
group by network_type
order by requests desc, network_type
