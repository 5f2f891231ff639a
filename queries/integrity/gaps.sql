/*
title: Silences of each log
question: Between which minutes does a log hold no record at all?
grain: one row per silence of five minutes or more
params:
  from_day: {type: date, about: first event day}
  until_day: {type: date, about: last event day}
limits: A quiet site has natural silences, and a log of changes has nights and weekends; hold them against the rate of the quietest hour in integrity/coverage, or see integrity/unusual-gaps. All logs are read, also of flows, DNS and changes.
*/
with args as (
  select
    cast(? as date) as from_day,
    cast(? as date) as until_day
), spoken as (
  select m.source_id, m.minute
  from minute_activity m
  cross join args a
  where m.dt between a.from_day and a.until_day
  union all
  select n.source_id, date_trunc('minute', n.time) as minute
  from network_activity n
  cross join args a
  where n.dt between a.from_day and a.until_day
  union all
  select d.source_id, date_trunc('minute', d.time) as minute
  from dns_activity d
  cross join args a
  where d.dt between a.from_day and a.until_day
  union all
  select c.source_id, date_trunc('minute', c.time) as minute
  from control_activity c
  cross join args a
  where c.dt between a.from_day and a.until_day
), minutes as (
  select source_id, minute from spoken group by source_id, minute
), steps as (
  select
    source_id,
    minute,
    lag(minute) over (partition by source_id order by minute) as previous
  from minutes
)
select
  source_id,
  date_add('minute', 1, previous) as from_time,
  minute as until_time,
  date_diff('minute', previous, minute) - 1 as minutes
from steps
where date_diff('minute', previous, minute) > 5
order by source_id, minute
