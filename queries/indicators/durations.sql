/*
title: 'I15: how long each kind of client lasted'
question: From which second to which did each fingerprint and agent send, and is that a duration that booters sell?
grain: one row per fingerprint and agent
params:
  from_day: {type: date, about: first event day}
  until_day: {type: date, about: last event day}
  from_time: {type: timestamp, about: 'start of the window, inclusive, UTC'}
  until_time: {type: timestamp, about: 'end of the window, exclusive, UTC'}
  source_id: {type: varchar, about: 'the log to read, so that no figure adds two vantages'}
  repeats: {type: bigint, about: 'rows of the log that repeat a request id, as integrity/repeated-requests counts them; at 0 none is looked for', otherwise: '1'}
limits: 'A slot is 60, 120, 300, 600, 1,200, 1,800 or 3,600 seconds, give or take 5: with seven of them some durations fit by chance. The ends of the window cut, and so does a defence that stops the tail; a client that people use too lasts as long as the window. seconds is from the first to the last request. A request id that the log holds twice counts once.'
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
), lasted as (
  select
    coalesce(h.ja4, h.ja3) as fingerprint,
    h.user_agent,
    count_if(r.request_id is null) + count(distinct r.request_id) filter (where r.request_id is not null) as requests,
    count(distinct h.src_ip) as sources,
    min(h.time) as first_seen,
    max(h.time) as last_seen,
    date_diff('second', date_trunc('second', min(h.time)), date_trunc('second', max(h.time))) as seconds
  from http_activity h
  cross join args a
  left join repeated r on r.request_id = h.request_id
  where h.dt between a.from_day and a.until_day
    and h.time >= a.from_time
    and h.time < a.until_time
    and h.source_id = a.source_id
  group by coalesce(h.ja4, h.ja3), h.user_agent
)
select
  fingerprint,
  user_agent,
  requests,
  sources,
  first_seen,
  last_seen,
  seconds,
  cast(case
    when seconds between 55 and 65 then 60
    when seconds between 115 and 125 then 120
    when seconds between 295 and 305 then 300
    when seconds between 595 and 605 then 600
    when seconds between 1195 and 1205 then 1200
    when seconds between 1795 and 1805 then 1800
    when seconds between 3595 and 3605 then 3600
  end as bigint) as slot
from lasted
order by requests desc, fingerprint, user_agent
