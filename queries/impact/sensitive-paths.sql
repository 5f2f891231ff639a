/*
title: Answers on administrative and export paths
question: Which requests to administrative, export or configuration paths were answered with success?
grain: one row per path, address and log
params:
  from_day: {type: date, about: first event day}
  until_day: {type: date, about: last event day}
limits: Only paths with well-known names are found; a case names its own surfaces. A success is not by itself an intrusion.
attack: [T1190]
*/
with args as (
  select
    cast(? as date) as from_day,
    cast(? as date) as until_day
)
select
  h.source_id,
  h.vantage,
  h.host,
  h.path,
  h.src_ip,
  count(*) as requests,
  count_if(h.status_code between 200 and 299) as answered,
  cast(coalesce(max(h.response_bytes), 0) as bigint) as largest_response,
  min(h.time) as first_seen,
  max(h.time) as last_seen,
  min(h.object_id) as object_id,
  min(h.record_no) as record_no
from http_activity h
cross join args a
where h.dt between a.from_day and a.until_day
  and h.status_code between 200 and 299
  and regexp_like(
    lower(h.path),
    '(^|/)(wp-admin|wp-login\.php|admin|administrator|phpmyadmin|manager|export|backup|dump|\.env|\.git|config\.php|actuator)(/|$|\.)'
  )
group by h.source_id, h.vantage, h.host, h.path, h.src_ip
order by answered desc, h.source_id, h.host, h.path, h.src_ip
