/*
title: Requests that their client left
question: Which addresses asked over HTTP/2 or later and left before the answer, many times on one connection?
grain: one row per address with such a request
params:
  from_day: {type: date, about: first event day}
  until_day: {type: date, about: last event day}
  from_time: {type: timestamp, about: 'start of the window, inclusive, UTC'}
  until_time: {type: timestamp, about: 'end of the window, exclusive, UTC'}
  source_id: {type: varchar, about: 'the log to read, so that no figure adds two vantages'}
limits: 'Left is 499 (Cloudflare, nginx) or 460 (Application Load Balancer); CloudFront and IIS write no status, which also other ends have: no_status counts those apart. People leave slow pages too. A connection is an address and port, where the log has the port. Streams that a proxy reset before it logged a request are in no log: this understates Rapid Reset. A request id that the log holds twice counts once, as its earliest row.'
attack: [T1499.002]
*/
with args as (
  select
    cast(? as date) as from_day,
    cast(? as date) as until_day,
    cast(? as timestamp) as from_time,
    cast(? as timestamp) as until_time,
    cast(? as varchar) as source_id
), numbered as (
  select
    h.src_ip, h.src_port, h.status_code, h.request_id,
    row_number() over (partition by h.request_id order by h.time, h.object_id, h.record_no) as nth
  from http_activity h
  cross join args a
  where h.dt between a.from_day and a.until_day
    and h.time >= a.from_time
    and h.time < a.until_time
    and h.source_id = a.source_id
    and h.src_ip is not null
    and regexp_like(upper(h.http_version), '^(HTTP/[23]|H[23])')
), requests as (
  select
    src_ip, src_port,
    count(*) as requests,
    count_if(status_code in (460, 499)) as client_left,
    count_if(status_code is null) as no_status
  from numbered
  where request_id is null or nth = 1
  group by src_ip, src_port
)
select
  src_ip,
  cast(sum(requests) as bigint) as requests,
  cast(sum(client_left) as bigint) as client_left,
  cast(sum(no_status) as bigint) as no_status,
  count(src_port) as connections,
  coalesce(max(case when src_port is not null then requests end), 0) as most_on_one_connection,
  coalesce(max(case when src_port is not null then client_left end), 0) as most_left_on_one_connection
from requests
group by src_ip
having sum(client_left) + sum(no_status) > 0
order by client_left desc, no_status desc, src_ip
