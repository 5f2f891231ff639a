/*
title: Unusually large answers
question: Which clients got an answer far larger than any that they had got before?
grain: one row per address
params:
  known_day: {type: date, about: first day of the time before}
  from_day: {type: date, about: first event day}
  until_day: {type: date, about: last event day}
  from_time: {type: timestamp, about: 'start of the window, inclusive, UTC'}
  until_time: {type: timestamp, about: 'end of the window, exclusive, UTC'}
  source_id: {type: varchar, about: 'the log to read, so that no figure adds two vantages'}
  least_bytes: {type: bigint, about: 'bytes from which on an answer is large, such as 1000000'}
  repeats: {type: bigint, about: 'rows of the log that repeat a request id, as integrity/repeated-requests counts them; at 0 none is looked for', otherwise: '1'}
limits: 'Far larger is ten times the client''s own largest answer since known_day, or any large one of a client without a past (requests_before is 0): a short log makes all clients new. Downloads and reports are large; a slow leak of small answers does not show. A request id that the log holds twice counts once before the window and once in it.'
attack: [T1048, T1530]
*/
with args as (
  select
    cast(? as date) as known_day, cast(? as date) as from_day, cast(? as date) as until_day,
    cast(? as timestamp) as from_time, cast(? as timestamp) as until_time,
    cast(? as varchar) as source_id,
    cast(? as bigint) as least_bytes,
    cast(? as bigint) as repeats
), numbered as (
  select
    h.object_id, h.record_no,
    row_number() over (partition by h.request_id, h.time, h.src_ip order by h.object_id, h.record_no) as nth
  from http_activity h
  cross join args a
  where a.repeats > 0
    and h.dt between a.known_day and a.until_day
    and h.time < a.until_time
    and h.source_id = a.source_id
    and h.src_ip is not null and h.request_id is not null
    and h.status_code between 200 and 299
    and h.response_bytes is not null
), again as (
  select object_id, record_no from numbered where nth > 1
), answered as (
  select
    h.time >= a.from_time as is_during,
    h.src_ip, h.path, h.response_bytes, h.time, h.object_id, h.record_no, coalesce(h.provider_asn, h.asn) as asn
  from http_activity h
  cross join args a
  left join again g on g.object_id = h.object_id and g.record_no = h.record_no
  where h.dt between a.known_day and a.until_day
    and h.time < a.until_time
    and h.source_id = a.source_id
    and h.src_ip is not null
    and h.status_code between 200 and 299
    and h.response_bytes is not null
    and g.object_id is null
), clients as (
  select
    src_ip,
    min(asn) as asn,
    count_if(not is_during) as requests_before,
    count_if(is_during) as requests,
    coalesce(max(case when not is_during then response_bytes end), 0) as largest_before,
    max(case when is_during then response_bytes end) as largest,
    cast(coalesce(sum(case when is_during then response_bytes end), 0) as bigint) as bytes
  from answered
  group by src_ip
), first_of as (
  select
    n.src_ip, n.path, n.time, n.object_id, n.record_no,
    row_number() over (partition by n.src_ip order by n.response_bytes desc, n.time, n.object_id, n.record_no) as position
  from answered n
  where n.is_during
)
select
  c.src_ip, c.asn, c.requests_before, c.requests, c.largest_before, c.largest, c.bytes, f.path, f.time, f.object_id, f.record_no
from clients c
cross join args a
inner join first_of f on f.src_ip = c.src_ip and f.position = 1
where c.largest >= a.least_bytes and c.largest >= 10 * c.largest_before
order by c.largest desc, c.src_ip
