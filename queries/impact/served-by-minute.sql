/*
title: Served requests by minute
question: How many of the requests that the defence let through failed, and how long did they take, minute by minute?
grain: one row per minute
params:
  from_day: {type: date, about: first event day}
  until_day: {type: date, about: last event day}
  from_time: {type: timestamp, about: 'start of the window, inclusive, UTC'}
  until_time: {type: timestamp, about: 'end of the window, exclusive, UTC'}
  source_id: {type: varchar, about: 'the log to read, so that no figure adds two vantages'}
  repeats: {type: bigint, about: 'rows of the log that repeat a request id, as integrity/repeated-requests counts them; at 0 none is looked for', otherwise: '1'}
limits: 'All hosts of the log together, and the attack''s requests that were let through among them. Errors are answers of 5xx; p95_us is by nearest rank over timed requests: where the log has times of the server behind, those alone count. A minute without a served request has no row. A request id that the log holds twice counts once in a minute.'
attack: [T1499]
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
    date_trunc('minute', h.time) as minute,
    h.status_code,
    h.duration_us,
    h.origin_duration_us
  from http_activity h
  cross join args a
  left join again g on g.object_id = h.object_id and g.record_no = h.record_no
  where h.dt between a.from_day and a.until_day
    and h.time >= a.from_time
    and h.time < a.until_time
    and h.source_id = a.source_id
    and (h.action is null or h.action = 'allowed')
    and g.object_id is null
), behind as (
  select count(origin_duration_us) as with_origin from served
), measured as (
  select
    s.minute, s.status_code,
    case when b.with_origin > 0 then s.origin_duration_us else s.duration_us end as duration_us
  from served s
  cross join behind b
), ranked as (
  select
    minute, status_code, duration_us,
    row_number() over (partition by minute order by duration_us nulls last) as position,
    count(duration_us) over (partition by minute) as timed
  from measured
)
select
  minute,
  count(*) as requests,
  count_if(status_code >= 500) as errors,
  max(timed) as timed,
  min(case when position * 100 >= timed * 95 then duration_us end) as p95_us
from ranked
group by minute
order by minute
