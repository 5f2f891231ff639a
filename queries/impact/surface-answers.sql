/*
title: Answers on a sensitive surface
question: Who was answered with success on the paths of a surface that the case names, when, and with how much?
grain: one row per log, host, path, address and hour
params:
  from_day: {type: date, about: first event day}
  until_day: {type: date, about: last event day}
  paths: {type: varchar, about: 'the paths in lower case, as LIKE reads them: /admin/% is all below /admin/; a backslash before % or _ makes it a letter'}
limits: 'Answers are those of 2xx. A success is not by itself an intrusion: who works with the surface is answered too. Every log that saw the request has a row: take one log. Where the client''s address is not known, one row stands for all such. A request id that a log holds twice counts once in an hour.'
attack: [T1190, T1530]
*/
with args as (
  select
    cast(? as date) as from_day,
    cast(? as date) as until_day,
    cast(? as varchar) as paths
), answered as (
  select
    h.source_id, h.vantage, h.host, h.path, h.src_ip, h.response_bytes, h.time, h.object_id, h.record_no,
    date_trunc('hour', h.time) as hour,
    row_number() over (
      partition by h.source_id, h.vantage, h.host, h.path, h.src_ip, date_trunc('hour', h.time)
      order by h.time, h.object_id, h.record_no
    ) as position,
    row_number() over (
      partition by
        h.source_id, h.vantage, h.host, h.path, h.src_ip, date_trunc('hour', h.time),
        coalesce(h.request_id, concat(h.object_id, ':', cast(h.record_no as varchar)))
      order by h.time, h.object_id, h.record_no
    ) as delivery
  from http_activity h
  cross join args a
  where h.dt between a.from_day and a.until_day
    and h.status_code between 200 and 299
    and lower(h.path) like a.paths escape '\'
)
select
  source_id,
  vantage,
  host,
  path,
  src_ip,
  hour,
  count_if(delivery = 1) as answered,
  cast(coalesce(max(response_bytes), 0) as bigint) as largest_response,
  cast(coalesce(sum(case when delivery = 1 then response_bytes end), 0) as bigint) as response_bytes,
  min(time) as first_seen,
  max(time) as last_seen,
  max(case when position = 1 then object_id end) as object_id,
  max(case when position = 1 then record_no end) as record_no
from answered
group by source_id, vantage, host, path, src_ip, hour
order by source_id, vantage, host, path, src_ip, hour
