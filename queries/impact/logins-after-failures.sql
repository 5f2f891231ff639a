/*
title: Log-ins that succeeded after failures
question: Which addresses failed to log in, and then seem to have got in?
grain: one row per host, path and address
params:
  from_day: {type: date, about: first event day}
  until_day: {type: date, about: last event day}
  from_time: {type: timestamp, about: 'start of the window, inclusive, UTC'}
  until_time: {type: timestamp, about: 'end of the window, exclusive, UTC'}
  source_id: {type: varchar, about: 'the log to read, so that no figure adds two vantages'}
limits: 'Success and failure are read from the status: 2xx and 3xx against 400, 401, 403, 422 and 429. A site that answers a failure with 200 or with a redirect to the form makes failures look like successes. People mistype too: what counts is many failures, or a success on an account that others tried. No log here names the account. A request id that the log holds twice counts once.'
attack: [T1110.004, T1078]
*/
with args as (
  select
    cast(? as date) as from_day,
    cast(? as date) as until_day,
    cast(? as timestamp) as from_time,
    cast(? as timestamp) as until_time,
    cast(? as varchar) as source_id
), attempts as (
  select
    h.host, h.path, h.src_ip, h.time,
    coalesce(h.request_id, concat(h.object_id, ':', cast(h.record_no as varchar))) as request_key,
    h.status_code in (400, 401, 403, 422, 429) as failed,
    h.status_code between 200 and 399 as succeeded
  from http_activity h
  cross join args a
  where h.dt between a.from_day and a.until_day
    and h.time >= a.from_time
    and h.time < a.until_time
    and h.source_id = a.source_id
    and h.src_ip is not null
    and h.http_method = 'POST'
    and regexp_like(
      lower(h.path),
      '(^|/)(auth|authenticate|log-?in|log_in|logon|oauth/token|session|sessions|sign-?in|sign_in|token|wp-login\.php)(/|$|\.)'
    )
), failures as (
  select host, path, src_ip, min(time) as first_failure
  from attempts
  where failed
  group by host, path, src_ip
), successes as (
  select s.host, s.path, s.src_ip, min(s.time) as first_success
  from attempts s
  inner join failures f
    on f.src_ip = s.src_ip and f.path = s.path and f.host is not distinct from s.host and s.time > f.first_failure
  where s.succeeded
  group by s.host, s.path, s.src_ip
)
select
  s.host,
  s.path,
  s.src_ip,
  count(distinct case when t.failed and t.time <= s.first_success then t.request_key end) as failures_before,
  s.first_success,
  count(distinct case when t.succeeded and t.time >= s.first_success then t.request_key end) as successes,
  count(distinct case when t.failed and t.time > s.first_success then t.request_key end) as failures_after
from successes s
inner join attempts t
  on t.src_ip = s.src_ip and t.path = s.path and t.host is not distinct from s.host
group by s.host, s.path, s.src_ip, s.first_success
order by failures_before desc, s.host, s.path, s.src_ip
