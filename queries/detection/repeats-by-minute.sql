/*
title: Requests of a log that repeat an id, by minute
question: In which minutes does a log hold requests more than once, since a batch was delivered twice?
grain: one row per host and minute
params:
  from_day: {type: date, about: first event day}
  until_day: {type: date, about: last event day}
  source_id: {type: varchar, about: 'the log to read, so that no figure adds two vantages'}
limits: The earliest row of each id is the request, all others repeat it. A log without request ids has none to compare. Hosts are those of the rows, also where detection/minutes puts small ones together.
*/
with args as (
  select
    cast(? as date) as from_day,
    cast(? as date) as until_day,
    cast(? as varchar) as source_id
), numbered as (
  select
    h.host,
    date_trunc('minute', h.time) as minute,
    h.action,
    h.status_code,
    h.src_ip,
    row_number() over (partition by h.request_id order by h.time, h.object_id, h.record_no) as nth
  from http_activity h
  cross join args a
  where h.dt between a.from_day and a.until_day
    and h.source_id = a.source_id
    and h.request_id is not null
)
select
  host,
  minute,
  count(*) as repeats,
  count_if(action in ('blocked', 'challenged', 'rate-limited')) as mitigated,
  count_if(src_ip is null) as without_source,
  count_if(status_code >= 500) as status_5xx
from numbered
where nth > 1
group by host, minute
order by host nulls first, minute
