/*
title: Requests that a log holds twice
question: How many rows of each log repeat a request id?
grain: one row per log
params:
  from_day: {type: date, about: first event day}
  until_day: {type: date, about: last event day}
limits: Logpush delivers some batches twice under new names. A log without request ids has none to compare.
*/
with args as (
  select
    cast(? as date) as from_day,
    cast(? as date) as until_day
)
select
  h.source_id,
  count(*) as rows_all,
  count(h.request_id) as rows_with_id,
  count(distinct h.request_id) as distinct_ids,
  count(h.request_id) - count(distinct h.request_id) as repeats
from http_activity h
cross join args a
where h.dt between a.from_day and a.until_day
group by h.source_id
order by h.source_id
