/*
title: DNS queries by minute and zone
question: How many queries did each zone get a minute, for how many names, and how many names did not exist?
grain: one row per minute and zone
params:
  from_day: {type: date, about: first event day}
  until_day: {type: date, about: last event day}
  from_time: {type: timestamp, about: 'start of the window, inclusive, UTC'}
  until_time: {type: timestamp, about: 'end of the window, exclusive, UTC'}
  source_id: {type: varchar, about: 'the log to read, so that no figure adds two vantages'}
limits: 'Where the log names no zone (zone_logged is false), the last two labels of the name stand for it, three under co.uk and its like: a guess that a list of public suffixes would better. The 500 zones with most queries have rows of their own; the others stand together under no zone. Those who ask an authoritative server are resolvers. An authoritative log sees no answer from a cache.'
attack: [T1498]
*/
with args as (
  select
    cast(? as date) as from_day,
    cast(? as date) as until_day,
    cast(? as timestamp) as from_time,
    cast(? as timestamp) as until_time,
    cast(? as varchar) as source_id
), named as (
  select
    date_trunc('minute', c.time) as minute,
    coalesce(
      c.zone,
      case
        when regexp_like(c.query_name, '\.(ac|co|com|edu|go|gov|ltd|me|ne|net|nhs|or|org|plc|police|sch)\.[a-z]{2}$')
          then regexp_extract(c.query_name, '[^.]+\.[^.]+\.[^.]+$')
        else nullif(regexp_extract(c.query_name, '[^.]+\.[^.]+$'), '')
      end,
      c.query_name
    ) as zone,
    c.zone is not null as zone_logged,
    c.query_name, c.response_code, c.src_ip
  from dns_activity c
  cross join args a
  where c.dt between a.from_day and a.until_day
    and c.time >= a.from_time
    and c.time < a.until_time
    and c.source_id = a.source_id
), ranked as (
  select zone, row_number() over (order by count(*) desc, zone) as position
  from named
  group by zone
), shown as (
  select zone from ranked where position <= 500
)
select
  n.minute,
  s.zone,
  n.zone_logged,
  count(*) as queries,
  count(distinct n.query_name) as names,
  count(n.response_code) as code_known,
  count_if(n.response_code = 'NXDOMAIN') as not_existing,
  count_if(n.response_code in ('SERVFAIL', 'REFUSED')) as failed,
  count(distinct n.src_ip) as sources
from named n
left join shown s on s.zone = n.zone
group by n.minute, s.zone, n.zone_logged
order by n.minute, queries desc, s.zone, n.zone_logged
