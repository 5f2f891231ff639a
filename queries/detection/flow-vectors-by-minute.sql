/*
title: Vectors of the flows by minute
question: How many flows, packets and bytes of each kind came in a minute?
grain: one row per minute and class
params:
  from_day: {type: date, about: first event day}
  until_day: {type: date, about: last event day}
  from_time: {type: timestamp, about: 'start of the window, inclusive, UTC'}
  until_time: {type: timestamp, about: 'end of the window, exclusive, UTC'}
  source_id: {type: varchar, about: 'the log to read, so that no figure adds two vantages'}
limits: 'Each flow counts once, in the minute in which it starts, under the first class that it meets; a class says what flows look like, not that they are an attack. TCP classes need flags in the log: flags_known counts the flows that have some, or are no TCP. Of a sampled log the counts are of what was recorded. In a log of single packets every opening of a connection is a SYN alone; in one without directions, flows of one''s own to others count too.'
attack: [T1498]
*/
with args as (
  select
    cast(? as date) as from_day,
    cast(? as date) as until_day,
    cast(? as timestamp) as from_time,
    cast(? as timestamp) as until_time,
    cast(? as varchar) as source_id
), classed as (
  select
    date_trunc('minute', n.time) as minute,
    case
      when n.fragment or (n.protocol = 17 and n.src_port = 0 and n.dst_port = 0) then 'fragment'
      when n.protocol in (1, 58) then 'icmp'
      when n.protocol = 17 and n.src_port in (
        17, 19, 53, 69, 111, 123, 137, 161, 177, 389, 500, 520, 623, 1434, 1900, 3283, 3389, 3702, 5093, 5351, 5353, 5683,
        6881, 10074, 11211, 26000, 27015, 27960, 32414, 33848, 37810
      ) then 'udp-from-reflection-port'
      when n.protocol = 17 then 'udp'
      -- A TCP header with all its options, over IPv6.
      when n.protocol = 6 and n.tcp_flags = 2 and n.packets <= 3 and n.bytes <= 80 * n.packets then 'tcp-syn-only'
      when n.protocol = 6 and n.tcp_flags in (0, 4, 16, 20) and n.bytes <= 80 * n.packets then 'tcp-small-without-syn'
      -- Without flags, and where no direction is told not what a service answers.
      when n.protocol = 6 and n.tcp_flags is null and n.packets <= 3 and n.bytes <= 80 * n.packets
        and (n.direction is not null or n.src_port >= 1024 or n.dst_port < 1024) then 'tcp-small-unflagged'
      when n.protocol = 6 then 'tcp'
      else 'other'
    end as vector,
    n.src_ip, n.dst_ip, n.packets, n.bytes, n.action,
    n.protocol <> 6 or n.tcp_flags is not null as flags_known
  from network_activity n
  cross join args a
  where n.dt between a.from_day and a.until_day
    and n.time >= a.from_time
    and n.time < a.until_time
    and n.source_id = a.source_id
    and n.direction is distinct from 'outbound'
)
select
  minute,
  vector,
  count(*) as flows,
  cast(coalesce(sum(packets), 0) as bigint) as packets,
  cast(coalesce(sum(bytes), 0) as bigint) as bytes,
  count(distinct src_ip) as sources,
  count(distinct dst_ip) as targets,
  count(action) as action_known,
  count_if(action in ('blocked', 'rate-limited', 'challenged')) as mitigated,
  count_if(flags_known) as flags_known
from classed
group by minute, vector
order by minute, vector
