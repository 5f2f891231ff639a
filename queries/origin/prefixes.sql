/*
title: Prefixes the traffic came from
question: Which networks of one subscriber or site sent the requests?
grain: one row per /24 of IPv4 or /64 of IPv6
params:
  from_day: {type: date, about: first event day}
  until_day: {type: date, about: last event day}
  from_time: {type: timestamp, about: 'start of the window, inclusive, UTC'}
  until_time: {type: timestamp, about: 'end of the window, exclusive, UTC'}
  source_id: {type: varchar, about: 'the log to read, so that no figure adds two vantages'}
  repeats: {type: bigint, about: 'rows of the log that repeat a request id, as integrity/repeated-requests counts them; at 0 none is looked for', otherwise: '1'}
limits: A /64 is one subscriber mostly, one machine often; its /48 (src_prefix) is a site. A prefix is where addresses lie, not who used them. A request id that the log holds twice counts once.
*/
with args as (
  select
    cast(? as date) as from_day,
    cast(? as date) as until_day,
    cast(? as timestamp) as from_time,
    cast(? as timestamp) as until_time,
    cast(? as varchar) as source_id,
    cast(? as bigint) as repeats
), repeated as (
  select h.request_id
  from http_activity h
  cross join args a
  where a.repeats > 0
    and h.dt between a.from_day and a.until_day
    and h.time >= a.from_time and h.time < a.until_time
    and h.source_id = a.source_id
    and h.src_ip is not null
    and h.request_id is not null
  group by h.request_id
  having count(*) > 1 and min(h.time) = max(h.time) and min(h.src_ip) = max(h.src_ip)
), sources as (
  select
    h.src_ip,
    r.request_id as repeated_id,
    min(h.src_prefix) as src_prefix,
    min(coalesce(h.provider_asn, h.asn)) as asn,
    count(*) as requests,
    count_if(h.action in ('blocked', 'challenged', 'rate-limited')) as mitigated,
    -- An IPv6 address with its zeros written out.
    case
      when strpos(h.src_ip, '::') = 0 then h.src_ip
      else regexp_replace(replace(h.src_ip, '::', ':' || substr(
        '0:0:0:0:0:0:0:0:', 1,
        2 * (8 - length(h.src_ip) + length(replace(h.src_ip, ':', '')) + case when regexp_like(h.src_ip, '(^::|::$)') then 1 else 0 end)
      )), '^:', '')
    end as spelt
  from http_activity h
  cross join args a
  left join repeated r on r.request_id = h.request_id
  where h.dt between a.from_day and a.until_day
    and h.time >= a.from_time
    and h.time < a.until_time
    and h.source_id = a.source_id
    and h.src_ip is not null
  group by h.src_ip, r.request_id
), placed as (
  select
    case
      when strpos(src_ip, ':') > 0 then regexp_replace(
        split_part(spelt, ':', 1) || ':' || split_part(spelt, ':', 2) || ':' || split_part(spelt, ':', 3) || ':' || split_part(spelt, ':', 4),
        '(:0)+$', ''
      ) || '::/64'
      else src_prefix
    end as prefix,
    src_ip, src_prefix, asn, repeated_id, requests, mitigated
  from sources
)
select
  prefix, src_prefix,
  min(asn) as asn,
  count(distinct src_ip) as sources,
  cast(sum(case when repeated_id is null then requests else 0 end) as bigint) + count(distinct repeated_id) filter (where repeated_id is not null) as requests,
  cast(sum(case when repeated_id is null then mitigated else 0 end) as bigint)
  + count(distinct case when mitigated > 0 then repeated_id end) as mitigated
from placed
group by prefix, src_prefix
order by requests desc, prefix
