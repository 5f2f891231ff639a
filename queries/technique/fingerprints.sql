/*
title: TLS fingerprints
question: Which TLS clients sent the requests, under how many agents?
grain: one row per fingerprint
params:
  from_day: {type: date, about: first event day}
  until_day: {type: date, about: last event day}
  from_time: {type: timestamp, about: 'start of the window, inclusive, UTC'}
  until_time: {type: timestamp, about: 'end of the window, exclusive, UTC'}
  source_id: {type: varchar, about: 'the log to read, so that no figure adds two vantages'}
limits: One library has one fingerprint, whoever uses it. Many browser agents under one fingerprint are forged.
*/
with args as (
  select
    cast(? as date) as from_day,
    cast(? as date) as until_day,
    cast(? as timestamp) as from_time,
    cast(? as timestamp) as until_time,
    cast(? as varchar) as source_id
)
select
  h.ja4,
  h.ja3,
  count(*) as requests,
  count(distinct h.src_ip) as sources,
  count(distinct h.user_agent) as agents
from http_activity h
cross join args a
where h.dt between a.from_day and a.until_day
  and h.time >= a.from_time
  and h.time < a.until_time
  and h.source_id = a.source_id
group by h.ja4, h.ja3
order by requests desc, h.ja4, h.ja3
