/*
title: Request signatures by source
question: Which addresses sent which combinations of fingerprint, agent and request template, and what became of them?
grain: one row per address, host and signature
params:
  from_day: {type: date, about: first event day}
  until_day: {type: date, about: last event day}
  from_time: {type: timestamp, about: 'start of the window, inclusive, UTC'}
  until_time: {type: timestamp, about: 'end of the window, exclusive, UTC'}
  source_id: {type: varchar, about: 'the log to read, so that no figure adds two vantages'}
  repeats: {type: bigint, about: 'rows of the log that repeat a request id, as integrity/repeated-requests counts them; at 0 none is looked for', otherwise: '1'}
limits: Rows without a client address are left out; a repeated request id counts once. An address is a machine used, not who used it.
attack: [T1499.002]
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
    and h.time >= a.from_time and h.time < a.until_time
    and h.source_id = a.source_id
    and h.src_ip is not null
    and h.request_id is not null
  group by h.request_id
  having count(*) > 1 and min(h.time) = max(h.time) and min(h.src_ip) = max(h.src_ip)
), signed as (
  select
    h.src_ip, h.time, h.host, h.action, h.reached_origin,
    r.request_id as repeated_id,
    coalesce(h.ja4, h.ja3) as fingerprint,
    h.user_agent, h.http_method,
    h.path_template, h.query_template,
    h.referrer is not null as has_referrer
  from http_activity h
  cross join args a
  left join repeated r on r.request_id = h.request_id
  where h.dt between a.from_day and a.until_day
    and h.time >= a.from_time
    and h.time < a.until_time
    and h.source_id = a.source_id
    and h.src_ip is not null
)
select
  src_ip,
  fingerprint, user_agent, http_method, path_template, query_template, has_referrer, host,
  count_if(repeated_id is null) + count(distinct repeated_id) filter (where repeated_id is not null) as requests,
  count(repeated_id) - count(distinct repeated_id) filter (where repeated_id is not null) as repeats,
  count_if(repeated_id is null and action is not null)
  + count(distinct repeated_id) filter (where repeated_id is not null and action is not null) as action_known,
  count_if(repeated_id is null and action in ('blocked', 'challenged', 'rate-limited'))
  + count(distinct repeated_id) filter (where repeated_id is not null and action in ('blocked', 'challenged', 'rate-limited')) as mitigated,
  count_if(repeated_id is null and reached_origin is not null)
  + count(distinct repeated_id) filter (where repeated_id is not null and reached_origin is not null) as origin_known,
  count_if(repeated_id is null and reached_origin)
  + count(distinct repeated_id) filter (where repeated_id is not null and reached_origin) as reached_origin,
  min(time) as first_seen,
  max(time) as last_seen
from signed
group by src_ip, host, fingerprint, user_agent, http_method, path_template, query_template, has_referrer
order by host, fingerprint, user_agent, http_method, path_template, query_template, has_referrer, src_ip
