/*
title: 'I32: flows past the proxy'
question: Who reached the web ports of our addresses from outside the networks of a proxy or CDN?
grain: one row per address and port
params:
  from_day: {type: date, about: first event day}
  until_day: {type: date, about: last event day}
  from_time: {type: timestamp, about: 'start of the window, inclusive, UTC'}
  until_time: {type: timestamp, about: 'end of the window, exclusive, UTC'}
  source_id: {type: varchar, about: 'the log to read, so that no figure adds two vantages'}
limits: Meaningful only where all visitors should come through a proxy, and where a networks file names its networks as cdn. Scanners and health checks come direct. A flow that was blocked reached nothing. Of a log without directions, flows of one's own to others count too.
attack: [T1590]
*/
with args as (
  select
    cast(? as date) as from_day,
    cast(? as date) as until_day,
    cast(? as timestamp) as from_time,
    cast(? as timestamp) as until_time,
    cast(? as varchar) as source_id
)select
  n.src_ip,
  n.dst_port as port,
  min(coalesce(n.provider_asn, n.asn)) as asn,
  min(n.network_type) as network_type,
  count(*) as flows,
  count_if(n.action = 'blocked') as blocked,
  count_if(n.packets > 3) as flows_over_3_packets,
  cast(coalesce(sum(n.bytes), 0) as bigint) as bytes,
  min(n.time) as first_seen,
  max(n.time) as last_seen
from network_activity n
cross join args a
where n.dt between a.from_day and a.until_day
  and n.time >= a.from_time
  and n.time < a.until_time
  and n.source_id = a.source_id
  and n.direction is distinct from 'outbound'
  and n.dst_port in (80, 443, 8080, 8443)
  and n.protocol in (6, 17)
  and n.network_type is distinct from 'cdn'
  and n.src_ip is not null
group by n.src_ip, n.dst_port
order by flows desc, n.src_ip, n.dst_port
