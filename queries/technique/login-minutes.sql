/*
title: Log-in attempts by minute
question: How many log-in attempts came a minute, from how many addresses, and how many failed?
grain: one row per minute with an attempt
params:
  from_day: {type: date, about: first event day}
  until_day: {type: date, about: last event day}
  from_time: {type: timestamp, about: 'start of the window, inclusive, UTC'}
  until_time: {type: timestamp, about: 'end of the window, exclusive, UTC'}
  source_id: {type: varchar, about: 'the log to read, so that no figure adds two vantages'}
limits: Failures are read from the status, as in technique/login-sources. Stuffing at a low rate from many addresses shows as many sources with few attempts each, and a share of failures that people do not have. A request id that the log holds twice counts once, as its earliest row.
attack: [T1110.004]
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
    h.time, h.status_code, h.src_ip, h.user_agent, h.request_id,
    row_number() over (partition by h.request_id order by h.time, h.object_id, h.record_no) as nth
  from http_activity h
  cross join args a
  where h.dt between a.from_day and a.until_day
    and h.time >= a.from_time
    and h.time < a.until_time
    and h.source_id = a.source_id
    and h.http_method = 'POST'
    and regexp_like(
      lower(h.path),
      '(^|/)(auth|authenticate|log-?in|log_in|logon|oauth/token|session|sessions|sign-?in|sign_in|token|wp-login\.php)(/|$|\.)'
    )
)
select
  date_trunc('minute', time) as minute,
  count(*) as attempts,
  count_if(status_code in (400, 401, 403, 422, 429)) as failed,
  count_if(status_code between 200 and 299) as answered,
  count_if(status_code between 300 and 399) as redirected,
  count(distinct src_ip) as sources,
  count(distinct user_agent) as agents
from numbered
where request_id is null or nth = 1
group by date_trunc('minute', time)
order by minute
