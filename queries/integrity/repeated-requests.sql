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
), logs as (
  select h.source_id, count(*) as rows_all, count(h.request_id) as rows_with_id
  from http_activity h
  cross join args a
  where h.dt between a.from_day and a.until_day
  group by h.source_id
  union all
  select c.source_id, count(*), count(c.request_id)
  from control_activity c
  cross join args a
  where c.dt between a.from_day and a.until_day
  group by c.source_id
), hashed as (
  -- Millions of short hashes are grouped in a tenth of the time of the ids. What shares one is told apart below.
  select xxhash64(to_utf8(concat(h.source_id, ' ', h.request_id))) as id_hash
  from http_activity h
  cross join args a
  where h.dt between a.from_day and a.until_day and h.request_id is not null
  union all
  select xxhash64(to_utf8(concat(c.source_id, ' ', c.request_id)))
  from control_activity c
  cross join args a
  where c.dt between a.from_day and a.until_day and c.request_id is not null
), several as (
  select id_hash from hashed group by id_hash having count(*) > 1
), identified as (
  select
    h.source_id, h.request_id, h.time, coalesce(h.src_ip, '') as client,
    -- Kubernetes' ingress and API Gateway take the id that a client sends.
    h.format in ('apache-combined', 'aws-api-gateway', 'aws-api-gateway-clf') as is_of_client
  from http_activity h
  cross join args a
  where h.dt between a.from_day and a.until_day and h.request_id is not null
  union all
  select c.source_id, c.request_id, c.time, '', false
  from control_activity c
  cross join args a
  where c.dt between a.from_day and a.until_day and c.request_id is not null
), shared as (
  select
    source_id, request_id,
    count(*) as in_rows,
    min(time) = max(time) and min(client) = max(client) and count_if(is_of_client) = 0 as is_one
  from identified
  where xxhash64(to_utf8(concat(source_id, ' ', request_id))) in (select id_hash from several)
  group by source_id, request_id
  having count(*) > 1
), counted as (
  select
    source_id,
    sum(in_rows - 1) as further_rows,
    sum(in_rows - 1) filter (where is_one) as repeats,
    sum(in_rows) filter (where not is_one) as rows_of_shared_ids
  from shared
  group by source_id
)
select
  l.source_id, l.rows_all, l.rows_with_id,
  cast(l.rows_with_id - coalesce(c.further_rows, 0) as bigint) as distinct_ids,
  cast(coalesce(c.repeats, 0) as bigint) as repeats,
  cast(coalesce(c.rows_of_shared_ids, 0) as bigint) as rows_of_shared_ids
from logs l
left join counted c on c.source_id = l.source_id
order by l.source_id
