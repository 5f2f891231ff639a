/*
title: Silences against a log's own rhythm
question: Where is a log silent for much longer than it usually is?
grain: one row per silence
params:
  from_day: {type: date, about: first event day}
  until_day: {type: date, about: last event day}
limits: 'Usual is what 90 of 100 steps between minutes with a record stay within, in the days asked for; a silence has a row where it is three times as long and five minutes at least. Of a log with few records the rhythm says little: steps counts them. The silence before the first record and after the last is in integrity/coverage. All logs are read.'
*/
with args as (
  select
    cast(? as date) as from_day,
    cast(? as date) as until_day
), events as (
  select h.source_id, h.vantage, h.minute
  from minute_activity h
  cross join args a
  where h.dt between a.from_day and a.until_day
  union all
  select n.source_id, n.vantage, date_trunc('minute', n.time) as minute
  from network_activity n
  cross join args a
  where n.dt between a.from_day and a.until_day
  union all
  select d.source_id, d.vantage, date_trunc('minute', d.time) as minute
  from dns_activity d
  cross join args a
  where d.dt between a.from_day and a.until_day
  union all
  select c.source_id, c.vantage, date_trunc('minute', c.time) as minute
  from control_activity c
  cross join args a
  where c.dt between a.from_day and a.until_day
), minutes as (
  select source_id, vantage, minute from events group by source_id, vantage, minute
), steps as (
  select
    source_id,
    vantage,
    lag(minute) over (partition by source_id order by minute) as previous,
    minute,
    date_diff('minute', lag(minute) over (partition by source_id order by minute), minute) as length
  from minutes
), ranked as (
  select
    source_id,
    length,
    row_number() over (partition by source_id order by length) as position,
    count(*) over (partition by source_id) as steps
  from steps
  where previous is not null
), usual as (
  select source_id, max(steps) as steps, min(case when position * 100 >= steps * 90 then length end) as usual_step
  from ranked
  group by source_id
)
select
  s.source_id,
  s.vantage,
  date_add('minute', 1, s.previous) as from_time,
  s.minute as until_time,
  s.length - 1 as minutes,
  u.usual_step,
  u.steps
from steps s
inner join usual u on u.source_id = s.source_id
where s.length > 5 and s.length >= 3 * u.usual_step
order by s.source_id, s.minute
