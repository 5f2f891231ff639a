/*
title: Flows by minute and target
question: How many flows, packets and bytes came to each address a minute?
grain: one row per minute and target
params:
  from_day: {type: date, about: first event day}
  until_day: {type: date, about: last event day}
  from_time: {type: timestamp, about: 'start of the window, inclusive, UTC'}
  until_time: {type: timestamp, about: 'end of the window, exclusive, UTC'}
  source_id: {type: varchar, about: 'the log to read, so that no figure adds two vantages'}
limits: A flow counts in the minute in which it starts, though its packets spread over the interval of the log, 10 minutes at most. The 500 targets with most packets have rows of their own; the others stand together under no target. Where the log says no direction, flows of both count. An estimate weighs each row by its sampling; of a complete log it is the count.
attack: [T1498]
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
    date_trunc('minute', n.time) as minute,
    n.dst_ip, n.src_ip, n.packets, n.bytes, n.action,
    coalesce(n.sample_interval, 1) as stands_for
  from network_activity n
  cross join args a
  where n.dt between a.from_day and a.until_day
    and n.time >= a.from_time
    and n.time < a.until_time
    and n.source_id = a.source_id
    and n.direction is distinct from 'outbound'
), ranked as (
  select dst_ip, row_number() over (order by coalesce(sum(packets * stands_for), 0) desc, dst_ip) as position
  from flows
  group by dst_ip
), shown as (
  select dst_ip from ranked where position <= 500 and dst_ip is not null
)
select
  f.minute,
  s.dst_ip as target,
  count(*) as flows,
  cast(coalesce(sum(f.packets), 0) as bigint) as packets,
  cast(coalesce(sum(f.bytes), 0) as bigint) as bytes,
  cast(coalesce(sum(f.packets * f.stands_for), 0) as bigint) as estimated_packets,
  cast(coalesce(sum(f.bytes * f.stands_for), 0) as bigint) as estimated_bytes,
  count(distinct f.src_ip) as sources,
  count(f.action) as action_known,
  count_if(f.action in ('blocked', 'rate-limited', 'challenged')) as mitigated
from flows f
left join shown s on s.dst_ip = f.dst_ip
group by f.minute, s.dst_ip
order by f.minute, estimated_packets desc, target
