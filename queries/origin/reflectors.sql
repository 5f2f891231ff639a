/*
title: Reflectors
question: Which machines of others sent UDP from the ports of known reflection, unasked?
grain: one row per address and port
params:
  known_day: {type: date, about: first day of the time before}
  from_day: {type: date, about: first event day}
  until_day: {type: date, about: last event day}
  from_time: {type: timestamp, about: 'start of the window, inclusive, UTC'}
  until_time: {type: timestamp, about: 'end of the window, exclusive, UTC'}
  source_id: {type: varchar, about: 'the log to read, so that no figure adds two vantages'}
limits: 'These machines were misused: they are no attackers, and stay out of every table of countries and sources. Their operators can be told. Unasked is what no outgoing flow of the same log had asked for since known_day. Of a sampled log the counts are of what was recorded; of one without directions, flows of one''s own to others count too.'
attack: [T1498.002]
*/
with args as (
  select
    cast(? as date) as known_day,
    cast(? as date) as from_day,
    cast(? as date) as until_day,
    cast(? as timestamp) as from_time,
    cast(? as timestamp) as until_time,
    cast(? as varchar) as source_id
), services as (
  select port, service
  from (
    values (17, 'qotd'), (19, 'chargen'), (53, 'dns'), (69, 'tftp'), (111, 'portmap'), (123, 'ntp'), (137, 'netbios'),
      (161, 'snmp'), (177, 'xdmcp'), (389, 'cldap'), (500, 'isakmp'), (520, 'ripv1'), (623, 'ipmi'), (1434, 'mssql'),
      (1900, 'ssdp'), (3283, 'apple-remote-desktop'), (3389, 'rdp'), (3702, 'ws-discovery'), (5093, 'sentinel'),
      (5351, 'nat-pmp'), (5353, 'mdns'), (5683, 'coap'), (6881, 'bittorrent'), (10074, 'mitel-micollab'),
      (11211, 'memcached'), (26000, 'quake'), (27015, 'steam'), (27960, 'quake-3'), (32414, 'plex'), (33848, 'jenkins'),
      (37810, 'dhdiscover')
  ) as known (port, service)
), asked as (
  select n.dst_ip, n.dst_port
  from network_activity n
  cross join args a
  where n.dt between a.known_day and a.until_day
    and n.time < a.until_time
    and n.source_id = a.source_id
    and n.protocol = 17
    and n.direction is distinct from 'inbound'
  group by n.dst_ip, n.dst_port
)
select
  n.src_ip,
  n.src_port,
  s.service,
  min(coalesce(n.provider_asn, n.asn)) as asn,
  count(*) as flows,
  cast(sum(n.packets) as bigint) as packets,
  cast(sum(n.bytes) as bigint) as bytes,
  count(distinct n.dst_ip) as targets,
  min(n.time) as first_seen,
  max(n.time) as last_seen
from network_activity n
cross join args a
inner join services s on s.port = n.src_port
left join asked k on k.dst_ip = coalesce(n.src_ip, n.peer_ip) and k.dst_port = n.src_port
where n.dt between a.from_day and a.until_day
  and n.time >= a.from_time
  and n.time < a.until_time
  and n.source_id = a.source_id
  and n.direction is distinct from 'outbound'
  and n.protocol = 17
  and n.src_ip is not null
  and k.dst_ip is null
group by n.src_ip, n.src_port, s.service
order by bytes desc, n.src_ip, n.src_port
