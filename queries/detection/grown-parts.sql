/*
title: Parts of the traffic that stood out
question: Which request templates and which clients were asked for or seen far more in some ten minutes than in all others?
grain: one row per ten minutes and template, or client, whose busiest ten minutes hold 30 requests and three times its mean
params:
  from_day: {type: date, about: first event day}
  until_day: {type: date, about: last event day}
  source_id: {type: varchar, about: 'the log to read, so that no figure adds two vantages'}
limits: The mean is over the ten minutes in which the log has a request. Templates and clients of fewer than 30 requests in all are one part, rare. A new page and a new version of a browser stand out too. Repeated request ids count as often as they were delivered.
attack: [T1499.002, T1110]
*/
with args as (
  select
    cast(? as date) as from_day,
    cast(? as date) as until_day,
    cast(? as varchar) as source_id
), shaped as (
  select
    date_add('minute', minute(h.time) - mod(minute(h.time), 10), date_trunc('hour', h.time)) as from_time,
    coalesce(h.ja4, h.ja3) as fingerprint,
    h.user_agent,
    h.http_method,
    h.path_template,
    h.query_template
  from http_activity h
  cross join args a
  where h.dt between a.from_day and a.until_day
    and h.source_id = a.source_id
), combined as (
  select from_time, fingerprint, user_agent, http_method, path_template, query_template, count(*) as requests
  from shaped
  group by from_time, fingerprint, user_agent, http_method, path_template, query_template
), counted as (
  -- What names a part: of a template its three fields, of a client its two.
  select 'template' as part, http_method as a, path_template as b, query_template as c, from_time, sum(requests) as requests
  from combined
  group by http_method, path_template, query_template, from_time
  union all
  select 'client', fingerprint, user_agent, cast(null as varchar), from_time, sum(requests)
  from combined
  group by fingerprint, user_agent, from_time
), named as (
  select c.*, sum(c.requests) over (partition by c.part, c.a, c.b, c.c) < 30 as is_rare
  from counted c
), folded as (
  select
    part, is_rare, from_time,
    case when not is_rare then a end as a,
    case when not is_rare then b end as b,
    case when not is_rare then c end as c,
    cast(sum(requests) as bigint) as requests
  from named
  group by 1, 2, 3, 4, 5, 6
), known as (
  select count(distinct from_time) as steps from counted
), measured as (
  select
    f.*,
    max(f.requests) over (partition by f.part, f.is_rare, f.a, f.b, f.c) as most,
    sum(f.requests) over (partition by f.part, f.is_rare, f.a, f.b, f.c) as whole
  from folded f
)
select
  m.part, m.is_rare, m.a as method_or_fingerprint, m.b as path_or_agent, m.c as query_template, m.from_time, m.requests
from measured m
cross join known k
where m.most >= 30
  and m.most * k.steps >= 3 * m.whole
order by part, is_rare, method_or_fingerprint, path_or_agent, query_template, from_time
