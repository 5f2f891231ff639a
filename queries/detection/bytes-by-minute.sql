/*
title: Bytes by minute and host
question: How many bytes did each host take and send a minute, in each log?
grain: one row per log, host and minute
params:
  from_day: {type: date, about: first event day}
  until_day: {type: date, about: last event day}
limits: 'Each log counts bytes in its own way, with or without headers and TLS. Of each log the 500 hosts with most bytes sent have rows of their own; the others stand together under no host. A log without bytes shows 0. A record that was delivered twice counts twice: detection/repeats-by-minute says how many do.'
attack: [T1499.002]
*/
with args as (
  select
    cast(? as date) as from_day,
    cast(? as date) as until_day
), ranked as (
  select
    m.source_id,
    m.host,
    row_number() over (partition by m.source_id order by coalesce(sum(m.response_bytes), 0) desc, m.host) as position
  from minute_activity m
  cross join args a
  where m.dt between a.from_day and a.until_day
  group by m.source_id, m.host
), shown as (
  select source_id, host from ranked where position <= 500 and host is not null
)
select
  m.source_id,
  m.vantage,
  s.host,
  m.minute,
  cast(sum(m.requests) as bigint) as requests,
  cast(coalesce(sum(m.request_bytes), 0) as bigint) as request_bytes,
  cast(coalesce(sum(m.response_bytes), 0) as bigint) as response_bytes
from minute_activity m
cross join args a
left join shown s on s.source_id = m.source_id and s.host = m.host
where m.dt between a.from_day and a.until_day
group by m.source_id, m.vantage, s.host, m.minute
order by m.source_id, s.host nulls first, m.minute
