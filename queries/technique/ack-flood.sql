/*
title: ACK and RST floods
question: Which services were sent small TCP packets that open no connection, and how many of them from addresses that never opened one?
grain: one row per target and port
params:
  known_day: {type: date, about: first day of the time before}
  from_day: {type: date, about: first event day}
  until_day: {type: date, about: last event day}
  from_time: {type: timestamp, about: 'start of the window, inclusive, UTC'}
  until_time: {type: timestamp, about: 'end of the window, exclusive, UTC'}
  source_id: {type: varchar, about: 'the log to read, so that no figure adds two vantages'}
limits: 'A connection older than the log, or opened past it, looks like one that nobody opened: give days before the window. Small is at most 80 bytes a packet. Sources can be forged. A sampled log mostly lacks the opening: it cannot answer this.'
attack: [T1499.001]
*/
with args as (
  select
    cast(? as date) as known_day,
    cast(? as date) as from_day,
    cast(? as date) as until_day,
    cast(? as timestamp) as from_time,
    cast(? as timestamp) as until_time,
    cast(? as varchar) as source_id
), opened as (
  select coalesce(n.src_ip, n.peer_ip) as sender, n.dst_ip, n.dst_port
  from network_activity n
  cross join args a
  where n.dt between a.known_day and a.until_day
    and n.time < a.until_time
    and n.source_id = a.source_id
    and n.protocol = 6
    and mod(n.tcp_flags, 4) >= 2
  group by coalesce(n.src_ip, n.peer_ip), n.dst_ip, n.dst_port
), small as (
  select coalesce(n.src_ip, n.peer_ip) as sender, n.dst_ip, n.dst_port, n.tcp_flags, n.packets, n.bytes
  from network_activity n
  cross join args a
  where n.dt between a.from_day and a.until_day
    and n.time >= a.from_time
    and n.time < a.until_time
    and n.source_id = a.source_id
    and n.direction is distinct from 'outbound'
    and n.protocol = 6
    and n.tcp_flags in (0, 4, 16, 20)
    and n.bytes <= 80 * n.packets
)
select
  s.dst_ip as target,
  s.dst_port as port,
  count(*) as small_flows,
  count_if(o.sender is null) as unopened_flows,
  count_if(o.sender is null and mod(s.tcp_flags, 8) >= 4) as unopened_reset_flows,
  cast(coalesce(sum(case when o.sender is null then s.packets end), 0) as bigint) as unopened_packets,
  cast(coalesce(sum(case when o.sender is null then s.bytes end), 0) as bigint) as unopened_bytes,
  count(distinct s.sender) as sources,
  count(distinct case when o.sender is null then s.sender end) as unopened_sources
from small s
left join opened o on o.sender = s.sender and o.dst_ip = s.dst_ip and o.dst_port = s.dst_port
group by s.dst_ip, s.dst_port
order by unopened_packets desc, target, port
