/*
title: Challenged clients
question: Which addresses did the defence challenge, and were they served afterwards?
grain: one row per address that was challenged
params:
  from_day: {type: date, about: first event day}
  until_day: {type: date, about: last event day}
  from_time: {type: timestamp, about: 'start of the window, inclusive, UTC'}
  until_time: {type: timestamp, about: 'end of the window, exclusive, UTC'}
  source_id: {type: varchar, about: 'the log to read, so that no figure adds two vantages'}
  repeats: {type: bigint, about: 'rows of the log that repeat a request id, as integrity/repeated-requests counts them; at 0 none is looked for', otherwise: '1'}
limits: 'Who was served after the first challenge was delayed, whether or not the challenge was solved; who was not may have left, or come back after the window. Behind one shared address are many clients. An address that was blocked as well stands with both. A request id that the log holds twice counts once.'
*/
with args as (
  select
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
    and h.dt between a.from_day and a.until_day
    and h.time >= a.from_time
    and h.time < a.until_time
    and h.source_id = a.source_id
    and h.src_ip is not null
    and h.request_id is not null
  group by h.request_id
  having count(*) > 1 and min(h.time) = max(h.time) and min(h.src_ip) = max(h.src_ip)
), challenged as (
  select h.src_ip, min(h.time) as first_challenge
  from http_activity h
  cross join args a
  where h.dt between a.from_day and a.until_day
    and h.time >= a.from_time
    and h.time < a.until_time
    and h.source_id = a.source_id
    and h.src_ip is not null
    and h.action = 'challenged'
  group by h.src_ip
)
select
  h.src_ip,
  count_if(r.request_id is null) + count(distinct r.request_id) filter (where r.request_id is not null) as requests,
  count_if(r.request_id is null and h.action in ('blocked', 'rate-limited'))
  + count(distinct r.request_id) filter (where r.request_id is not null and h.action in ('blocked', 'rate-limited')) as blocked,
  count_if(r.request_id is null and h.action = 'challenged')
  + count(distinct r.request_id) filter (where r.request_id is not null and h.action = 'challenged') as challenged,
  count_if(r.request_id is null and h.action = 'allowed' and h.time > c.first_challenge)
  + count(distinct r.request_id) filter (where r.request_id is not null and h.action = 'allowed' and h.time > c.first_challenge) as allowed_after_challenge,
  c.first_challenge,
  min(case when h.action = 'allowed' and h.time > c.first_challenge then h.time end) as first_allowed_after
from http_activity h
cross join args a
left join repeated r on r.request_id = h.request_id
inner join challenged c on c.src_ip = h.src_ip
where h.dt between a.from_day and a.until_day
  and h.time >= a.from_time
  and h.time < a.until_time
  and h.source_id = a.source_id
group by h.src_ip, c.first_challenge
order by h.src_ip
