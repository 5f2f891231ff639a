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
    h.source_id, h.object_id, h.record_no, h.time, h.time_ns,
    coalesce(h.peer_ip, h.src_ip, '') as client,
    coalesce(h.http_method, '') as http_method,
    coalesce(h.path, '') as path,
    coalesce(h.query, '') as query,
    coalesce(h.status_code, 0) as status_code,
    coalesce(h.response_bytes, -1) as response_bytes,
    coalesce(h.user_agent, '') as user_agent
  from http_activity h
  cross join args a
  where h.dt between a.from_day and a.until_day
    and h.record_no <= 100
    and h.request_id is null
), sizes as (
  select object_id, source_id, count(*) as records, min(time) as first_time
  from heads
  group by object_id, source_id
), shared as (
  select
    h.source_id,
    h.object_id,
    o.object_id as other_object_id,
    count(distinct h.record_no) as records
  from http_activity o
  cross join args a
  inner join heads h
    on h.source_id = o.source_id
    and h.time_ns = o.time_ns
    and h.client = coalesce(o.peer_ip, o.src_ip, '')
    and h.http_method = coalesce(o.http_method, '')
    and h.path = coalesce(o.path, '')
    and h.query = coalesce(o.query, '')
    and h.status_code = coalesce(o.status_code, 0)
    and h.response_bytes = coalesce(o.response_bytes, -1)
    and h.user_agent = coalesce(o.user_agent, '')
    and h.object_id <> o.object_id
  where o.dt between a.from_day and a.until_day
  group by h.source_id, h.object_id, o.object_id
)
select
  s.source_id,
  s.object_id,
  s.other_object_id,
  z.first_time,
  z.records as first_records,
  s.records as shared_records
from shared s
inner join sizes z on z.object_id = s.object_id and z.source_id = s.source_id
where s.records >= 10 and s.records * 10 >= z.records * 9
order by s.source_id, s.object_id, s.other_object_id
