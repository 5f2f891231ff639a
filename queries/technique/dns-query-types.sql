/*
title: Types of DNS queries
question: Which types of record was each zone asked for, over which transport?
grain: one row per zone, type and transport
params:
  from_day: {type: date, about: first event day}
  until_day: {type: date, about: last event day}
  from_time: {type: timestamp, about: 'start of the window, inclusive, UTC'}
  until_time: {type: timestamp, about: 'end of the window, exclusive, UTC'}
  source_id: {type: varchar, about: 'the log to read, so that no figure adds two vantages'}
limits: 'Where the log names no zone (zone_logged is false), the last two labels of the name stand for it, three under co.uk and its like: a guess that a list of public suffixes would better. Large answers to ANY, TXT and DNSKEY over UDP make a server a reflector against whoever the query names as its source; a log of queries does not show the size of the answer. Cloudflare''s logs have no transport.'
attack: [T1498.002]
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
    coalesce(
      c.zone,
      case
        when regexp_like(c.query_name, '\.(ac|co|com|edu|go|gov|ltd|me|ne|net|nhs|or|org|plc|police|sch)\.[a-z]{2}$')
          then regexp_extract(c.query_name, '[^.]+\.[^.]+\.[^.]+$')
        else nullif(regexp_extract(c.query_name, '[^.]+\.[^.]+$'), '')
      end,
      c.query_name
    ) as zone,
    c.query_type, c.transport, c.query_name, c.src_ip
  from dns_activity c
  cross join args a
  where c.dt between a.from_day and a.until_day
    and c.time >= a.from_time
    and c.time < a.until_time
    and c.source_id = a.source_id
)
select
  zone,
  query_type,
  transport,
  count(*) as queries,
  count(distinct query_name) as names,
  count(distinct src_ip) as sources
from named
group by zone, query_type, transport
order by queries desc, zone, query_type, transport
