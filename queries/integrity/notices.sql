/*
title: What logs say of themselves
question: Where does a log say that it has no data, or lost some?
grain: one row per log, notice and subject
params:
  from_day: {type: date, about: first event day}
  until_day: {type: date, about: last event day}
limits: 'no-data says that an interface had no traffic, or that none was captured; skipped-data that records were lost: every figure of its interval is at least. Other logs lose records and say nothing.'
*/
with args as (
  select
    cast(? as date) as from_day,
    cast(? as date) as until_day
)select
  x.source_id,
  x.vantage,
  x.notice,
  x.subject,
  count(*) as notices,
  min(x.time) as first_from,
  max(coalesce(x.end_time, x.time)) as last_until
from notices x
cross join args a
where x.dt between a.from_day and a.until_day
group by x.source_id, x.vantage, x.notice, x.subject
order by x.source_id, x.notice, x.subject
