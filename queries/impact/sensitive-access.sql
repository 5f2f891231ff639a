/*
title: Administrative and export paths by client
question: Which clients were answered on administrative, export or configuration paths before, during and after the window?
grain: one row per host, path and address
params:
  known_day: {type: date, about: first day of the time before}
  from_day: {type: date, about: first event day}
  until_day: {type: date, about: last event day}
  from_time: {type: timestamp, about: 'start of the window, inclusive, UTC'}
  until_time: {type: timestamp, about: 'end of the window, exclusive, UTC'}
  source_id: {type: varchar, about: 'the log to read, so that no figure adds two vantages'}
limits: 'Only paths with well-known names are found; a case names its own, of which impact/surface-answers tells. A success is not by itself an intrusion: a member of staff who exports every month needs confirmation, not suspicion. Answers are those of 2xx. Where the client''s address is not known, one row stands for all such. A request id that the log holds twice counts once in each period of a row.'
attack: [T1190, T1530]
*/
with args as (
  select
    cast(? as date) as known_day,
    cast(? as date) as from_day,
    cast(? as date) as until_day,
    cast(? as timestamp) as from_time,
    cast(? as timestamp) as until_time,
    cast(? as varchar) as source_id
), seen as (
  select
    case when h.time < a.from_time then 'before' when h.time < a.until_time then 'during' else 'after' end as period,
    h.host, h.path, h.src_ip, coalesce(h.provider_asn, h.asn) as asn, h.response_bytes, h.time,
    coalesce(h.request_id, concat(h.object_id, ':', cast(h.record_no as varchar))) as request_key
  from http_activity h
  cross join args a
  where h.dt between a.known_day and a.until_day
    and h.source_id = a.source_id
    and h.status_code between 200 and 299
    and regexp_like(
      lower(h.path),
      '(^|/)(wp-admin|admin|administrator|phpmyadmin|manager|exports?|backups?|dump|\.env|\.git|config\.php|actuator)(/|$|\.)'
    )
)
select
  host,
  path,
  src_ip,
  min(asn) as asn,
  count(distinct case when period = 'before' then request_key end) as answered_before,
  count(distinct case when period = 'during' then request_key end) as answered_during,
  count(distinct case when period = 'after' then request_key end) as answered_after,
  coalesce(max(case when period = 'before' then response_bytes end), 0) as largest_before,
  coalesce(max(case when period = 'during' then response_bytes end), 0) as largest_during,
  coalesce(max(case when period = 'after' then response_bytes end), 0) as largest_after,
  min(time) as first_seen,
  max(time) as last_seen
from seen
group by host, path, src_ip
order by answered_during desc, answered_after desc, answered_before desc, host, path, src_ip
