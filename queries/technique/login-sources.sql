/*
title: Log-in attempts by source
question: Which addresses tried to log in, how often, and how often did it fail?
grain: one row per address
params:
  from_day: {type: date, about: first event day}
  until_day: {type: date, about: last event day}
  from_time: {type: timestamp, about: 'start of the window, inclusive, UTC'}
  until_time: {type: timestamp, about: 'end of the window, exclusive, UTC'}
  source_id: {type: varchar, about: 'the log to read, so that no figure adds two vantages'}
limits: 'A failure is read from the status (400, 401, 403, 422, 429): a site that answers 200 to a failure, or redirects to the form, hides it, and a status of the defence is a failure too. No log here has user names: stuffing, spraying and guessing look alike. Behind one NAT there are many people. A request id that the log holds twice counts once, as its earliest row.'
attack: [T1110.003, T1110.004]
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
    h.src_ip, h.provider_asn, h.asn, h.status_code, h.action, h.user_agent, h.time, h.request_id,
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
    and h.src_ip is not null
)
select
  src_ip,
  min(coalesce(provider_asn, asn)) as asn,
  count(*) as attempts,
  count_if(status_code in (400, 401, 403, 422, 429)) as failed,
  count_if(status_code between 200 and 299) as answered,
  count_if(status_code between 300 and 399) as redirected,
  count_if(action in ('blocked', 'challenged', 'rate-limited')) as mitigated,
  count(distinct user_agent) as agents,
  count(distinct date_trunc('minute', time)) as minutes,
  min(time) as first_seen,
  max(time) as last_seen
from numbered
where request_id is null or nth = 1
group by src_ip
order by attempts desc, src_ip
