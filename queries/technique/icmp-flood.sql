/*
title: ICMP floods
question: Which addresses were sent ICMP, and of which types?
grain: one row per target, protocol and type
params:
  from_day: {type: date, about: first event day}
  until_day: {type: date, about: last event day}
  from_time: {type: timestamp, about: 'start of the window, inclusive, UTC'}
  until_time: {type: timestamp, about: 'end of the window, exclusive, UTC'}
  source_id: {type: varchar, about: 'the log to read, so that no figure adds two vantages'}
limits: Few logs have the type. Errors that answer a forged flood (type 3 and 11 of IPv4, 1 and 3 of IPv6) are backscatter, not an attack on their target. Sources can be forged. Of a sampled log the counts are of what was recorded; of one without directions, flows of one's own to others count too.
attack: [T1498.001]
*/
with args as (
  select
    cast(? as date) as from_day,
    cast(? as date) as until_day,
    cast(? as timestamp) as from_time,
    cast(? as timestamp) as until_time,
    cast(? as varchar) as source_id
)select
  n.dst_ip as target,
  n.protocol,
  n.icmp_type,
  count(*) as flows,
  cast(coalesce(sum(n.packets), 0) as bigint) as packets,
  cast(coalesce(sum(n.bytes), 0) as bigint) as bytes,
  count(distinct n.src_ip) as sources
from network_activity n
cross join args a
where n.dt between a.from_day and a.until_day
  and n.time >= a.from_time
  and n.time < a.until_time
  and n.source_id = a.source_id
  and n.direction is distinct from 'outbound'
  and n.protocol in (1, 58)
group by n.dst_ip, n.protocol, n.icmp_type
order by bytes desc, n.dst_ip, n.protocol, n.icmp_type
