/*
title: Requests of a network, one by one
question: Which requests came from the addresses of one autonomous system, each with what its operator needs to name a subscriber?
grain: one row per request
params:
  from_day: {type: date, about: first event day}
  until_day: {type: date, about: last event day}
  from_time: {type: timestamp, about: 'start of the window, inclusive, UTC'}
  until_time: {type: timestamp, about: 'end of the window, exclusive, UTC'}
  source_id: {type: varchar, about: 'the log to read, so that no request stands there twice'}
  asn: {type: bigint, about: 'number of the autonomous system'}
limits: Behind a carrier NAT an address without its source port names nobody, and a log without ports has none to give. A record delivered again, of the same id, address, port and time, stands here once. All requests of the network have a row, also those that are no attack. The templates are those of technique/signatures. time_ns has no more precision than time_precision says. The destination's address and port are not in these logs.
*/
with args as (
  select
    cast(? as date) as from_day,
    cast(? as date) as until_day,
    cast(? as timestamp) as from_time,
    cast(? as timestamp) as until_time,
    cast(? as varchar) as source_id,
    cast(? as bigint) as asn
), sent as (
  select
    h.time,
    h.time_ns,
    h.time_precision,
    h.src_ip,
    h.src_ip_basis,
    h.src_port,
    coalesce(h.provider_asn, h.asn) as asn,
    h.host,
    h.scheme,
    h.http_method,
    h.path,
    h.status_code,
    h.request_id,
    h.source_id,
    h.object_id,
    h.record_no,
    coalesce(h.ja4, h.ja3) as fingerprint,
    h.user_agent,
    h.path_template,
    h.query_template,
    h.referrer is not null as has_referrer,
    row_number() over (
      partition by
        coalesce(h.request_id, concat(h.object_id, ':', cast(h.record_no as varchar))), h.src_ip, h.src_port, h.time_ns
      order by h.object_id, h.record_no
    ) as delivery
  from http_activity h
  cross join args a
  where h.dt between a.from_day and a.until_day
    and h.time >= a.from_time
    and h.time < a.until_time
    and h.source_id = a.source_id
    and h.src_ip is not null
    and coalesce(h.provider_asn, h.asn) = a.asn
)
select
  s.time, s.time_ns, s.time_precision, s.src_ip, s.src_ip_basis, s.src_port, s.asn, n.as_org,
  s.host, s.scheme, s.http_method, s.path, s.status_code, s.request_id, s.source_id, s.object_id, s.record_no,
  s.fingerprint, s.user_agent, s.path_template, s.query_template, s.has_referrer
from sent s
left join autonomous_systems n on n.asn = s.asn
where s.delivery = 1
order by s.time_ns, s.object_id, s.record_no
