/*
title: Requests that were made again after they had failed
question: How much of a window's traffic is clients that ask again for what the platform failed to give them?
grain: one row
params:
  known_day: {type: date, about: first day of the time before}
  from_day: {type: date, about: first event day}
  until_day: {type: date, about: last event day}
  from_time: {type: timestamp, about: 'start of the window, inclusive, UTC'}
  until_time: {type: timestamp, about: 'end of the window, exclusive, UTC'}
  source_id: {type: varchar, about: 'the log to read, so that no figure adds two vantages'}
limits: A request is made again where the same address and agent had asked the same of the same host before, inside the window, and last got a 5xx. A flood on a platform that fails does that too; known sources are those that the log had before the window, and a short log knows few. Rows without a client address are in no figure; a repeated request id counts once.
attack: [T1499]
*/
with args as (
  select
    cast(? as date) as known_day,
    cast(? as date) as from_day,
    cast(? as date) as until_day,
    cast(? as timestamp) as from_time,
    cast(? as timestamp) as until_time,
    cast(? as varchar) as source_id
), before as (
  select distinct h.src_ip
  from http_activity h
  cross join args a
  where h.dt between a.known_day and a.until_day
    and h.time < a.from_time
    and h.source_id = a.source_id
    and h.src_ip is not null
), during as (
  -- A record that was delivered twice is one.
  select distinct
    h.src_ip, h.user_agent, h.http_method, h.host, h.path, h.query,
    h.time,
    h.status_code >= 500 as failed,
    coalesce(concat(h.request_id, ' ', cast(h.time_ns as varchar), ' ', h.src_ip), concat(h.object_id, ':', cast(h.record_no as varchar))) as request_key
  from http_activity h
  cross join args a
  where h.dt between a.from_day and a.until_day
    and h.time >= a.from_time
    and h.time < a.until_time
    and h.source_id = a.source_id
    and h.src_ip is not null
), followed as (
  select
    d.src_ip,
    d.request_key,
    d.failed,
    lag(d.failed) over (
      partition by d.src_ip, d.user_agent, d.http_method, d.host, d.path, d.query
      order by d.time, d.request_key
    ) as failed_before
  from during d
), told as (
  select f.*, coalesce(f.failed_before, false) as again, b.src_ip is not null as known
  from followed f
  left join before b on b.src_ip = f.src_ip
)
select
  count(distinct request_key) as requests,
  count(distinct case when failed then request_key end) as failed,
  count(distinct case when again then request_key end) as again,
  count(distinct case when again and known then request_key end) as again_by_known,
  count(distinct case when again then src_ip end) as sources_again,
  count(distinct case when again and known then src_ip end) as known_sources_again
from told
