/*
title: Requests per minute and host
question: How many requests did each host get a minute, in each log, and how many were stopped?
grain: one row per log, host and minute
params:
  from_day: {type: date, about: first event day}
  until_day: {type: date, about: last event day}
limits: Rows with a repeated request id count; minutes without a request have no row. Of each log the 500 hosts with most requests have rows of their own; the others, whose names an attacker may have made up, stand together under no host.
attack: [T1499.002]
*/
with args as (
  select
    cast(? as date) as from_day,
    cast(? as date) as until_day
), minutes as (
  select
    m.source_id,
    m.vantage,
    m.format,
    m.host,
    m.minute,
    sum(m.requests) as requests,
    sum(m.blocked + m.challenged + m.rate_limited) as mitigated,
    sum(m.action_known) as action_known,
    sum(m.reached_origin) as reached_origin,
    sum(m.without_source) as without_source,
    sum(m.status_5xx) as status_5xx,
    sum(m.response_bytes) as response_bytes
  from minute_activity m
  cross join args a
  where m.dt between a.from_day and a.until_day
  group by m.source_id, m.vantage, m.format, m.host, m.minute
), ranked as (
  select
    source_id,
    host,
    row_number() over (partition by source_id order by sum(requests) desc, host) as position
  from minutes
  group by source_id, host
), shown as (
  select source_id, host from ranked where position <= 500 and host is not null
)
select
  m.source_id,
  m.vantage,
  m.format,
  s.host,
  m.minute,
  cast(sum(m.requests) as bigint) as requests,
  cast(sum(m.mitigated) as bigint) as mitigated,
  cast(sum(m.action_known) as bigint) as action_known,
  cast(sum(m.reached_origin) as bigint) as reached_origin,
  cast(sum(m.without_source) as bigint) as without_source,
  cast(sum(m.status_5xx) as bigint) as status_5xx,
  cast(sum(m.response_bytes) as bigint) as response_bytes
from minutes m
left join shown s on s.source_id = m.source_id and s.host = m.host
group by m.source_id, m.vantage, m.format, s.host, m.minute
order by m.source_id, s.host nulls first, m.minute
