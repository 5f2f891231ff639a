/*
title: Known clients in the window
question: What became of the addresses that had been answered before?
grain: one row per address that was answered before the window
params:
  known_day: {type: date, about: first day of the time before}
  from_day: {type: date, about: first event day}
  until_day: {type: date, about: last event day}
  from_time: {type: timestamp, about: 'start of the window, inclusive, UTC'}
  until_time: {type: timestamp, about: 'end of the window, exclusive, UTC'}
  source_id: {type: varchar, about: 'the log to read, so that no figure adds two vantages'}
  repeats: {type: bigint, about: 'rows of the log that repeat a request id, as integrity/repeated-requests counts them; at 0 none is looked for', otherwise: '1'}
limits: Known is an address that got an answer of 2xx or 3xx since known_day, which a scanner can have as well; an address that changed hands is another client. allowed_after_challenge counts requests let through after the first challenge, solved or not. Blocks and challenges are effects of the defence, errors may be of the attack. A request id that the log holds twice counts once before the window and once in it.
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
    and h.time < a.until_time
    and h.source_id = a.source_id
    and h.src_ip is not null
    and h.request_id is not null
  group by h.request_id
  having count(*) > 1 and min(h.time) = max(h.time) and min(h.src_ip) = max(h.src_ip)
), seen as (
  select
    h.src_ip, h.action, h.status_code, h.time, r.request_id as repeated_id,
    h.time >= a.from_time as is_during,
    min(case when h.time >= a.from_time and h.action = 'challenged' then h.time end) over (partition by h.src_ip) as first_challenge
  from http_activity h
  cross join args a
  left join repeated r on r.request_id = h.request_id
  where h.dt between a.known_day and a.until_day
    and h.time < a.until_time
    and h.source_id = a.source_id
    and h.src_ip is not null
)
select
  src_ip,
  count_if(repeated_id is null and not is_during)
  + count(distinct repeated_id) filter (where repeated_id is not null and not is_during) as requests_before,
  count_if(repeated_id is null and is_during)
  + count(distinct repeated_id) filter (where repeated_id is not null and is_during) as requests,
  count_if(repeated_id is null and is_during and action is not null)
  + count(distinct repeated_id) filter (where repeated_id is not null and is_during and action is not null) as action_known,
  count_if(repeated_id is null and is_during and action in ('blocked', 'rate-limited'))
  + count(distinct repeated_id) filter (where repeated_id is not null and is_during and action in ('blocked', 'rate-limited')) as blocked,
  count_if(repeated_id is null and is_during and action = 'challenged')
  + count(distinct repeated_id) filter (where repeated_id is not null and is_during and action = 'challenged') as challenged,
  count_if(repeated_id is null and is_during and action = 'allowed' and time > first_challenge)
  + count(distinct repeated_id) filter (where repeated_id is not null and is_during and action = 'allowed' and time > first_challenge) as allowed_after_challenge,
  count_if(repeated_id is null and is_during and coalesce(action, 'allowed') = 'allowed' and status_code >= 500)
  + count(distinct repeated_id) filter (where repeated_id is not null and is_during and coalesce(action, 'allowed') = 'allowed' and status_code >= 500) as errors
from seen
group by src_ip
having count_if(not is_during and coalesce(action, 'allowed') = 'allowed' and status_code between 200 and 399) > 0
  and count_if(is_during) > 0
order by blocked desc, challenged desc, requests desc, src_ip
