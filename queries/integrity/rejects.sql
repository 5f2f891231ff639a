/*
title: Records that are no event
question: Which records could not be read as events, and why?
grain: one row per object, format and reason
params:
  from_day: {type: date, about: first event day}
  until_day: {type: date, about: last event day}
limits: dt of a reject is the day of the first event of its object; 1990-01-01 where the object has none.
*/
with args as (
  select
    cast(? as date) as from_day,
    cast(? as date) as until_day
)
select
  r.object_id,
  r.format,
  r.reason,
  count(*) as records,
  min(r.record_no) as first_record
from rejects r
cross join args a
where r.dt between a.from_day and a.until_day or r.dt = date '1990-01-01'
group by r.object_id, r.format, r.reason
order by r.object_id, r.format, r.reason
