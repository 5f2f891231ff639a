/*
title: Which object holds what
question: Which events does each log object hold, from when to when?
grain: one row per log and object
params:
  from_day: {type: date, about: first event day}
  until_day: {type: date, about: last event day}
limits: An object whose events lie before those of the objects around it came late or holds what another lost; when it was received is in the custody record, not in the lake (ascribe custody delays). Events outside the days asked for do not count.
*/
with args as (
  select
    cast(? as date) as from_day,
    cast(? as date) as until_day
), events as (
  select h.source_id, h.vantage, h.object_id, h.record_no, h.time
  from http_activity h
  cross join args a
  where h.dt between a.from_day and a.until_day
  union all
  select n.source_id, n.vantage, n.object_id, n.record_no, n.time
  from network_activity n
  cross join args a
  where n.dt between a.from_day and a.until_day
  union all
  select d.source_id, d.vantage, d.object_id, d.record_no, d.time
  from dns_activity d
  cross join args a
  where d.dt between a.from_day and a.until_day
  union all
  select c.source_id, c.vantage, c.object_id, c.record_no, c.time
  from control_activity c
  cross join args a
  where c.dt between a.from_day and a.until_day
)
select
  source_id,
  vantage,
  object_id,
  count(*) as records,
  min(record_no) as first_record,
  max(record_no) as last_record,
  min(time) as first_seen,
  max(time) as last_seen
from events
group by source_id, vantage, object_id
order by source_id, first_seen, object_id
