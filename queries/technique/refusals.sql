/*
title: Refused requests, in a window and beside it
question: Of which requests did the application refuse more than usual, as it does where passwords are tried?
grain: one row per method and path template that was refused at all
params:
  known_day: {type: date, about: first day of what is usual}
  until_day: {type: date, about: last day of what is usual}
  from_time: {type: timestamp, about: 'start of the window, inclusive, UTC'}
  until_time: {type: timestamp, about: 'end of the window, exclusive, UTC'}
  source_id: {type: varchar, about: 'the log to read, so that no figure adds two vantages'}
  repeats: {type: bigint, about: 'rows of the log that repeat a request id, as integrity/repeated-requests counts them; at 0 none is looked for', otherwise: '1'}
limits: Refused are the answers 400, 401, 403, 422 and 429 to what no defence in front stopped. A form that says no with 200 or a redirect is not seen. A request id that the log holds twice counts once.
attack: [T1110]
*/
with args as (
  select
    cast(? as date) as known_day,
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
), shaped as (
  select
    h.http_method,
    regexp_replace(h.path, '[0-9]+', '{n}') as path_template,
    h.time >= a.from_time and h.time < a.until_time as is_inside,
    h.status_code in (400, 401, 403, 422, 429)
      and coalesce(h.action, 'allowed') not in ('blocked', 'challenged', 'rate-limited') as is_refused,
    r.request_id as repeated_id
  from http_activity h
  cross join args a
  left join repeated r on r.request_id = h.request_id
  where h.dt between a.known_day and a.until_day
    and h.source_id = a.source_id
    and h.status_code is not null
)
select
  http_method,
  path_template,
  count_if(repeated_id is null and is_inside)
  + count(distinct case when is_inside then repeated_id end) as requests,
  count_if(repeated_id is null and is_inside and is_refused)
  + count(distinct case when is_inside and is_refused then repeated_id end) as refused,
  count_if(repeated_id is null and not is_inside)
  + count(distinct case when not is_inside then repeated_id end) as usual_requests,
  count_if(repeated_id is null and not is_inside and is_refused)
  + count(distinct case when not is_inside and is_refused then repeated_id end) as usual_refused
from shaped
group by http_method, path_template
having count_if(is_refused) > 0
order by refused desc, usual_refused desc, http_method, path_template
