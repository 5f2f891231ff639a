/*
title: Requests that a log holds twice
question: How many rows of each log repeat a request id?
grain: one row per log
params:
  from_day: {type: date, about: first event day}
  until_day: {type: date, about: last event day}
limits: Logpush delivers some batches twice under new names, and CloudTrail some events. Rows repeat a request where id, time and client address are the same; an id that rows of several times or addresses have, or that the log takes from its clients (rows_of_shared_ids), is no sign of that, and no row is left out for it in a report. A log without request ids has none to compare. Logs of requests and of changes are read; flows and DNS queries have no id of their own.
*/
with args as (
  select
    cast(? as date) as from_day,
    cast(? as date) as until_day
), identified as (
  select
    h.source_id, h.request_id, h.time, coalesce(h.src_ip, '') as client,
    -- Kubernetes' ingress and API Gateway take the id that a client sends.
    h.format in ('apache-combined', 'aws-api-gateway', 'aws-api-gateway-clf') as is_of_client
  from http_activity h
  cross join args a
  where h.dt between a.from_day and a.until_day
  union all
  select c.source_id, c.request_id, c.time, '', false
  from control_activity c
  cross join args a
  where c.dt between a.from_day and a.until_day
), requests as (
  select
    source_id, request_id,
    count(*) as in_rows,
    min(time) = max(time) and min(client) = max(client) and count_if(is_of_client) = 0 as is_one
  from identified
  group by source_id, request_id
)
select
  source_id,
  cast(sum(in_rows) as bigint) as rows_all,
  cast(coalesce(sum(in_rows) filter (where request_id is not null), 0) as bigint) as rows_with_id,
  count(request_id) as distinct_ids,
  cast(coalesce(sum(in_rows - 1) filter (where request_id is not null and is_one), 0) as bigint) as repeats,
  cast(coalesce(sum(in_rows) filter (where request_id is not null and in_rows > 1 and not is_one), 0) as bigint) as rows_of_shared_ids
from requests
group by source_id
order by source_id
