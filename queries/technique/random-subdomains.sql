/*
title: Random subdomains
question: Which zones were asked for names that were never asked before, and that do not exist?
grain: one row per zone
params:
  known_day: {type: date, about: first day of the time before}
  from_day: {type: date, about: first event day}
  until_day: {type: date, about: last event day}
  from_time: {type: timestamp, about: 'start of the window, inclusive, UTC'}
  until_time: {type: timestamp, about: 'end of the window, exclusive, UTC'}
  source_id: {type: varchar, about: 'the log to read, so that no figure adds two vantages'}
limits: 'Where the log names no zone (zone_logged is false), the last two labels of the name stand for it, three under co.uk and its like: a guess that a list of public suffixes would better. A flood of random names asks each once, and most do not exist; unless the zone has a wildcard, where all of them do. The sources are resolvers, not who asked them. Never asked before means not in this log since known_day.'
attack: [T1498]
*/
with args as (
  select
    cast(? as date) as known_day,
    cast(? as date) as from_day,
    cast(? as date) as until_day,
    cast(? as timestamp) as from_time,
    cast(? as timestamp) as until_time,
    cast(? as varchar) as source_id
), named as (
  select
    c.time >= a.from_time as is_during,
    coalesce(
      c.zone,
      case
        when regexp_like(c.query_name, '\.(ac|co|com|edu|go|gov|ltd|me|ne|net|nhs|or|org|plc|police|sch)\.[a-z]{2}$')
          then regexp_extract(c.query_name, '[^.]+\.[^.]+\.[^.]+$')
        else nullif(regexp_extract(c.query_name, '[^.]+\.[^.]+$'), '')
      end,
      c.query_name
    ) as zone,
    c.query_name, c.response_code, c.src_ip
  from dns_activity c
  cross join args a
  where c.dt between a.known_day and a.until_day
    and c.time < a.until_time
    and c.source_id = a.source_id
), names as (
  select
    zone,
    query_name,
    count_if(is_during) as queries,
    count_if(not is_during) as queries_before,
    count_if(is_during and response_code is not null) as code_known,
    count_if(is_during and response_code = 'NXDOMAIN') as not_existing
  from named
  group by zone, query_name
), sources as (
  select zone, count(distinct src_ip) as sources
  from named
  where is_during
  group by zone
)
select
  n.zone,
  cast(sum(n.queries) as bigint) as queries,
  count(*) as names,
  count_if(n.queries = 1) as names_asked_once,
  count_if(n.queries_before = 0) as names_never_before,
  cast(sum(case when n.queries_before = 0 then n.queries else 0 end) as bigint) as queries_never_before,
  cast(sum(n.code_known) as bigint) as code_known,
  cast(sum(n.not_existing) as bigint) as not_existing,
  s.sources
from names n
left join sources s on s.zone = n.zone
where n.queries > 0
group by n.zone, s.sources
order by queries_never_before desc, n.zone
