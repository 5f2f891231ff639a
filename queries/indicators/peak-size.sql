/*
title: 'I14: peak size'
question: How many requests and bytes did the busiest second and minute of a window bring?
grain: one row
params:
  from_day: {type: date, about: first event day}
  until_day: {type: date, about: last event day}
  from_time: {type: timestamp, about: 'start of the window, inclusive, UTC'}
  until_time: {type: timestamp, about: 'end of the window, exclusive, UTC'}
  source_id: {type: varchar, about: 'the log to read, so that no figure adds two vantages'}
limits: 'All requests count, the attack and the usual traffic. A request id that the log holds twice counts once, as its earliest row. What was dropped before the log is missing, so the size is at least this; what is for hire is in dated tables of others, and no size is out of reach of a botnet for hire. Flows are in detection/flows-by-minute.'
attack: [T1499.002]
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
    h.time, h.request_bytes, h.response_bytes, h.request_id,
    row_number() over (partition by h.request_id order by h.time, h.object_id, h.record_no) as nth
  from http_activity h
  cross join args a
  where h.dt between a.from_day and a.until_day
    and h.time >= a.from_time
    and h.time < a.until_time
    and h.source_id = a.source_id
), once as (
  select time, request_bytes, response_bytes
  from numbered
  where request_id is null or nth = 1
), seconds as (
  select date_trunc('second', time) as second, count(*) as requests
  from once
  group by date_trunc('second', time)
), minutes as (
  select
    date_trunc('minute', time) as minute,
    count(*) as requests,
    coalesce(sum(request_bytes), 0) as received,
    coalesce(sum(response_bytes), 0) as sent
  from once
  group by date_trunc('minute', time)
), busiest_second as (
  select coalesce(max(requests), 0) as requests from seconds
)
select
  cast(coalesce(sum(m.requests), 0) as bigint) as requests,
  coalesce(max(s.requests), 0) as peak_requests_a_second,
  coalesce(max(m.requests), 0) as peak_requests_a_minute,
  cast(coalesce(max(m.received), 0) as bigint) as peak_bytes_received_a_minute,
  cast(coalesce(max(m.sent), 0) as bigint) as peak_bytes_sent_a_minute
from busiest_second s
left join minutes m on m.requests > 0
