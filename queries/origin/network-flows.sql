/*
title: Flows of a network, one by one
question: Which flows came from the addresses of one autonomous system, each with what its operator needs to name a subscriber?
grain: one row per flow
params:
  from_day: {type: date, about: first event day}
  until_day: {type: date, about: last event day}
  from_time: {type: timestamp, about: 'start of the window, inclusive, UTC'}
  until_time: {type: timestamp, about: 'end of the window, exclusive, UTC'}
  source_id: {type: varchar, about: 'the log to read, so that no flow stands there twice'}
  asn: {type: bigint, about: 'number of the autonomous system'}
limits: A source address of UDP, of ICMP or of a TCP connection that was never completed can be forged, and then its operator knows nothing of it. The time is that of the start of the flow, or of the interval in which it was counted. Outbound flows have no row; nor has the reply of a machine that was asked first a mark.
*/
with args as (
  select
    cast(? as date) as from_day,
    cast(? as date) as until_day,
    cast(? as timestamp) as from_time,
    cast(? as timestamp) as until_time,
    cast(? as varchar) as source_id,
    cast(? as bigint) as asn
)
select
  f.time, f.time_ns, f.time_precision, f.src_ip, f.src_ip_basis, f.src_port,
  coalesce(f.provider_asn, f.asn) as asn, n.as_org,
  f.host, f.dst_ip, f.dst_port, f.protocol, f.packets, f.bytes, f.connection_id, f.source_id, f.object_id, f.record_no
from network_activity f
cross join args a
left join autonomous_systems n on n.asn = coalesce(f.provider_asn, f.asn)
where f.dt between a.from_day and a.until_day
  and f.time >= a.from_time
  and f.time < a.until_time
  and f.source_id = a.source_id
  and f.src_ip is not null
  and coalesce(f.provider_asn, f.asn) = a.asn
  and coalesce(f.direction, 'inbound') <> 'outbound'
order by f.time_ns, f.object_id, f.record_no
