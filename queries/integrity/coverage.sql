/*
title: What each log covers
question: From when to when does each log speak, how much of it, and does it name the client?
grain: one row per log
params:
  from_day: {type: date, about: first event day}
  until_day: {type: date, about: last event day}
limits: 'A log that is silent is not a log that saw nothing: see integrity/gaps.'
*/
with args as (
  select
    cast(? as date) as from_day,
    cast(? as date) as until_day
), hours as (
  select m.source_id, date_trunc('hour', m.minute) as hour, cast(sum(m.requests) as bigint) as requests
  from minute_activity m
  cross join args a
  where m.dt between a.from_day and a.until_day
  group by m.source_id, date_trunc('hour', m.minute)
), quiet as (
  select source_id, count(*) as hours, min(requests) as quietest_hour
  from hours
  group by source_id
)
select
  m.source_id,
  m.format,
  m.vantage,
  min(m.minute) as first_minute,
  max(m.minute) as last_minute,
  cast(sum(m.requests) as bigint) as requests,
  q.hours,
  q.quietest_hour,
  cast(sum(m.without_source) as bigint) as without_source,
  cast(sum(m.reserved) as bigint) as reserved,
  cast(sum(m.action_known) as bigint) as action_known,
  count(distinct m.host) as hosts,
  min(m.host) as first_host
from minute_activity m
cross join args a
inner join quiet q on q.source_id = m.source_id
where m.dt between a.from_day and a.until_day
group by m.source_id, m.format, m.vantage, q.hours, q.quietest_hour
order by m.source_id
