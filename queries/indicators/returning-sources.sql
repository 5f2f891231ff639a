/*
title: 'I27: sources that come back'
question: On which days did how many addresses send, and how many of them had sent on an earlier day?
grain: one row per day
params:
  from_day: {type: date, about: first event day}
  until_day: {type: date, about: last event day}
  source_id: {type: varchar, about: 'the log to read, so that no figure adds two vantages'}
  repeats: {type: bigint, about: 'rows of the log that repeat a request id, as integrity/repeated-requests counts them; at 0 none is looked for', otherwise: '1'}
limits: 'All requests count, not those of an attack alone; earlier is within the days asked for, so the first has none. Addresses change hands, and readers come back too: hold a day of the attack against the others. Days without a request have no row. A request id that the log holds twice counts once.'
*/
with args as (
  select
    cast(? as date) as from_day,
    cast(? as date) as until_day,
    cast(? as varchar) as source_id,
    cast(? as bigint) as repeats
), repeated as (
  select h.request_id
  from http_activity h
  cross join args a
  where a.repeats > 0
    and h.dt between a.from_day and a.until_day
    and h.source_id = a.source_id
    and h.request_id is not null
  group by h.request_id
  having count(*) > 1 and min(h.time) = max(h.time) and coalesce(min(h.src_ip), '') = coalesce(max(h.src_ip), '')
), days as (
  select
    h.dt as day,
    h.src_ip,
    count_if(r.request_id is null) + count(distinct r.request_id) filter (where r.request_id is not null) as requests,
    count_if(r.request_id is null and h.action in ('blocked', 'challenged', 'rate-limited'))
    + count(distinct case when h.action in ('blocked', 'challenged', 'rate-limited') then r.request_id end) as mitigated
  from http_activity h
  cross join args a
  left join repeated r on r.request_id = h.request_id
  where h.dt between a.from_day and a.until_day
    and h.source_id = a.source_id
    and h.src_ip is not null
  group by h.dt, h.src_ip
), firsts as (
  select src_ip, min(day) as first_day from days group by src_ip
)
select
  d.day,
  count(*) as sources,
  count_if(f.first_day < d.day) as returning_sources,
  cast(sum(d.requests) as bigint) as requests,
  cast(sum(d.mitigated) as bigint) as mitigated,
  cast(sum(case when f.first_day < d.day then d.requests else 0 end) as bigint) as requests_of_returning
from days d
inner join firsts f on f.src_ip = d.src_ip
group by d.day
order by d.day
