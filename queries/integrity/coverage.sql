/*
title: What each log covers
question: From when to when does each log speak, how much of it, and does it name the client?
grain: one row per log
params:
  from_day: {type: date, about: first event day}
  until_day: {type: date, about: last event day}
limits: 'A log that is silent is not a log that saw nothing: see integrity/gaps. All logs are read: what is called a request is a flow or sampled packet, a DNS query or a change where the log is one of those, and the source of a packet can be forged.'
*/
with args as (
  select
    cast(? as date) as from_day,
    cast(? as date) as until_day
), spoken as (
  select
    m.source_id, m.format, m.vantage, m.minute, m.host,
    m.requests, m.without_source, m.reserved, m.action_known
  from minute_activity m
  cross join args a
  where m.dt between a.from_day and a.until_day
  union all
  select
    n.source_id, n.format, n.vantage, date_trunc('minute', n.time) as minute, n.host as host,
    count(*) as requests, count_if(n.src_ip is null) as without_source, count_if(n.reserved) as reserved,
    count_if(n.action is not null) as action_known
  from network_activity n
  cross join args a
  where n.dt between a.from_day and a.until_day
  group by n.source_id, n.format, n.vantage, date_trunc('minute', n.time), n.host
  union all
  select
    d.source_id, d.format, d.vantage, date_trunc('minute', d.time) as minute, cast(null as varchar) as host,
    count(*) as requests, count_if(d.src_ip is null) as without_source, count_if(d.reserved) as reserved,
    count_if(d.action is not null) as action_known
  from dns_activity d
  cross join args a
  where d.dt between a.from_day and a.until_day
  group by d.source_id, d.format, d.vantage, date_trunc('minute', d.time)
  union all
  select
    c.source_id, c.format, c.vantage, date_trunc('minute', c.time) as minute, cast(null as varchar) as host,
    count(*) as requests, count_if(c.src_ip is null) as without_source, count_if(c.reserved) as reserved,
    cast(0 as bigint) as action_known
  from control_activity c
  cross join args a
  where c.dt between a.from_day and a.until_day
  group by c.source_id, c.format, c.vantage, date_trunc('minute', c.time), cast(null as varchar)
), hours as (
  select source_id, date_trunc('hour', minute) as hour, cast(sum(requests) as bigint) as requests
  from spoken
  group by source_id, date_trunc('hour', minute)
), quiet as (
  select source_id, count(*) as hours, min(requests) as quietest_hour
  from hours
  group by source_id
)
select
  s.source_id,
  s.format,
  s.vantage,
  min(s.minute) as first_minute,
  max(s.minute) as last_minute,
  cast(sum(s.requests) as bigint) as requests,
  q.hours,
  q.quietest_hour,
  cast(sum(s.without_source) as bigint) as without_source,
  cast(sum(s.reserved) as bigint) as reserved,
  cast(sum(s.action_known) as bigint) as action_known,
  count(distinct s.host) as hosts,
  min(s.host) as first_host
from spoken s
inner join quiet q on q.source_id = s.source_id
group by s.source_id, s.format, s.vantage, q.hours, q.quietest_hour
order by s.source_id, s.format, s.vantage
