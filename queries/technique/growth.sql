/*
title: What grew
question: Which combinations of fingerprint, agent, template and network grew over the time before?
grain: one row per combination with ten requests or more in the window
params:
  known_day: {type: date, about: first day of the time before}
  from_day: {type: date, about: first event day}
  until_day: {type: date, about: last event day}
  from_time: {type: timestamp, about: 'start of the window, inclusive, UTC'}
  until_time: {type: timestamp, about: 'end of the window, exclusive, UTC'}
  source_id: {type: varchar, about: 'the log to read, so that no figure adds two vantages'}
  repeats: {type: bigint, about: 'rows of the log that repeat a request id, as integrity/repeated-requests counts them; at 0 none is looked for', otherwise: '1'}
limits: 'Hold both counts against their lengths in milliseconds; the time before counts from known_day, also where the log begins later. A crowd grows too. Combinations of fewer than ten requests, such as one random agent each, have no row: technique/templates has them together. A request id that the log holds twice counts once before the window and once in it.'
attack: [T1499.002]
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
    and h.request_id is not null
  group by h.request_id
  having count(*) > 1 and min(h.time) = max(h.time) and coalesce(min(h.src_ip), '') = coalesce(max(h.src_ip), '')
), shaped as (
  select
    h.time >= a.from_time as is_during,
    coalesce(h.ja4, h.ja3) as fingerprint,
    h.user_agent,
    h.http_method,
    regexp_replace(
      regexp_replace(h.path, '[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}', '{uuid}'),
      '[0-9]+', '{n}'
    ) as path_template,
    coalesce(h.provider_asn, h.asn) as asn,
    h.src_ip,
    r.request_id as repeated_id
  from http_activity h
  cross join args a
  left join repeated r on r.request_id = h.request_id
  where h.dt between a.known_day and a.until_day
    and h.time < a.until_time
    and h.source_id = a.source_id
), spans as (
  select
    date_diff('millisecond', cast(known_day as timestamp), from_time) as ms_before,
    date_diff('millisecond', from_time, until_time) as ms
  from args
)
select
  s.fingerprint, s.user_agent, s.http_method, s.path_template, s.asn,
  count_if(s.is_during and s.repeated_id is null)
  + count(distinct s.repeated_id) filter (where s.repeated_id is not null and s.is_during) as requests,
  count_if(not s.is_during and s.repeated_id is null)
  + count(distinct s.repeated_id) filter (where s.repeated_id is not null and not s.is_during) as requests_before,
  p.ms,
  p.ms_before,
  count(distinct case when s.is_during then s.src_ip end) as sources
from shaped s
cross join spans p
group by s.fingerprint, s.user_agent, s.http_method, s.path_template, s.asn, p.ms, p.ms_before
having count_if(s.is_during and s.repeated_id is null)
  + count(distinct s.repeated_id) filter (where s.repeated_id is not null and s.is_during) >= 10
order by requests desc, s.fingerprint, s.user_agent, s.http_method, s.path_template, s.asn
