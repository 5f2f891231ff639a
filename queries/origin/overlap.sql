/*
title: Overlap of two windows
question: How many addresses, prefixes, networks, fingerprints and agents do two windows have in common?
grain: one row per kind
params:
  from_day: {type: date, about: 'first event day, of the first window'}
  until_day: {type: date, about: 'last event day, of the second window'}
  first_from: {type: timestamp, about: 'start of the first window, inclusive, UTC'}
  first_until: {type: timestamp, about: 'end of the first window, exclusive, UTC'}
  second_from: {type: timestamp, about: 'start of the second window, inclusive, UTC'}
  second_until: {type: timestamp, about: 'end of the second window, exclusive, UTC'}
  source_id: {type: varchar, about: 'the log to read, so that no figure adds two vantages'}
  repeats: {type: bigint, about: 'rows of the log that repeat a request id, as integrity/repeated-requests counts them; at 0 none is looked for', otherwise: '1'}
limits: 'Two windows of usual traffic overlap too, in networks and agents nearly wholly: hold the overlap against that of two quiet windows. Addresses change hands within days. requests are those of what both windows have; a request id that the log holds twice counts once in each window.'
*/
with args as (
  select
    cast(? as date) as from_day, cast(? as date) as until_day,
    cast(? as timestamp) as first_from, cast(? as timestamp) as first_until,
    cast(? as timestamp) as second_from, cast(? as timestamp) as second_until,
    cast(? as varchar) as source_id,
    cast(? as bigint) as repeats
), repeated as (
  select h.request_id
  from http_activity h cross join args a
  where a.repeats > 0
    and h.dt between a.from_day and a.until_day
    and ((h.time >= a.first_from and h.time < a.first_until) or (h.time >= a.second_from and h.time < a.second_until))
    and h.source_id = a.source_id
    and h.request_id is not null
  group by h.request_id
  having count(*) > 1 and min(h.time) = max(h.time) and coalesce(min(h.src_ip), '') = coalesce(max(h.src_ip), '')
), requests as (
  select
    h.src_ip, h.src_prefix, h.user_agent,
    coalesce(h.provider_asn, h.asn) as asn,
    coalesce(h.ja4, h.ja3) as fingerprint,
    r.request_id as repeated_id,
    count_if(h.time >= a.first_from and h.time < a.first_until) as in_first,
    count_if(h.time >= a.second_from and h.time < a.second_until) as in_second
  from http_activity h cross join args a
  left join repeated r on r.request_id = h.request_id
  where h.dt between a.from_day and a.until_day
    and h.source_id = a.source_id
    and ((h.time >= a.first_from and h.time < a.first_until) or (h.time >= a.second_from and h.time < a.second_until))
  group by h.src_ip, h.src_prefix, coalesce(h.provider_asn, h.asn), coalesce(h.ja4, h.ja3), h.user_agent, r.request_id
), things as (
  select
    k.kind,
    case k.kind
      when 'ip' then r.src_ip
      when 'prefix' then r.src_prefix
      when 'network' then cast(r.asn as varchar)
      when 'fingerprint' then r.fingerprint
      when 'agent' then r.user_agent
    end as thing,
    r.repeated_id, r.in_first, r.in_second
  from requests r
  cross join (values ('ip'), ('prefix'), ('network'), ('fingerprint'), ('agent')) as k (kind)
), counted as (
  select
    kind, thing,
    sum(case when repeated_id is null then in_first else 0 end) + count(distinct repeated_id) filter (where repeated_id is not null and in_first > 0) as in_first,
    sum(case when repeated_id is null then in_second else 0 end) + count(distinct repeated_id) filter (where repeated_id is not null and in_second > 0) as in_second
  from things
  where thing is not null
  group by kind, thing
)
select
  kind,
  count_if(in_first > 0) as first_things,
  count_if(in_second > 0) as second_things,
  count_if(in_first > 0 and in_second > 0) as in_both,
  cast(sum(in_first) as bigint) as first_requests,
  cast(sum(in_second) as bigint) as second_requests,
  cast(sum(case when in_second > 0 then in_first else 0 end) as bigint) as first_requests_of_both,
  cast(sum(case when in_first > 0 then in_second else 0 end) as bigint) as second_requests_of_both
from counted
group by kind
order by kind
