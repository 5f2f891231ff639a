/*
title: Latency by minute
question: How long did served requests take, minute by minute?
grain: one row per host and minute
params:
  from_day: {type: date, about: first event day}
  until_day: {type: date, about: last event day}
  from_time: {type: timestamp, about: 'start of the window, inclusive, UTC'}
  until_time: {type: timestamp, about: 'end of the window, exclusive, UTC'}
  source_id: {type: varchar, about: 'the log to read, so that no figure adds two vantages'}
  repeats: {type: bigint, about: 'rows of the log that repeat a request id, as integrity/repeated-requests counts them; at 0 none is looked for', otherwise: '1'}
limits: 'As impact/latency: nearest rank over requests that the defence let through; where a host has times of the server behind, those alone count. A minute without a time has no row: requests that were never answered are in no percentile. A request id that the log holds twice counts once in a minute.'
*/
with args as (
  select
    cast(? as date) as from_day,
    cast(? as date) as until_day,
    cast(? as timestamp) as from_time,
    cast(? as timestamp) as until_time,
    cast(? as varchar) as source_id,
    cast(? as bigint) as repeats
), numbered as (
  select
    h.object_id, h.record_no,
    row_number() over (partition by h.request_id, h.time, h.src_ip order by h.object_id, h.record_no) as nth
  from http_activity h
  cross join args a
  where a.repeats > 0
    and h.dt between a.from_day and a.until_day
    and h.time >= a.from_time
    and h.time < a.until_time
    and h.source_id = a.source_id
    and h.request_id is not null
    and (h.action is null or h.action = 'allowed')
), again as (
  select object_id, record_no from numbered where nth > 1
), served as (
  select
    h.host,
    date_trunc('minute', h.time) as minute,
    h.duration_us,
    h.origin_duration_us,
    count(h.origin_duration_us) over (partition by h.host) as with_origin
  from http_activity h
  cross join args a
  left join again g on g.object_id = h.object_id and g.record_no = h.record_no
  where h.dt between a.from_day and a.until_day
    and h.time >= a.from_time
    and h.time < a.until_time
    and h.source_id = a.source_id
    and (h.action is null or h.action = 'allowed')
    and g.object_id is null
), measured as (
  select host, minute, case when with_origin > 0 then origin_duration_us else duration_us end as duration_us
  from served
), ranked as (
  select
    host, minute, duration_us,
    row_number() over (partition by host, minute order by duration_us) as position,
    count(*) over (partition by host, minute) as requests
  from measured
  where duration_us is not null
)
select
  host,
  minute,
  max(requests) as requests,
  min(case when position * 100 >= requests * 50 then duration_us end) as p50_us,
  min(case when position * 100 >= requests * 95 then duration_us end) as p95_us,
  min(case when position * 100 >= requests * 99 then duration_us end) as p99_us
from ranked
group by host, minute
order by host nulls first, minute
