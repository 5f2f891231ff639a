/*
title: Senders of UDP
question: Which addresses sent UDP again and again, to how many ports, and in how many minutes?
grain: one row per address
params:
  from_day: {type: date, about: first event day}
  until_day: {type: date, about: last event day}
  from_time: {type: timestamp, about: 'start of the window, inclusive, UTC'}
  until_time: {type: timestamp, about: 'end of the window, exclusive, UTC'}
  source_id: {type: varchar, about: 'the log to read, so that no figure adds two vantages'}
  least_flows: {type: bigint, about: fewest flows of an address that is listed}
limits: 'UDP can be sent under any address: one that comes again in many minutes is mostly a machine of its own, as addresses drawn at random hardly ever repeat, but that is no proof, and no country or network may be counted for it. Answers from the ports of known services are in origin/reflectors. Of a sampled log the counts are of what was recorded; of one without directions, flows of one''s own to others count too.'
attack: [T1498.001]
*/
with args as (
  select
    cast(? as date) as from_day,
    cast(? as date) as until_day,
    cast(? as timestamp) as from_time,
    cast(? as timestamp) as until_time,
    cast(? as varchar) as source_id,
    cast(? as bigint) as least_flows
)
select
  n.src_ip,
  min(coalesce(n.provider_asn, n.asn)) as asn,
  count(*) as flows,
  cast(coalesce(sum(n.packets), 0) as bigint) as packets,
  cast(coalesce(sum(n.bytes), 0) as bigint) as bytes,
  count(distinct n.dst_ip) as targets,
  count(distinct n.dst_port) as target_ports,
  count(distinct date_trunc('minute', n.time)) as minutes,
  count_if(n.action = 'blocked') as blocked,
  min(n.time) as first_seen,
  max(n.time) as last_seen
from network_activity n
cross join args a
where n.dt between a.from_day and a.until_day
  and n.time >= a.from_time
  and n.time < a.until_time
  and n.source_id = a.source_id
  and n.direction is distinct from 'outbound'
  and n.protocol = 17
  and n.fragment is distinct from true
  and n.src_ip is not null
  and n.src_port > 0
  and n.src_port not in (
    17, 19, 53, 69, 111, 123, 137, 161, 177, 389, 500, 520, 623, 1434, 1900, 3283, 3389, 3702, 5093, 5351, 5353, 5683,
    6881, 10074, 11211, 26000, 27015, 27960, 32414, 33848, 37810
  )
group by n.src_ip, a.least_flows
having count(*) >= a.least_flows
order by flows desc, n.src_ip
