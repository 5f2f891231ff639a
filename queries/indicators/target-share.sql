/*
title: 'I19: what was chosen'
question: Which parts of the site had a larger share of the requests than before?
grain: one row per host and first part of the path
params:
  known_day: {type: date, about: first day of the time before}
  from_day: {type: date, about: first event day}
  until_day: {type: date, about: last event day}
  from_time: {type: timestamp, about: 'start of the window, inclusive, UTC'}
  until_time: {type: timestamp, about: 'end of the window, exclusive, UTC'}
  source_id: {type: varchar, about: 'the log to read, so that no figure adds two vantages'}
  repeats: {type: bigint, about: 'rows of the log that repeat a request id, as integrity/repeated-requests counts them; at 0 none is looked for', otherwise: '1'}
limits: 'The part is what stands before the second slash. Search and log-in are the costly pages as well as the telling ones. requests_all and requests_all_before are the same in each row: the wholes of the shares. A request id that the log holds twice counts once.'
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
    and h.dt between a.known_day and a.until_day
    and h.time < a.until_time
    and h.source_id = a.source_id
    and h.request_id is not null
  group by h.request_id
  having count(*) > 1 and min(h.time) = max(h.time) and coalesce(min(h.src_ip), '') = coalesce(max(h.src_ip), '')
), seen as (
  select
    h.time >= a.from_time as is_during,
    h.host,
    nullif(regexp_extract(h.path, '^/[^/]*'), '') as part,
    r.request_id as repeated_id
  from http_activity h
  cross join args a
  left join repeated r on r.request_id = h.request_id
  where h.dt between a.known_day and a.until_day
    and h.time < a.until_time
    and h.source_id = a.source_id
), counted as (
  select
    host,
    part,
    count_if(repeated_id is null and is_during)
    + count(distinct case when is_during then repeated_id end) as requests,
    count_if(repeated_id is null and not is_during)
    + count(distinct case when not is_during then repeated_id end) as requests_before
  from seen
  group by host, part
)
select
  host,
  part,
  requests,
  requests_before,
  cast(sum(requests) over () as bigint) as requests_all,
  cast(sum(requests_before) over () as bigint) as requests_all_before
from counted
order by requests desc, requests_before desc, host, part
