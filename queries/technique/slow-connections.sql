/*
title: Slow connections
question: Who held connections open for minutes that carried next to nothing?
grain: one row per address and target
params:
  from_day: {type: date, about: first event day}
  until_day: {type: date, about: last event day}
  from_time: {type: timestamp, about: 'start of the window, inclusive, UTC'}
  until_time: {type: timestamp, about: 'end of the window, exclusive, UTC'}
  source_id: {type: varchar, about: 'the log to read, so that no figure adds two vantages'}
limits: A connection is two addresses with their ports; one whose port is used again counts as one. Slow is open for five minutes or more, by the flows of the window, with less than 1,000 bytes a minute from the client; WebSockets and idle keep-alives are slow too, so that what counts is how many a client holds at once. TCP alone. A log of sampled packets cannot answer this.
attack: [T1499.001]
*/
with args as (
  select
    cast(? as date) as from_day,
    cast(? as date) as until_day,
    cast(? as timestamp) as from_time,
    cast(? as timestamp) as until_time,
    cast(? as varchar) as source_id
), connections as (
  select
    n.src_ip, n.src_port, n.dst_ip, n.dst_port,
    min(n.time) as first_seen,
    max(coalesce(n.end_time, n.time)) as last_seen,
    cast(coalesce(sum(n.bytes), 0) as bigint) as bytes
  from network_activity n
  cross join args a
  where n.dt between a.from_day and a.until_day
    and n.time >= a.from_time
    and n.time < a.until_time
    and n.source_id = a.source_id
    and n.direction is distinct from 'outbound'
    and n.protocol = 6
    and n.src_ip is not null
  group by n.src_ip, n.src_port, n.dst_ip, n.dst_port
), judged as (
  select src_ip, dst_ip, dst_port, bytes, date_diff('millisecond', first_seen, last_seen) as lasted_ms
  from connections
)
select
  src_ip,
  dst_ip as target,
  dst_port as port,
  count(*) as connections,
  count_if(lasted_ms >= 300000 and bytes * 60 < lasted_ms) as slow_connections,
  max(lasted_ms) as longest_ms,
  cast(sum(case when lasted_ms >= 300000 and bytes * 60 < lasted_ms then bytes else 0 end) as bigint) as slow_bytes
from judged
group by src_ip, dst_ip, dst_port
having count_if(lasted_ms >= 300000 and bytes * 60 < lasted_ms) > 0
order by slow_connections desc, src_ip, target, port
