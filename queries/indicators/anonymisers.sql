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
limits: Supporters use them too. The class is what the provider or the networks file says.
attack: [T1090.003]
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
  count(*) as requests,
  count_if(h.client_class = 'tor' or h.provider_country = 'T1' or h.network_type = 'anonymiser') as anonymised,
  count_if(h.client_class is not null or h.network_type is not null) as class_known
from http_activity h
cross join args a
where h.dt between a.from_day and a.until_day
  and h.time >= a.from_time
  and h.time < a.until_time
  and h.source_id = a.source_id
