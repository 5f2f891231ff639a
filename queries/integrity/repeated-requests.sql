/*
title: Requests that a log holds twice
question: How many rows of each log repeat a request id?
grain: one row per log
params:
  from_day: {type: date, about: first event day}
  until_day: {type: date, about: last event day}
limits: Logpush delivers some batches twice under new names, and CloudTrail some events. A log without request ids has none to compare. Logs of requests and of changes are read; flows and DNS queries have no id of their own.
*/
with args as (
  select
    cast(? as date) as from_day,
    cast(? as date) as until_day
), identified as (
  select h.source_id, h.request_id
  from http_activity h
  cross join args a
  where h.dt between a.from_day and a.until_day
  union all
  select c.source_id, c.request_id
  from control_activity c
  cross join args a
  where c.dt between a.from_day and a.until_day
)
select
  source_id,
  count(*) as rows_all,
  count(request_id) as rows_with_id,
  count(distinct request_id) as distinct_ids,
  count(request_id) - count(distinct request_id) as repeats
from identified
group by source_id
order by source_id
