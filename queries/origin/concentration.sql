/*
title: How concentrated the traffic was
question: How many addresses, prefixes, networks, countries, fingerprints or agents sent how many requests each?
grain: one row per number of requests
params:
  from_day: {type: date, about: first event day}
  until_day: {type: date, about: last event day}
  from_time: {type: timestamp, about: 'start of the window, inclusive, UTC'}
  until_time: {type: timestamp, about: 'end of the window, exclusive, UTC'}
  source_id: {type: varchar, about: 'the log to read, so that no figure adds two vantages'}
  kind: {type: varchar, about: 'ip, prefix, network, country, fingerprint or agent'}
  repeats: {type: bigint, about: 'rows of the log that repeat a request id, as integrity/repeated-requests counts them; at 0 none is looked for', otherwise: '1'}
limits: 'What sent the same number of requests stands in one row: HHI, effective number, entropy, Gini and shares of the first follow from the rows exactly. Requests of which the log does not say it stand under no number: one row whose requests_each is null, with their count. A request id that the log holds twice counts once for each thing.'
*/
with args as (
  select
    cast(? as date) as from_day,
    cast(? as date) as until_day,
    cast(? as timestamp) as from_time,
    cast(? as timestamp) as until_time,
    cast(? as varchar) as source_id,
    cast(? as varchar) as kind,
    cast(? as bigint) as repeats
), repeated as (
  select h.request_id
  from http_activity h
  cross join args a
  where a.repeats > 0
    and h.dt between a.from_day and a.until_day
    and h.time >= a.from_time
    and h.time < a.until_time
    and h.source_id = a.source_id
    and h.request_id is not null
  group by h.request_id
  having count(*) > 1 and min(h.time) = max(h.time) and coalesce(min(h.src_ip), '') = coalesce(max(h.src_ip), '')
), sent as (
  select
    case a.kind
      when 'ip' then h.src_ip
      when 'prefix' then h.src_prefix
      when 'network' then cast(coalesce(h.provider_asn, h.asn) as varchar)
      when 'country' then coalesce(h.provider_country, h.country)
      when 'fingerprint' then coalesce(h.ja4, h.ja3)
      when 'agent' then h.user_agent
    end as thing,
    count_if(r.request_id is null) + count(distinct r.request_id) filter (where r.request_id is not null) as requests
  from http_activity h
  cross join args a
  left join repeated r on r.request_id = h.request_id
  where h.dt between a.from_day and a.until_day
    and h.time >= a.from_time
    and h.time < a.until_time
    and h.source_id = a.source_id
  group by case a.kind
      when 'ip' then h.src_ip
      when 'prefix' then h.src_prefix
      when 'network' then cast(coalesce(h.provider_asn, h.asn) as varchar)
      when 'country' then coalesce(h.provider_country, h.country)
      when 'fingerprint' then coalesce(h.ja4, h.ja3)
      when 'agent' then h.user_agent
    end
)
select
  case when thing is not null then requests end as requests_each,
  count(thing) as things,
  cast(sum(requests) as bigint) as requests
from sent
group by case when thing is not null then requests end
order by requests_each desc
