/*
title: Carpet bombing
question: Which networks of ours were sent flows to many of their addresses, with no single one above the others?
grain: one row per network of destination, /24 or /48
params:
  from_day: {type: date, about: first event day}
  until_day: {type: date, about: last event day}
  from_time: {type: timestamp, about: 'start of the window, inclusive, UTC'}
  until_time: {type: timestamp, about: 'end of the window, exclusive, UTC'}
  source_id: {type: varchar, about: 'the log to read, so that no figure adds two vantages'}
limits: Where no target has more than half of the bytes of its network, the network was the target. A network with one address that is used cannot show it. Of a sampled log the counts are of what was recorded; of one without directions, flows of one's own to others count too.
attack: [T1498.001]
*/
with args as (
  select
    cast(? as date) as from_day,
    cast(? as date) as until_day,
    cast(? as timestamp) as from_time,
    cast(? as timestamp) as until_time,
    cast(? as varchar) as source_id
), flows as (
  select n.dst_ip, n.src_ip, n.packets, n.bytes
  from network_activity n
  cross join args a
  where n.dt between a.from_day and a.until_day
    and n.time >= a.from_time
    and n.time < a.until_time
    and n.source_id = a.source_id
    and n.direction is distinct from 'outbound'
    and n.dst_ip is not null
), targets as (
  select
    dst_ip,
    -- An IPv6 address with its zeros written out.
    case
      when strpos(dst_ip, '::') = 0 then dst_ip
      else regexp_replace(
        replace(
          dst_ip,
          '::',
          ':' || substr(
            '0:0:0:0:0:0:0:0:',
            1,
            2 * (8 - length(dst_ip) + length(replace(dst_ip, ':', '')) + case when regexp_like(dst_ip, '(^::|::$)') then 1 else 0 end)
          )
        ),
        '^:',
        ''
      )
    end as spelt,
    cast(coalesce(sum(bytes), 0) as bigint) as bytes
  from flows
  group by dst_ip
), placed as (
  select
    case
      when regexp_like(spelt, '^([0-9a-f]{1,4}:){7}[0-9a-f]{1,4}:?$')
        then regexp_replace(split_part(spelt, ':', 1) || ':' || split_part(spelt, ':', 2) || ':' || split_part(spelt, ':', 3), '(:0)+$', '') || '::/48'
      else regexp_replace(dst_ip, '\.[0-9]+$', '.0/24')
    end as network,
    dst_ip, bytes
  from targets
)
select
  p.network,
  count(distinct p.dst_ip) as targets,
  count(distinct f.src_ip) as sources,
  count(*) as flows,
  cast(coalesce(sum(f.packets), 0) as bigint) as packets,
  cast(coalesce(sum(f.bytes), 0) as bigint) as bytes,
  max(p.bytes) as bytes_of_first_target
from flows f
inner join placed p on p.dst_ip = f.dst_ip
group by p.network
order by bytes desc, p.network
