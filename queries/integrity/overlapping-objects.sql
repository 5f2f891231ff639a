/*
title: Objects that hold the same records
question: Which objects of a log begin with records that another object of it holds too, as a log does that was copied, grew and was copied again?
grain: one row per object and other object
params:
  from_day: {type: date, about: first event day}
  until_day: {type: date, about: last event day}
limits: 'Looks at requests without a request id, since those with one are counted once each (integrity/repeated-requests), and at the first hundred records of each object: nine in ten of them must be in the other, and ten at least. Records are the same where time, client, request, answer and agent are: of two servers that one monitor alone asks, and that have one name in the lake, the logs look alike. Objects of the very same bytes are one object and stand here never.'
*/
with args as (
  select
    cast(? as date) as from_day,
    cast(? as date) as until_day
), heads as (
  select
    h.source_id, h.object_id, h.time_ns,
    coalesce(h.peer_ip, h.src_ip, '') as client,
    coalesce(h.http_method, '') as http_method,
    coalesce(h.path, '') as path,
    coalesce(h.query, '') as query,
    coalesce(h.status_code, 0) as status_code,
    coalesce(h.response_bytes, -1) as response_bytes,
    coalesce(h.user_agent, '') as user_agent,
    count(*) as records,
    min(h.time) as first_time
  from http_activity h
  cross join args a
  where h.dt between a.from_day and a.until_day
    and h.record_no <= 100 and h.request_id is null
  group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
), sought as (
  select distinct source_id, time_ns, client, http_method, path, query, status_code, response_bytes, user_agent
  from heads
), holders as (
  select distinct
    o.object_id, s.source_id, s.time_ns, s.client, s.http_method, s.path, s.query, s.status_code, s.response_bytes, s.user_agent
  from http_activity o
  cross join args a
  inner join sought s
    on s.source_id = o.source_id
    and s.time_ns = o.time_ns
    and s.client = coalesce(o.peer_ip, o.src_ip, '')
    and s.http_method = coalesce(o.http_method, '')
    and s.path = coalesce(o.path, '')
    and s.query = coalesce(o.query, '')
    and s.status_code = coalesce(o.status_code, 0)
    and s.response_bytes = coalesce(o.response_bytes, -1)
    and s.user_agent = coalesce(o.user_agent, '')
  where o.dt between a.from_day and a.until_day
), sizes as (
  select object_id, source_id, sum(records) as records, min(first_time) as first_time
  from heads
  group by object_id, source_id
), shared as (
  select h.source_id, h.object_id, o.object_id as other_object_id, sum(h.records) as records
  from heads h
  inner join holders o
    on o.source_id = h.source_id
    and o.time_ns = h.time_ns
    and o.client = h.client
    and o.http_method = h.http_method
    and o.path = h.path
    and o.query = h.query
    and o.status_code = h.status_code
    and o.response_bytes = h.response_bytes
    and o.user_agent = h.user_agent
    and o.object_id <> h.object_id
  group by h.source_id, h.object_id, o.object_id
)
select
  s.source_id,
  s.object_id,
  s.other_object_id,
  z.first_time,
  cast(z.records as bigint) as first_records,
  cast(s.records as bigint) as shared_records
from shared s
inner join sizes z on z.object_id = s.object_id and z.source_id = s.source_id
where s.records >= 10 and s.records * 10 >= z.records * 9
order by s.source_id, s.object_id, s.other_object_id
