/*
title: 'I33: profile of a crowd'
question: Do the clients of the window behave as people with browsers do?
grain: one row
params:
  from_day: {type: date, about: first event day}
  until_day: {type: date, about: last event day}
  from_time: {type: timestamp, about: 'start of the window, inclusive, UTC'}
  until_time: {type: timestamp, about: 'end of the window, exclusive, UTC'}
  source_id: {type: varchar, about: 'the log to read, so that no figure adds two vantages'}
limits: An attacker can imitate each of these. Assets are known by the ends of their paths; a page that loads its assets from elsewhere, or from a cache in the browser, shows none. Of a log without agents, referrers or cache results the counts are 0. A request id that the log holds twice counts once, as its earliest row.
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
    h.src_ip, h.referrer, h.cache_status, h.path, h.http_method, h.request_id,
    row_number() over (partition by h.request_id order by h.time, h.object_id, h.record_no) as nth
  from http_activity h
  cross join args a
  where h.dt between a.from_day and a.until_day
    and h.time >= a.from_time
    and h.time < a.until_time
    and h.source_id = a.source_id
), requests as (
  select
    src_ip,
    count(*) as requests,
    count(referrer) as with_referrer,
    count(cache_status) as cache_known,
    count_if(lower(cache_status) in ('hit', 'refreshhit', 'originshieldhit', 'stale', 'updating', 'revalidated')) as cache_hits,
    count_if(regexp_like(lower(path), '\.(css|js|mjs|png|jpe?g|gif|svg|webp|avif|ico|woff2?)$')) as assets,
    count_if(http_method in ('GET', 'HEAD')) as reads,
    count(distinct path) as paths
  from numbered
  where request_id is null or nth = 1
  group by src_ip
)
select
  cast(coalesce(sum(requests), 0) as bigint) as requests,
  cast(coalesce(sum(reads), 0) as bigint) as reads,
  cast(coalesce(sum(with_referrer), 0) as bigint) as with_referrer,
  cast(coalesce(sum(assets), 0) as bigint) as assets,
  cast(coalesce(sum(cache_known), 0) as bigint) as cache_known,
  cast(coalesce(sum(cache_hits), 0) as bigint) as cache_hits,
  count(src_ip) as sources,
  count_if(src_ip is not null and requests = 1) as sources_with_one_request,
  count_if(src_ip is not null and paths > 1) as sources_with_several_paths,
  count_if(src_ip is not null and assets > 0) as sources_with_assets
from requests
