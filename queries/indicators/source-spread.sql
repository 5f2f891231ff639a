/*
title: 'I09: spread of the sources of half-open connections'
question: Do the addresses that sent SYNs alone spread over the whole address space, as forged ones do?
grain: one row per first number of an IPv4 address
params:
  from_day: {type: date, about: first event day}
  until_day: {type: date, about: last event day}
  from_time: {type: timestamp, about: 'start of the window, inclusive, UTC'}
  until_time: {type: timestamp, about: 'end of the window, exclusive, UTC'}
  source_id: {type: varchar, about: 'the log to read, so that no figure adds two vantages'}
limits: 'Forged addresses spread evenly, real ones follow the networks that are in use: the entropy of these rows is to be held against its greatest, 8 bits. In a log of single packets every opening of a connection is a SYN alone. reserved counts addresses that nobody on the Internet has.'
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
  cast(split_part(n.src_ip, '.', 1) as bigint) as first_number,
  count(*) as flows,
  count(distinct n.src_ip) as sources,
  count(distinct n.src_prefix) as prefixes,
  count_if(n.reserved) as reserved
from network_activity n
cross join args a
where n.dt between a.from_day and a.until_day
  and n.time >= a.from_time
  and n.time < a.until_time
  and n.source_id = a.source_id
  and n.direction is distinct from 'outbound'
  and n.protocol = 6
  and n.tcp_flags = 2
  and n.packets <= 3
  and n.bytes <= 80 * n.packets
  and regexp_like(n.src_ip, '^[0-9]+\.[0-9.]+$')
group by cast(split_part(n.src_ip, '.', 1) as bigint)
order by first_number
