/*
title: Request signatures of some addresses
question: Which combinations of fingerprint, agent and request template did the addresses of some networks ask, and how often?
grain: one row per address, host and signature
params:
  from_day: {type: date, about: first event day}
  until_day: {type: date, about: last event day}
  from_time: {type: timestamp, about: 'start of the window, inclusive, UTC'}
  until_time: {type: timestamp, about: 'end of the window, exclusive, UTC'}
  source_id: {type: varchar, about: 'the log to read, so that no figure adds two vantages'}
  addresses: {type: varchar, about: 'the addresses, as LIKE reads them, with blanks between them: 192.0.2.% is all of 192.0.2.0/24'}
limits: 'Rows with a repeated request id count: what known sources sent is taken from rows. A pattern can only name whole parts of an address: of a network such as 192.0.2.64/26 take the rows that lie in it. In a template {n} stands for digits, {t} for a value with a digit in it, {w} for another value.'
attack: [T1499.002, T1499.003]
*/
with args as (
  select
    cast(? as date) as from_day,
    cast(? as date) as until_day,
    cast(? as timestamp) as from_time,
    cast(? as timestamp) as until_time,
    cast(? as varchar) as source_id,
    cast(? as varchar) as addresses
), patterns as (
  select p.pattern
  from args a
  cross join unnest(split(a.addresses, ' ')) as p (pattern)
), seen as (
  select distinct h.src_ip
  from http_activity h
  cross join args a
  where h.dt between a.from_day and a.until_day
    and h.time >= a.from_time
    and h.time < a.until_time
    and h.source_id = a.source_id
    and h.src_ip is not null
), wanted as (
  select distinct s.src_ip
  from seen s
  inner join patterns p on s.src_ip like p.pattern
), signed as (
  select
    h.src_ip,
    h.host,
    coalesce(h.ja4, h.ja3) as fingerprint,
    h.user_agent,
    h.http_method,
    h.path_template,
    h.query_template,
    h.referrer is not null as has_referrer
  from http_activity h
  cross join args a
  inner join wanted w on w.src_ip = h.src_ip
  where h.dt between a.from_day and a.until_day
    and h.time >= a.from_time
    and h.time < a.until_time
    and h.source_id = a.source_id
)
select
  src_ip, host,
  fingerprint, user_agent, http_method, path_template, query_template, has_referrer,
  count(*) as requests
from signed
group by src_ip, host, fingerprint, user_agent, http_method, path_template, query_template, has_referrer
order by requests desc, src_ip, host, fingerprint, user_agent, http_method, path_template, query_template, has_referrer
