/*
title: Errors before, during and after
question: How many requests failed, and how, against the time before and after?
grain: one row per host and period
params:
  known_day: {type: date, about: first day of the time before}
  from_day: {type: date, about: first event day}
  until_day: {type: date, about: last event day}
  from_time: {type: timestamp, about: 'start of the window, inclusive, UTC'}
  until_time: {type: timestamp, about: 'end of the window, exclusive, UTC'}
  source_id: {type: varchar, about: 'the log to read, so that no figure adds two vantages'}
  repeats: {type: bigint, about: 'rows of the log that repeat a request id, as integrity/repeated-requests counts them; at 0 none is looked for', otherwise: '1'}
limits: 'Before is since known_day, after until the end of until_day: give days on both sides. Errors that the defence sent (blocks, challenges, limits) are in none of the columns of errors but in mitigated. minutes are those with a request. A request id that the log holds twice counts once in each period.'
*/
with args as (
  select
    cast(? as date) as known_day,
    cast(? as date) as from_day,
    cast(? as date) as until_day,
    cast(? as timestamp) as from_time,
    cast(? as timestamp) as until_time,
    cast(? as varchar) as source_id,
    cast(? as bigint) as repeats
), repeated as (
  select h.request_id
  from http_activity h
  cross join args a
  where a.repeats > 0
    and h.dt between a.known_day and a.until_day
    and h.source_id = a.source_id
    and h.request_id is not null
  group by h.request_id
  having count(*) > 1 and min(h.time) = max(h.time) and coalesce(min(h.src_ip), '') = coalesce(max(h.src_ip), '')
), seen as (
  select
    case when h.time < a.from_time then 'before' when h.time < a.until_time then 'during' else 'after' end as period,
    h.host, h.time, h.status_code, h.origin_status, r.request_id as repeated_id,
    coalesce(h.action in ('blocked', 'challenged', 'rate-limited'), false) as mitigated
  from http_activity h
  cross join args a
  left join repeated r on r.request_id = h.request_id
  where h.dt between a.known_day and a.until_day
    and h.source_id = a.source_id
)
select
  host,
  period,
  count_if(repeated_id is null) + count(distinct repeated_id) filter (where repeated_id is not null) as requests,
  count(distinct date_trunc('minute', time)) as minutes,
  count_if(repeated_id is null and mitigated)
  + count(distinct repeated_id) filter (where repeated_id is not null and mitigated) as mitigated,
  count_if(repeated_id is null and not mitigated and status_code between 400 and 499)
  + count(distinct repeated_id) filter (where repeated_id is not null and not mitigated and status_code between 400 and 499) as client_errors,
  count_if(repeated_id is null and not mitigated and status_code in (408, 460, 499))
  + count(distinct repeated_id) filter (where repeated_id is not null and not mitigated and status_code in (408, 460, 499)) as client_left,
  count_if(repeated_id is null and not mitigated and status_code = 429)
  + count(distinct repeated_id) filter (where repeated_id is not null and not mitigated and status_code = 429) as too_many_requests,
  count_if(repeated_id is null and not mitigated and status_code between 500 and 599)
  + count(distinct repeated_id) filter (where repeated_id is not null and not mitigated and status_code between 500 and 599) as server_errors,
  count_if(repeated_id is null and not mitigated and (status_code in (502, 503, 504) or status_code between 520 and 527))
  + count(distinct repeated_id) filter (where repeated_id is not null and not mitigated and (status_code in (502, 503, 504) or status_code between 520 and 527)) as gateway_errors,
  count_if(repeated_id is null and origin_status between 500 and 599)
  + count(distinct repeated_id) filter (where repeated_id is not null and origin_status between 500 and 599) as origin_errors,
  min(time) as first_seen
from seen
group by host, period
order by host, first_seen, period
