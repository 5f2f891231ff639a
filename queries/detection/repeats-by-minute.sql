/*
title: Requests of a log that repeat an id, by minute
question: In which minutes does a log hold requests more than once, since a batch was delivered twice?
grain: one row per host and minute
params:
  from_day: {type: date, about: first event day}
  until_day: {type: date, about: last event day}
  source_id: {type: varchar, about: 'the log to read, so that no figure adds two vantages'}
limits: Rows repeat a request where id, time and client address are the same; of one with several rows, as of a firewall whose rules each write one, what one of them says holds. A log without request ids has none to compare. Hosts are those of the rows, also where detection/minutes puts small ones together.
*/
with args as (
  select
    cast(? as date) as from_day,
    cast(? as date) as until_day,
    cast(? as varchar) as source_id
), repeated as (
  select
    min(h.host) as host,
    date_trunc('minute', min(h.time)) as minute,
    count(*) as in_rows,
    count_if(h.action in ('blocked', 'challenged', 'rate-limited')) as mitigated,
    count_if(h.src_ip is null) as without_source,
    count_if(h.status_code >= 500) as status_5xx
  from http_activity h
  cross join args a
  where h.dt between a.from_day and a.until_day
    and h.source_id = a.source_id
    and h.request_id is not null
  group by h.request_id
  having count(*) > 1 and min(h.time) = max(h.time) and coalesce(min(h.src_ip), '') = coalesce(max(h.src_ip), '')
)
select
  host,
  minute,
  cast(sum(in_rows - 1) as bigint) as repeats,
  -- A request of several rows was stopped, or failed, where one of them says so: that one stays.
  cast(sum(case when mitigated > 1 then mitigated - 1 else 0 end) as bigint) as mitigated,
  cast(sum(case when without_source > 1 then without_source - 1 else 0 end) as bigint) as without_source,
  cast(sum(case when status_5xx > 1 then status_5xx - 1 else 0 end) as bigint) as status_5xx
from repeated
group by host, minute
order by host nulls first, minute
