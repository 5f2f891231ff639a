/*
title: SYN floods
question: Which services were sent SYNs alone, from how many addresses, and how many were answered?
grain: one row per target and port
params:
  from_day: {type: date, about: first event day}
  until_day: {type: date, about: last event day}
  from_time: {type: timestamp, about: 'start of the window, inclusive, UTC'}
  until_time: {type: timestamp, about: 'end of the window, exclusive, UTC'}
  source_id: {type: varchar, about: 'the log to read, so that no figure adds two vantages'}
limits: 'The sources of half-open connections can be forged: no country or network follows from them. Flags are or-ed over the interval of the log, 10 minutes at most; a connection whose first interval holds its SYN alone looks the same, so that only flows of at most 3 packets of at most 80 bytes count. In a log of single packets every opening of a connection is a SYN alone. Without flags there is no row. Of a sampled log the counts are of what was recorded; of one without directions, flows of one''s own to others count too.'
attack: [T1499.001]
*/
with args as (
  select
    cast(? as date) as from_day,
    cast(? as date) as until_day,
    cast(? as timestamp) as from_time,
    cast(? as timestamp) as until_time,
    cast(? as varchar) as source_id
), flows as (
  select
    n.direction, n.src_ip, coalesce(n.src_ip, n.peer_ip) as sender, n.src_port, n.dst_ip, n.dst_port, n.tcp_flags, n.packets,
    n.bytes, n.action,
    n.tcp_flags = 2 and n.packets <= 3 and n.bytes <= 80 * n.packets as syn_only
  from network_activity n
  cross join args a
  where n.dt between a.from_day and a.until_day
    and n.time >= a.from_time
    and n.time < a.until_time
    and n.source_id = a.source_id
    and n.protocol = 6
    and n.tcp_flags is not null
), seen as (
  select
    dst_ip as target,
    dst_port as port,
    case when syn_only then 'syn-only' else 'other' end as kind,
    src_ip, packets, bytes, action
  from flows
  where direction is distinct from 'outbound'
  union all
  -- The answer of the service: SYN and ACK.
  select sender, src_port, 'answer', cast(null as varchar), cast(null as bigint), cast(null as bigint), cast(null as varchar)
  from flows
  where direction is distinct from 'inbound' and mod(tcp_flags, 4) >= 2 and mod(tcp_flags, 32) >= 16
)
select
  target,
  port,
  count_if(kind = 'syn-only') as syn_only_flows,
  cast(sum(case when kind = 'syn-only' then packets end) as bigint) as syn_only_packets,
  count(distinct case when kind = 'syn-only' then src_ip end) as syn_only_sources,
  count_if(kind = 'syn-only' and action = 'blocked') as syn_only_blocked,
  count_if(kind = 'other') as other_flows,
  count(distinct case when kind = 'other' then src_ip end) as other_sources,
  count_if(kind = 'answer') as answers
from seen
group by target, port
having count_if(kind = 'syn-only') > 0
order by syn_only_flows desc, target, port
