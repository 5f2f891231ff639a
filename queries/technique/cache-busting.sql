/*
title: Cache-busting
question: Which paths were asked with ever new queries, past the cache?
grain: one row per host and path that was asked with a query
params:
  from_day: {type: date, about: first event day}
  until_day: {type: date, about: last event day}
  from_time: {type: timestamp, about: 'start of the window, inclusive, UTC'}
  until_time: {type: timestamp, about: 'end of the window, exclusive, UTC'}
  source_id: {type: varchar, about: 'the log to read, so that no figure adds two vantages'}
limits: 'Searches and pages with many filters have many queries of their own: hold the share against a usual hour. A cache result counts as a hit where the cache answered, also with what was stale. cache_known is 0 where the log has none. A request id that the log holds twice counts once, as its earliest row.'
attack: [T1499.003]
*/
with args as (
  select
    cast(? as date) as from_day,
    cast(? as date) as until_day,
    cast(? as timestamp) as from_time,
    cast(? as timestamp) as until_time,
    cast(? as varchar) as source_id
), numbered as (
  select
    h.host, h.path, h.query, h.cache_status, h.reached_origin, h.request_id,
    row_number() over (partition by h.request_id order by h.time, h.object_id, h.record_no) as nth
  from http_activity h
  cross join args a
  where h.dt between a.from_day and a.until_day
    and h.time >= a.from_time
    and h.time < a.until_time
    and h.source_id = a.source_id
), asked as (
  select
    host, path, query,
    count(*) as requests,
    count(cache_status) as cache_known,
    count_if(lower(cache_status) in ('hit', 'refreshhit', 'originshieldhit', 'stale', 'updating', 'revalidated')) as cache_hits,
    count_if(reached_origin) as reached_origin
  from numbered
  where request_id is null or nth = 1
  group by host, path, query
)
select
  host,
  path,
  cast(sum(requests) as bigint) as requests,
  cast(sum(case when query is not null then requests else 0 end) as bigint) as requests_with_query,
  count(query) as distinct_queries,
  count_if(query is not null and requests = 1) as queries_asked_once,
  cast(sum(cache_known) as bigint) as cache_known,
  cast(sum(cache_hits) as bigint) as cache_hits,
  cast(sum(reached_origin) as bigint) as reached_origin
from asked
group by host, path
having count(query) > 0
order by queries_asked_once desc, host, path
