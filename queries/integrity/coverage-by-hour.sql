/*
title: What each log covers, by hour
question: In which hours does each log speak, and how much?
grain: one row per log and hour with a record
params:
  from_day: {type: date, about: first event day}
  until_day: {type: date, about: last event day}
limits: An hour without a row is silent, which is no proof that nothing happened. Minutes are those that hold a record, of 60. All logs are read, also of flows, DNS and changes.
*/
with args as (
  select
    cast(? as date) as from_day,
    cast(? as date) as until_day
), events as (
  select h.source_id, h.vantage, h.time
  from http_activity h
  cross join args a
  where h.dt between a.from_day and a.until_day
  union all
  select n.source_id, n.vantage, n.time
  from network_activity n
  cross join args a
  where n.dt between a.from_day and a.until_day
  union all
  select d.source_id, d.vantage, d.time
  from dns_activity d
  cross join args a
  where d.dt between a.from_day and a.until_day
  union all
  select c.source_id, c.vantage, c.time
  from control_activity c
  cross join args a
  where c.dt between a.from_day and a.until_day
)
select
  source_id,
  vantage,
  date_trunc('hour', time) as hour,
  count(*) as records,
  count(distinct date_trunc('minute', time)) as minutes,
  min(time) as first_seen,
  max(time) as last_seen
from events
group by source_id, vantage, date_trunc('hour', time)
order by source_id, vantage, hour
