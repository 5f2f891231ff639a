/*
title: Rows of one thing
question: Which records of which objects speak of an address, prefix, fingerprint or request id?
grain: one row per record
params:
  from_day: {type: date, about: first event day}
  until_day: {type: date, about: last event day}
  from_time: {type: timestamp, about: 'start of the window, inclusive, UTC'}
  until_time: {type: timestamp, about: 'end of the window, exclusive, UTC'}
  kind: {type: varchar, about: 'ip, prefix, ja4 or request-id'}
  value: {type: varchar, about: 'the address, prefix, fingerprint or request id'}
limits: object_id and record_no lead to the original line.
*/
with args as (
  select
    cast(? as date) as from_day,
    cast(? as date) as until_day,
    cast(? as timestamp) as from_time,
    cast(? as timestamp) as until_time,
    cast(? as varchar) as kind,
    cast(? as varchar) as value
)
select
  h.time,
  h.source_id,
  h.src_ip,
  h.src_port,
  h.country,
  h.provider_country,
  coalesce(h.provider_asn, h.asn) as asn,
  h.http_method,
  h.host,
  h.path,
  h.query,
  h.status_code,
  h.action,
  h.request_id,
  h.object_id,
  h.record_no
from http_activity h
cross join args a
where h.dt between a.from_day and a.until_day
  and h.time >= a.from_time
  and h.time < a.until_time
  and a.value = case a.kind
    when 'ip' then h.src_ip
    when 'prefix' then h.src_prefix
    when 'ja4' then h.ja4
    else h.request_id
  end
order by h.time, h.source_id, h.object_id, h.record_no
