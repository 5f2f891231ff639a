/*
title: Sampled logs
question: Which logs of flows recorded only one in so many, and what does that leave?
grain: one row per log and sampling
params:
  from_day: {type: date, about: first event day}
  until_day: {type: date, about: last event day}
limits: 'A log without a sampling interval is complete, or does not say: nfdump writes no interval, whatever the exporter did. A sampled log is never added to a complete one; what was rare may be missing from it.'
*/
with args as (
  select
    cast(? as date) as from_day,
    cast(? as date) as until_day
)select
  n.source_id,
  n.vantage,
  n.sample_interval,
  count(*) as rows_recorded,
  cast(coalesce(sum(n.packets), 0) as bigint) as packets_recorded,
  cast(coalesce(sum(n.packets * coalesce(n.sample_interval, 1)), 0) as bigint) as packets_estimated,
  min(n.time) as first_seen,
  max(n.time) as last_seen
from network_activity n
cross join args a
where n.dt between a.from_day and a.until_day
group by n.source_id, n.vantage, n.sample_interval
order by n.source_id, n.sample_interval
