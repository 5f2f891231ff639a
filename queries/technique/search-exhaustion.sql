/*
title: Search exhaustion
question: Which searches were asked how often, with how many different words, and what did they cost the server behind?
grain: one row per host and path
params:
  from_day: {type: date, about: first event day}
  until_day: {type: date, about: last event day}
  from_time: {type: timestamp, about: 'start of the window, inclusive, UTC'}
  until_time: {type: timestamp, about: 'end of the window, exclusive, UTC'}
  source_id: {type: varchar, about: 'the log to read, so that no figure adds two vantages'}
limits: A search is known by the path (search, find, query, graphql) or by a parameter (q, s, query, search, keyword, term); a site that names it otherwise does not show. POSTs hide their words. The time of the server behind is added up over the requests that have one. A request id that the log holds twice counts once, as its earliest row.
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
    h.host, h.path, h.query, h.src_ip, h.reached_origin, h.origin_duration_us, h.status_code, h.request_id,
    row_number() over (partition by h.request_id order by h.time, h.object_id, h.record_no) as nth
  from http_activity h
  cross join args a
  where h.dt between a.from_day and a.until_day
    and h.time >= a.from_time
    and h.time < a.until_time
    and h.source_id = a.source_id
    and (
      regexp_like(lower(h.path), '(^|/)(search|find|query|graphql)(/|$|\.)')
      or regexp_like(lower(h.query), '(^|&)(q|s|query|search|keyword|term)=')
    )
)
select
  host,
  path,
  count(*) as requests,
  count(distinct query) as distinct_queries,
  count(distinct src_ip) as sources,
  count_if(reached_origin) as reached_origin,
  count(origin_duration_us) as with_time,
  cast(coalesce(sum(origin_duration_us), 0) as bigint) as origin_us,
  count_if(status_code >= 500) as errors
from numbered
where request_id is null or nth = 1
group by host, path
order by requests desc, host, path
