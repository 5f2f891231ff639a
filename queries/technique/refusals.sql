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
limits: Refused are the answers 400, 401, 403, 422 and 429 to what no defence in front stopped. A form that says no with 200 or a redirect is not seen. Repeated request ids count as often as they were delivered.
attack: [T1110]
*/
with args as (
  select
    cast(? as date) as known_day,
    cast(? as date) as until_day,
    cast(? as timestamp) as from_time,
    cast(? as timestamp) as until_time,
    cast(? as varchar) as source_id
), shaped as (
  select
    h.http_method,
    regexp_replace(h.path, '[0-9]+', '{n}') as path_template,
    h.time >= a.from_time and h.time < a.until_time as is_inside,
    h.status_code in (400, 401, 403, 422, 429)
      and coalesce(h.action, 'allowed') not in ('blocked', 'challenged', 'rate-limited') as is_refused
  from http_activity h
  cross join args a
  where h.dt between a.known_day and a.until_day
    and h.source_id = a.source_id
    and h.status_code is not null
)
select
  http_method,
  path_template,
  count_if(is_inside) as requests,
  count_if(is_inside and is_refused) as refused,
  count_if(not is_inside) as usual_requests,
  count_if(not is_inside and is_refused) as usual_refused
from shaped
group by http_method, path_template
having count_if(is_refused) > 0
order by refused desc, usual_refused desc, http_method, path_template
