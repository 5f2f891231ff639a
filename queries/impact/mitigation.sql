/*
title: Mitigated and passed on
question: Which share of the requests did the defence stop, and which reached the server behind?
grain: one row per host
params:
  from_day: {type: date, about: first event day}
  until_day: {type: date, about: last event day}
  from_time: {type: timestamp, about: 'start of the window, inclusive, UTC'}
  until_time: {type: timestamp, about: 'end of the window, exclusive, UTC'}
  source_id: {type: varchar, about: 'the log to read, so that no figure adds two vantages'}
limits: 'A share is of the requests of which the log says it: action_known and origin_known. Of all requests, not of those of the attack alone. A challenge that was solved is an allowed request of its own.'
*/
with args as (
  select
    cast(? as date) as from_day,
    cast(? as date) as until_day,
    cast(? as timestamp) as from_time,
    cast(? as timestamp) as until_time,
    cast(? as varchar) as source_id
)select
  h.host,
  count(*) as requests,
  count(h.action) as action_known,
  count_if(h.action = 'blocked') as blocked,
  count_if(h.action = 'challenged') as challenged,
  count_if(h.action = 'rate-limited') as rate_limited,
  count(h.reached_origin) as origin_known,
  count_if(h.reached_origin) as reached_origin,
  count(h.cache_status) as cache_known,
  count_if(lower(h.cache_status) in ('hit', 'refreshhit', 'originshieldhit', 'stale', 'updating', 'revalidated')) as cache_hits
from http_activity h
cross join args a
where h.dt between a.from_day and a.until_day
  and h.time >= a.from_time
  and h.time < a.until_time
  and h.source_id = a.source_id
group by h.host
order by requests desc, h.host
