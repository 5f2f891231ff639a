/*
title: Answers on administrative and export paths
question: Which requests to administrative, export or configuration paths were answered with success?
grain: one row per path, address and log
params:
  from_day: {type: date, about: first event day}
  until_day: {type: date, about: last event day}
limits: Only paths with well-known names are found; a case names its own, of which impact/surface-answers tells. A success is not by itself an intrusion. A request id that a log holds twice counts once.
attack: [T1190]
*/
with args as (
  select
    cast(? as date) as from_day,
    cast(? as date) as until_day
), asked as (
  select h.path
  from http_activity h
  cross join args a
  where h.dt between a.from_day and a.until_day
    and h.status_code between 200 and 299
  group by h.path
), named as (
  -- Each path once: most requests are for few of them.
  select path
  from asked
  where regexp_like(
    lower(path),
    '(^|/)(wp-admin|wp-login\.php|admin|administrator|phpmyadmin|manager|export|backup|dump|\.env|\.git|config\.php|actuator)(/|$|\.)'
  )
), answered as (
  select
    h.source_id, h.vantage, h.host, h.path, h.src_ip, h.response_bytes, h.time, h.object_id, h.record_no,
    coalesce(h.request_id, concat(h.object_id, ':', cast(h.record_no as varchar))) as request_key,
    row_number() over (
      partition by h.source_id, h.vantage, h.host, h.path, h.src_ip
      order by h.time, h.object_id, h.record_no
    ) as position
  from http_activity h
  cross join args a
  where h.dt between a.from_day and a.until_day
    and h.status_code between 200 and 299
    and h.path in (select path from named)
)
select
  source_id,
  vantage,
  host,
  path,
  src_ip,
  count(distinct request_key) as requests,
  count(distinct request_key) as answered,
  cast(coalesce(max(response_bytes), 0) as bigint) as largest_response,
  min(time) as first_seen,
  max(time) as last_seen,
  max(case when position = 1 then object_id end) as object_id,
  max(case when position = 1 then record_no end) as record_no
from answered
group by source_id, vantage, host, path, src_ip
order by answered desc, source_id, host, path, src_ip
