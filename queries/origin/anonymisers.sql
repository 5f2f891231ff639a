/*
title: Anonymisers against the time before
question: Which anonymisers did the requests come through, and did their share change?
grain: one row per kind of anonymiser
params:
  known_day: {type: date, about: first day of the time before}
  from_day: {type: date, about: first event day}
  until_day: {type: date, about: last event day}
  from_time: {type: timestamp, about: 'start of the window, inclusive, UTC'}
  until_time: {type: timestamp, about: 'end of the window, exclusive, UTC'}
  source_id: {type: varchar, about: 'the log to read, so that no figure adds two vantages'}
  repeats: {type: bigint, about: 'rows of the log that repeat a request id, as integrity/repeated-requests counts them; at 0 none is looked for', otherwise: '1'}
limits: 'Supporters use them too. The kind is what the provider or the networks file says: tor where the provider says so, listed where the networks file does. The requests of no known anonymiser are a row of its own. A request id that the log holds twice counts once.'
attack: [T1090.003]
*/
with args as (
  select
    cast(? as date) as known_day,
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
    and h.dt between a.known_day and a.until_day
    and h.time < a.until_time
    and h.source_id = a.source_id
    and h.request_id is not null
  group by h.request_id
  having count(*) > 1 and min(h.time) = max(h.time) and coalesce(min(h.src_ip), '') = coalesce(max(h.src_ip), '')
), seen as (
  select
    h.time >= a.from_time as is_during,
    case
      when h.client_class = 'tor' or h.provider_country = 'T1' then 'tor'
      when h.network_type = 'anonymiser' then 'listed'
      when regexp_like(lower(h.client_class), '(vpn|proxy|anonym)') then h.client_class
    end as anonymiser,
    h.src_ip, h.action, r.request_id as repeated_id
  from http_activity h
  cross join args a
  left join repeated r on r.request_id = h.request_id
  where h.dt between a.known_day and a.until_day
    and h.time < a.until_time
    and h.source_id = a.source_id
    and h.src_ip is not null
)
select
  anonymiser,
  count_if(repeated_id is null and is_during)
  + count(distinct case when is_during then repeated_id end) as requests,
  count_if(repeated_id is null and not is_during)
  + count(distinct case when not is_during then repeated_id end) as requests_before,
  count(distinct case when is_during then src_ip end) as sources,
  count(distinct case when not is_during then src_ip end) as sources_before,
  count_if(repeated_id is null and is_during and action in ('blocked', 'challenged', 'rate-limited'))
  + count(distinct case when is_during and action in ('blocked', 'challenged', 'rate-limited') then repeated_id end) as mitigated
from seen
group by anonymiser
order by requests desc, anonymiser
