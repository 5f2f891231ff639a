/*
title: Sources by minute
question: From how many addresses, prefixes and networks did the requests of each minute come, and how unevenly?
grain: one row per minute
params:
  from_day: {type: date, about: first event day}
  until_day: {type: date, about: last event day}
  from_time: {type: timestamp, about: 'start of the window, inclusive, UTC'}
  until_time: {type: timestamp, about: 'end of the window, exclusive, UTC'}
  source_id: {type: varchar, about: 'the log to read, so that no figure adds two vantages'}
limits: 'Rows without a client address count as requests alone. In a crowd sources grow with requests; a flood of few strong sources grows without them, one of many weak ones has most sources with one request. A record that was delivered twice counts twice: detection/repeats-by-minute says how many do.'
attack: [T1499.002]
*/
with args as (
  select
    cast(? as date) as from_day,
    cast(? as date) as until_day,
    cast(? as timestamp) as from_time,
    cast(? as timestamp) as until_time,
    cast(? as varchar) as source_id
), sources as (
  select
    date_trunc('minute', h.time) as minute,
    h.src_ip,
    min(h.src_prefix) as src_prefix,
    min(coalesce(h.provider_asn, h.asn)) as asn,
    count(*) as requests
  from http_activity h
  cross join args a
  where h.dt between a.from_day and a.until_day
    and h.time >= a.from_time
    and h.time < a.until_time
    and h.source_id = a.source_id
  group by date_trunc('minute', h.time), h.src_ip
)
select
  minute,
  cast(sum(requests) as bigint) as requests,
  cast(sum(case when src_ip is null then requests else 0 end) as bigint) as without_source,
  count(src_ip) as sources,
  count(distinct src_prefix) as prefixes,
  count(distinct asn) as networks,
  count_if(src_ip is not null and requests = 1) as sources_with_one_request,
  coalesce(max(case when src_ip is not null then requests end), 0) as requests_of_first_source
from sources
group by minute
order by minute
