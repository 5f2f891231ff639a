/*
title: New sources against the time before
question: Which addresses of a window, and which of their prefixes, had been seen before it?
grain: one row
params:
  known_day: {type: date, about: first day of the time before}
  from_day: {type: date, about: first event day}
  until_day: {type: date, about: last event day}
  from_time: {type: timestamp, about: 'start of the window, inclusive, UTC'}
  until_time: {type: timestamp, about: 'end of the window, exclusive, UTC'}
  source_id: {type: varchar, about: 'the log to read, so that no figure adds two vantages'}
  repeats: {type: bigint, about: 'rows of the log that repeat a request id, as integrity/repeated-requests counts them; at 0 none is looked for', otherwise: '1'}
limits: New here means not in this log since known_day; a short log makes everybody new. A request id that the log holds twice counts once for each address.
*/
with args as (
  select
    cast(? as date) as known_day,
    cast(? as date) as from_day,
    cast(? as date) as until_day,
    cast(? as timestamp) as from_time,
    cast(? as timestamp) as until_time,
    cast(? as varchar) as source_id,
    cast(? as bigint) as repeats
), repeated as (
  select h.request_id
  from http_activity h
  cross join args a
  where a.repeats > 0
    and h.dt between a.from_day and a.until_day
    and h.time >= a.from_time
    and h.time < a.until_time
    and h.source_id = a.source_id
    and h.src_ip is not null
    and h.request_id is not null
  group by h.request_id
  having count(*) > 1 and min(h.time) = max(h.time) and min(h.src_ip) = max(h.src_ip)
), before as (
  select h.src_ip, arbitrary(h.src_prefix) as src_prefix
  from http_activity h
  cross join args a
  where h.dt between a.known_day and a.until_day
    and h.time < a.from_time
    and h.source_id = a.source_id
    and h.src_ip is not null
  group by h.src_ip
), during as (
  select
    h.src_ip,
    arbitrary(h.src_prefix) as src_prefix,
    count_if(r.request_id is null) + count(distinct r.request_id) filter (where r.request_id is not null) as requests
  from http_activity h
  cross join args a
  left join repeated r on r.request_id = h.request_id
  where h.dt between a.from_day and a.until_day
    and h.time >= a.from_time
    and h.time < a.until_time
    and h.source_id = a.source_id
    and h.src_ip is not null
  group by h.src_ip
)
select
  count(*) as sources,
  count(b.src_ip) as known_sources,
  count(p.src_prefix) as known_prefix_sources,
  cast(coalesce(sum(d.requests), 0) as bigint) as requests,
  cast(coalesce(sum(case when b.src_ip is not null then d.requests end), 0) as bigint) as known_requests
from during d
left join before b on b.src_ip = d.src_ip
left join (select distinct src_prefix from before) p on p.src_prefix = d.src_prefix
