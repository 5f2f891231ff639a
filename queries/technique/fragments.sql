/*
title: Fragments
question: Which addresses were sent fragments of packets?
grain: one row per target and protocol
params:
  from_day: {type: date, about: first event day}
  until_day: {type: date, about: last event day}
  from_time: {type: timestamp, about: 'start of the window, inclusive, UTC'}
  until_time: {type: timestamp, about: 'end of the window, exclusive, UTC'}
  source_id: {type: varchar, about: 'the log to read, so that no figure adds two vantages'}
limits: Where the log does not say what is a fragment, a UDP flow without ports is taken for one. Fragments come with reflection of large answers; few are usual. Of a sampled log the counts are of what was recorded; of one without directions, flows of one's own to others count too.
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
  count(*) as flows,
  count_if(n.fragment) as logged_as_fragment,
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
  and (n.fragment or (n.fragment is null and n.protocol = 17 and n.src_port = 0 and n.dst_port = 0))
group by n.dst_ip, n.protocol
order by bytes desc, n.dst_ip, n.protocol
