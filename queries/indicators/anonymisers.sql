/*
title: 'I02: anonymisers'
question: What share of the requests came through Tor or a known anonymiser?
grain: one row
params:
  from_day: {type: date, about: first event day}
  until_day: {type: date, about: last event day}
  from_time: {type: timestamp, about: 'start of the window, inclusive, UTC'}
  until_time: {type: timestamp, about: 'end of the window, exclusive, UTC'}
  source_id: {type: varchar, about: 'the log to read, so that no figure adds two vantages'}
  repeats: {type: bigint, about: 'rows of the log that repeat a request id, as integrity/repeated-requests counts them; at 0 none is looked for', otherwise: '1'}
limits: Supporters use them too. The class is what the provider or the networks file says. A request id that the log holds twice counts once.
attack: [T1090.003]
*/
with args as (
  select
    cast(? as date) as from_day,
    cast(? as date) as until_day,
    cast(? as timestamp) as from_time,
    cast(? as timestamp) as until_time,
    cast(? as varchar) as source_id,
    cast(? as bigint) as repeats
), repeated as (
  select h.request_id
  from http_activity h
  cross join args a
  where a.repeats > 0
    and h.dt between a.from_day and a.until_day
    and h.time >= a.from_time
    and h.time < a.until_time
    and h.source_id = a.source_id
    and h.request_id is not null
  group by h.request_id
  having count(*) > 1 and min(h.time) = max(h.time) and coalesce(min(h.src_ip), '') = coalesce(max(h.src_ip), '')
)
select
  count_if(r.request_id is null) + count(distinct r.request_id) filter (where r.request_id is not null) as requests,
  count_if(r.request_id is null and (h.client_class = 'tor' or h.provider_country = 'T1' or h.network_type = 'anonymiser'))
  + count(distinct r.request_id) filter (where r.request_id is not null and (h.client_class = 'tor' or h.provider_country = 'T1' or h.network_type = 'anonymiser')) as anonymised,
  count_if(r.request_id is null and (h.client_class is not null or h.network_type is not null))
  + count(distinct r.request_id) filter (where r.request_id is not null and (h.client_class is not null or h.network_type is not null)) as class_known
from http_activity h
cross join args a
left join repeated r on r.request_id = h.request_id
where h.dt between a.from_day and a.until_day
  and h.time >= a.from_time
  and h.time < a.until_time
  and h.source_id = a.source_id
