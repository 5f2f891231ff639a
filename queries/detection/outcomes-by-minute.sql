/*
title: Status and action by minute
question: What did clients get, and what did the defence do, minute by minute?
grain: one row per log and minute
params:
  from_day: {type: date, about: first event day}
  until_day: {type: date, about: last event day}
limits: 'Where the log does not say what the defence did, the four actions are 0 and action_known says so. A record that was delivered twice counts twice: detection/repeats-by-minute says how many do.'
*/
with args as (
  select
    cast(? as date) as from_day,
    cast(? as date) as until_day
)
select
  m.source_id,
  m.minute,
  cast(sum(m.requests) as bigint) as requests,
  cast(sum(m.status_2xx) as bigint) as status_2xx,
  cast(sum(m.status_3xx) as bigint) as status_3xx,
  cast(sum(m.status_4xx) as bigint) as status_4xx,
  cast(sum(m.status_5xx) as bigint) as status_5xx,
  cast(sum(m.allowed) as bigint) as allowed,
  cast(sum(m.blocked) as bigint) as blocked,
  cast(sum(m.challenged) as bigint) as challenged,
  cast(sum(m.rate_limited) as bigint) as rate_limited,
  cast(sum(m.action_known) as bigint) as action_known
from minute_activity m
cross join args a
where m.dt between a.from_day and a.until_day
group by m.source_id, m.minute
order by m.source_id, m.minute
