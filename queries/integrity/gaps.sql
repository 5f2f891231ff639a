/*
title: Silences of each log
question: Between which minutes does a log hold no record at all?
grain: one row per silence of five minutes or more
params:
  from_day: {type: date, about: first event day}
  until_day: {type: date, about: last event day}
limits: A quiet site has natural silences; hold them against the rate of the quietest hour in integrity/coverage.
*/
with args as (
  select
    cast(? as date) as from_day,
    cast(? as date) as until_day
), minutes as (
  select distinct m.source_id, m.minute
  from minute_activity m
  cross join args a
  where m.dt between a.from_day and a.until_day
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
