/*
title: Refused requests, in windows and in the whole log
question: Of which requests did the application refuse more than usual, as it does where passwords are tried?
grain: one row per window, method and path template of which something was refused on these days; of the whole log, without a window, as well
params:
  known_day: {type: date, about: first day of what is usual}
  until_day: {type: date, about: last day of what is usual}
  windows: {type: windows, about: 'start, inclusive, and end, exclusive, of each window, UTC, with a slash between, and a comma between windows'}
  source_id: {type: varchar, about: 'the log to read, so that no figure adds two vantages'}
  repeats: {type: bigint, about: 'rows of the log that repeat a request id, as integrity/repeated-requests counts them; at 0 none is looked for', otherwise: '1'}
limits: Refused are the answers 400, 401, 403, 422 and 429 to what no defence in front stopped. A form that says no with 200 or a redirect is not seen. What is usual is the whole log less the window. A request id that the log holds twice counts once.
attack: [T1110]
*/
with args as (
  select
    cast(? as date) as known_day,
    cast(? as date) as until_day,
    cast(? as varchar) as windows,
    cast(? as varchar) as source_id,
    cast(? as bigint) as repeats
), spans as (
  select distinct
    cast(split_part(t.span, '/', 1) as timestamp) as from_time,
    cast(split_part(t.span, '/', 2) as timestamp) as until_time
  from args a
  cross join unnest(split(a.windows, ',')) as t (span)
  union all
  select cast(null as timestamp), cast(null as timestamp)
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
), templates as (
  select distinct
    coalesce(h.http_method, '') as http_method,
    coalesce(h.path_template, '') as path_template
  from http_activity h
  cross join args a
  where h.dt between a.known_day and a.until_day
    and h.source_id = a.source_id
    and h.status_code in (400, 401, 403, 422, 429)
    and coalesce(h.action, 'allowed') not in ('blocked', 'challenged', 'rate-limited')
), shaped as (
  select
    h.http_method,
    h.path_template,
    h.time,
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
  w.from_time, w.until_time, s.http_method, s.path_template,
  count_if(s.repeated_id is null) + count(distinct s.repeated_id) filter (where s.repeated_id is not null) as requests,
  count_if(s.repeated_id is null and s.is_refused)
  + count(distinct s.repeated_id) filter (where s.repeated_id is not null and s.is_refused) as refused
from shaped s
inner join templates t
  on t.http_method = coalesce(s.http_method, '') and t.path_template = coalesce(s.path_template, '')
inner join spans w on w.from_time is null or (s.time >= w.from_time and s.time < w.until_time)
group by w.from_time, w.until_time, s.http_method, s.path_template
order by w.from_time, w.until_time, refused desc, s.http_method, s.path_template
