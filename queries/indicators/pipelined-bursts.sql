/*
title: 'I05: bursts on one connection'
question: Which connections sent many requests within one second, and by which version of HTTP?
grain: one row per address, source port and second
params:
  from_day: {type: date, about: first event day}
  until_day: {type: date, about: last event day}
  from_time: {type: timestamp, about: 'start of the window, inclusive, UTC'}
  until_time: {type: timestamp, about: 'end of the window, exclusive, UTC'}
  source_id: {type: varchar, about: 'the log to read, so that no figure adds two vantages'}
  least_requests: {type: bigint, about: requests of one connection in one second from which on it has a row}
  repeats: {type: bigint, about: 'rows of the log that repeat a request id, as integrity/repeated-requests counts them; at 0 none is looked for', otherwise: '1'}
limits: 'A connection is an address and its source port: a log without ports has no rows. Routers that flood pipeline by HTTP/1.1; browsers have many streams on one connection of HTTP/2, and no pipelines. A balancer or proxy that speaks for others keeps connections of its own. Whose routers they are is not in the logs. A request id that the log holds twice counts once.'
attack: [T1499.002]
*/
with args as (
  select
    cast(? as date) as from_day,
    cast(? as date) as until_day,
    cast(? as timestamp) as from_time,
    cast(? as timestamp) as until_time,
    cast(? as varchar) as source_id,
    cast(? as bigint) as least_requests,
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
    and h.request_id is not null
  group by h.request_id
  having count(*) > 1 and min(h.time) = max(h.time) and coalesce(min(h.src_ip), '') = coalesce(max(h.src_ip), '')
)
select
  h.src_ip,
  h.src_port,
  date_trunc('second', h.time) as second,
  min(h.http_version) as http_version,
  min(coalesce(h.provider_asn, h.asn)) as asn,
  count_if(r.request_id is null) + count(distinct r.request_id) filter (where r.request_id is not null) as requests,
  count(distinct h.path) as paths
from http_activity h
cross join args a
left join repeated r on r.request_id = h.request_id
where h.dt between a.from_day and a.until_day
  and h.time >= a.from_time
  and h.time < a.until_time
  and h.source_id = a.source_id
  and h.src_ip is not null
  and h.src_port is not null
group by h.src_ip, h.src_port, date_trunc('second', h.time), a.least_requests
having count_if(r.request_id is null) + count(distinct r.request_id) filter (where r.request_id is not null) >= a.least_requests
order by requests desc, h.src_ip, h.src_port, second
