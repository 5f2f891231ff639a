/*
title: Request signatures
question: Which combinations of fingerprint, agent and request template were asked, and how often?
grain: one row per host and signature
params:
  from_day: {type: date, about: first event day}
  until_day: {type: date, about: last event day}
  from_time: {type: timestamp, about: 'start of the window, inclusive, UTC'}
  until_time: {type: timestamp, about: 'end of the window, exclusive, UTC'}
  source_id: {type: varchar, about: 'the log to read, so that no figure adds two vantages'}
  repeats: {type: bigint, about: 'rows of the log that repeat a request id, as integrity/repeated-requests counts them; at 0 none is looked for', otherwise: '1'}
limits: 'In a template {n} stands for digits, {t} for a value with a digit in it, {w} for another value. A request id that the log holds twice counts once.'
attack: [T1499.002, T1499.003]
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
    and h.request_id is not null
  group by h.request_id
  having count(*) > 1 and min(h.time) = max(h.time) and coalesce(min(h.src_ip), '') = coalesce(max(h.src_ip), '')
), signed as (
  select
    h.host,
    coalesce(h.ja4, h.ja3) as fingerprint,
    h.user_agent,
    h.http_method,
    h.path_template,
    h.query_template,
    h.referrer is not null as has_referrer,
    r.request_id as repeated_id
  from http_activity h
  cross join args a
  left join repeated r on r.request_id = h.request_id
  where h.dt between a.from_day and a.until_day
    and h.time >= a.from_time
    and h.time < a.until_time
    and h.source_id = a.source_id
)
select
  host,
  fingerprint, user_agent, http_method, path_template, query_template, has_referrer,
  count_if(repeated_id is null) + count(distinct repeated_id) filter (where repeated_id is not null) as requests
from signed
group by host, fingerprint, user_agent, http_method, path_template, query_template, has_referrer
order by requests desc, host, fingerprint, user_agent, http_method, path_template, query_template, has_referrer
