/*
title: Errors by minute against the days before
question: In which minutes did more requests fail than do at that time of the day?
grain: one row per host and minute
params:
  known_day: {type: date, about: first day of the days before}
  from_day: {type: date, about: first event day}
  until_day: {type: date, about: last event day}
  from_time: {type: timestamp, about: 'start of the window, inclusive, UTC'}
  until_time: {type: timestamp, about: 'end of the window, exclusive, UTC'}
  source_id: {type: varchar, about: 'the log to read, so that no figure adds two vantages'}
  repeats: {type: bigint, about: 'rows of the log that repeat a request id, as integrity/repeated-requests counts them; at 0 none is looked for', otherwise: '1'}
limits: The days before are whole days before from_day; their figures are sums over the days_before on which the host had a request at all, at the same minute of the day in UTC, which moves by an hour where clocks change. A window past midnight compares each of its minutes. 4xx hold what the defence answered, too. Minutes without a request have no row. A request id that the log holds twice counts once, where it came first.
attack: [T1499]
*/
with args as (
  select
    cast(? as date) as known_day, cast(? as date) as from_day, cast(? as date) as until_day,
    cast(? as timestamp) as from_time, cast(? as timestamp) as until_time,
    cast(? as varchar) as source_id,
    cast(? as bigint) as repeats
), numbered as (
  select
    h.host, date_trunc('minute', h.time) as minute, h.dt, h.status_code,
    row_number() over (partition by h.request_id, h.time, h.src_ip order by h.object_id, h.record_no) as nth
  from http_activity h
  cross join args a
  where a.repeats > 0 and h.dt between a.known_day and a.until_day and h.source_id = a.source_id and h.request_id is not null
), counts as (
  select m.host, m.minute, m.dt, m.requests, m.status_4xx, m.status_5xx
  from minute_activity m
  cross join args a
  where m.dt between a.known_day and a.until_day and m.source_id = a.source_id
  union all
  select
    host, minute, dt, -1,
    case when status_code between 400 and 499 then -1 else 0 end, case when status_code between 500 and 599 then -1 else 0 end
  from numbered
  where nth > 1
), minutes as (
  select
    m.host, m.minute,
    hour(m.minute) * 60 + minute(m.minute) as minute_of_day,
    m.dt < a.from_day as is_before,
    m.dt,
    sum(m.requests) as requests, sum(m.status_4xx) as status_4xx, sum(m.status_5xx) as status_5xx
  from counts m
  cross join args a
  where (m.dt < a.from_day or (m.minute >= a.from_time and m.minute < a.until_time))
  group by m.host, m.minute, m.dt, a.from_day
  having sum(m.requests) > 0
), days as (
  select host, count(distinct dt) as days_before
  from minutes
  where is_before
  group by host
), usual as (
  select
    host, minute_of_day,
    sum(requests) as requests, sum(status_4xx) as status_4xx, sum(status_5xx) as status_5xx
  from minutes
  where is_before
  group by host, minute_of_day
)
select
  n.host,
  n.minute,
  cast(n.requests as bigint) as requests,
  cast(n.status_4xx as bigint) as status_4xx,
  cast(n.status_5xx as bigint) as status_5xx,
  coalesce(d.days_before, 0) as days_before,
  cast(coalesce(u.requests, 0) as bigint) as requests_before,
  cast(coalesce(u.status_4xx, 0) as bigint) as status_4xx_before,
  cast(coalesce(u.status_5xx, 0) as bigint) as status_5xx_before
from minutes n
left join days d on d.host is not distinct from n.host
left join usual u on u.host is not distinct from n.host and u.minute_of_day = n.minute_of_day
where not n.is_before
order by n.host nulls first, n.minute
