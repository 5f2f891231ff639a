/*
title: Targets that a source asked again
question: Which addresses asked the same path and query several times, as no tool does that makes up a new one each time?
grain: one row per address, host and signature of which it asked a target with a query more than once
params:
  from_day: {type: date, about: first event day}
  until_day: {type: date, about: last event day}
  from_time: {type: timestamp, about: 'start of the window, inclusive, UTC'}
  until_time: {type: timestamp, about: 'end of the window, exclusive, UTC'}
  source_id: {type: varchar, about: 'the log to read, so that no figure adds two vantages'}
  repeats: {type: bigint, about: 'rows of the log that repeat a request id, as integrity/repeated-requests counts them; at 0 none is looked for', otherwise: '1'}
limits: Who asked each target once has no row. The requests are those for the targets that were asked again, the first of each with them. A page that is loaded again asks again, and so do people behind one address with the same fingerprint and agent. A repeated request id counts once.
attack: [T1499.002]
*/
with args as (
  select
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
    and h.time >= a.from_time and h.time < a.until_time
    and h.source_id = a.source_id
    and h.src_ip is not null
    and h.request_id is not null
  group by h.request_id
  having count(*) > 1 and min(h.time) = max(h.time) and min(h.src_ip) = max(h.src_ip)
), several as (
  -- Few are asked again: what else tells two targets apart is compared of those alone.
  select h.src_ip, h.query
  from http_activity h
  cross join args a
  where h.dt between a.from_day and a.until_day
    and h.time >= a.from_time and h.time < a.until_time
    and h.source_id = a.source_id
    and h.src_ip is not null
    and h.query is not null
  group by h.src_ip, h.query
  having count(*) > 1
), asked as (
  select
    h.src_ip, h.host,
    coalesce(h.ja4, h.ja3) as fingerprint,
    h.user_agent, h.http_method,
    h.path, h.query, h.path_template, h.query_template,
    h.referrer is not null as has_referrer,
    count_if(r.request_id is null)
    + count(distinct r.request_id) filter (where r.request_id is not null) as requests
  from http_activity h
  cross join args a
  join several s on s.src_ip = h.src_ip and s.query = h.query
  left join repeated r on r.request_id = h.request_id
  where h.dt between a.from_day and a.until_day
    and h.time >= a.from_time and h.time < a.until_time
    and h.source_id = a.source_id
  group by
    h.src_ip, h.host, coalesce(h.ja4, h.ja3), h.user_agent, h.http_method,
    h.path, h.query, h.path_template, h.query_template, h.referrer is not null
)
select
  src_ip,
  fingerprint, user_agent, http_method, path_template, query_template, has_referrer, host,
  count(*) as targets,
  cast(sum(requests) as bigint) as requests
from asked
where requests > 1
group by src_ip, host, fingerprint, user_agent, http_method, path_template, query_template, has_referrer
order by host, fingerprint, user_agent, http_method, path_template, query_template, has_referrer, src_ip
