/*
title: 'I32: direct to the origin'
question: Who reached the balancer or origin without the proxy in front of it?
grain: one row per log and address
params:
  from_day: {type: date, about: first event day}
  until_day: {type: date, about: last event day}
  repeats: {type: bigint, about: 'rows that repeat a request id of their log, as integrity/repeated-requests counts them; at 0 none is looked for', otherwise: '1'}
limits: Of days on which most requests of the log came through a proxy. Meaningful only where all visitors should; health checks and scanners come direct. A request id that a log holds twice counts once.
attack: [T1590]
*/
with args as (
  select
    cast(? as date) as from_day,
    cast(? as date) as until_day,
    cast(? as bigint) as repeats
), fronted as (
  select h.source_id, h.dt
  from http_activity h
  cross join args a
  where h.dt between a.from_day and a.until_day
    and h.vantage in ('balancer', 'origin')
  group by h.source_id, h.dt
  having count_if(h.src_ip_basis = 'behind-proxy') * 2 > count(*)
), repeated as (
  select h.source_id, h.request_id
  from http_activity h
  cross join args a
  where a.repeats > 0
    and h.dt between a.from_day and a.until_day
    and h.request_id is not null
  group by h.source_id, h.request_id
  having count(*) > 1 and min(h.time) = max(h.time) and coalesce(min(h.src_ip), '') = coalesce(max(h.src_ip), '')
)
select
  h.source_id,
  h.src_ip,
  count_if(r.request_id is null) + count(distinct r.request_id) filter (where r.request_id is not null) as requests,
  min(h.time) as first_seen,
  max(h.time) as last_seen
from http_activity h
cross join args a
inner join fronted f on f.source_id = h.source_id and f.dt = h.dt
left join repeated r on r.source_id = h.source_id and r.request_id = h.request_id
where h.dt between a.from_day and a.until_day
  and h.src_ip is not null
group by h.source_id, h.src_ip
order by requests desc, h.source_id, h.src_ip
