/*
title: Small TCP flows of a log without flags
question: Which services were sent TCP flows too small to hold a request, from how many addresses that were never seen, and were they answered?
grain: one row per target and port
params:
  known_day: {type: date, about: first day of the time before}
  from_day: {type: date, about: first event day}
  until_day: {type: date, about: last event day}
  from_time: {type: timestamp, about: 'start of the window, inclusive, UTC'}
  until_time: {type: timestamp, about: 'end of the window, exclusive, UTC'}
  source_id: {type: varchar, about: 'the log to read, so that no figure adds two vantages'}
limits: 'Small is at most 3 packets of at most 80 bytes: SYNs, ACKs and resets look the same without flags. Of the answers, those of 44 bytes a packet and more have options, as the answer to a SYN has and a reset has not; none of them does not mean that there was no SYN. The sources can be forged. A log whose first day is known_day knows little of who came before. Flows with flags are in technique/syn-flood and technique/ack-flood. Of a sampled log the counts are of what was recorded.'
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
), known as (
  select coalesce(n.src_ip, n.peer_ip) as sender
  from network_activity n
  cross join args a
  where n.dt between a.known_day and a.until_day
    and n.time < a.from_time
    and n.source_id = a.source_id
  group by coalesce(n.src_ip, n.peer_ip)
), flows as (
  select
    coalesce(n.src_ip, n.peer_ip) as sender, n.src_port, n.dst_ip, n.dst_port, n.direction, n.packets, n.bytes, n.action,
    n.packets <= 3 and n.bytes <= 80 * n.packets as is_small
  from network_activity n
  cross join args a
  where n.dt between a.from_day and a.until_day
    and n.time >= a.from_time
    and n.time < a.until_time
    and n.source_id = a.source_id
    and n.protocol = 6
    and n.tcp_flags is null
), answers as (
  select sender as target, src_port as port, count(*) as answers, count_if(bytes >= 44 * packets) as with_options
  from flows
  where direction is distinct from 'inbound' and is_small
  group by sender, src_port
), seen as (
  select
    f.dst_ip as target,
    f.dst_port as port,
    count_if(f.is_small) as small_flows,
    cast(coalesce(sum(case when f.is_small then f.packets end), 0) as bigint) as small_packets,
    count(distinct case when f.is_small then f.sender end) as small_sources,
    count_if(f.is_small and k.sender is null) as new_flows,
    count(distinct case when f.is_small and k.sender is null then f.sender end) as new_sources,
    count_if(f.is_small and f.action = 'blocked') as small_blocked,
    count_if(not f.is_small) as other_flows
  from flows f
  left join known k on k.sender = f.sender
  where f.direction is distinct from 'outbound'
  group by f.dst_ip, f.dst_port
)
select
  s.target, s.port, s.small_flows, s.small_packets, s.small_sources, s.new_flows, s.new_sources, s.small_blocked, s.other_flows,
  coalesce(r.answers, 0) as answers,
  coalesce(r.with_options, 0) as answers_with_options
from seen s
left join answers r on r.target = s.target and r.port = s.port
where s.small_flows > 0
order by s.small_flows desc, s.target, s.port
