/*
title: Logs of DNS queries
question: Which logs of DNS queries are there, and from when to when do they speak?
grain: one row per log
params:
  from_day: {type: date, about: first event day}
  until_day: {type: date, about: last event day}
limits: 'A log that saw no query on these days has no row. Resolvers and authoritative servers see different queries: no figure adds two of these logs.'
*/
with args as (
  select
    cast(? as date) as from_day,
    cast(? as date) as until_day
)
select
  d.source_id,
  d.vantage,
  count(*) as queries,
  min(d.time) as first_seen,
  max(d.time) as last_seen
from dns_activity d
cross join args a
where d.dt between a.from_day and a.until_day
group by d.source_id, d.vantage
order by d.source_id, d.vantage
