/*
title: 'I32: direct to the origin'
question: Who reached the balancer or origin without the proxy in front of it?
grain: one row per log and address
params:
  from_day: {type: date, about: first event day}
  until_day: {type: date, about: last event day}
limits: Meaningful only where all visitors should come through a proxy; health checks and scanners come direct.
attack: [T1590]
*/
with args as (
  select
    cast(? as date) as from_day,
    cast(? as date) as until_day
), fronted as (
  select h.source_id
  from http_activity h
  cross join args a
  where h.dt between a.from_day and a.until_day
    and h.vantage in ('balancer', 'origin')
  group by h.source_id
  having count_if(h.src_ip_basis = 'behind-proxy') * 2 > count(*)
)
select
  h.source_id,
  h.src_ip,
  count(*) as requests,
  min(h.time) as first_seen,
  max(h.time) as last_seen
from http_activity h
cross join args a
inner join fronted f on f.source_id = h.source_id
where h.dt between a.from_day and a.until_day
  and h.src_ip is not null
group by h.source_id, h.src_ip
order by requests desc, h.source_id, h.src_ip
