/*
title: Reconnaissance before the window
question: Which addresses of the window had been there before it, and looked for what is not there?
grain: one row per address of the window that was seen before
params:
  known_day: {type: date, about: first day of the time before}
  from_day: {type: date, about: first event day}
  until_day: {type: date, about: last event day}
  from_time: {type: timestamp, about: 'start of the window, inclusive, UTC'}
  until_time: {type: timestamp, about: 'end of the window, exclusive, UTC'}
  source_id: {type: varchar, about: 'the log to read, so that no figure adds two vantages'}
limits: 'Scanning goes on all the time: hold the number of such addresses against another window of the same length. Scanner-like are paths of tools, backups and configuration. An attacker who scans from elsewhere does not show; many people behind one address do. A request id that the log holds twice counts once, as its earliest row.'
attack: [T1595, T1595.003]
*/
with args as (
  select
    cast(? as date) as known_day,
    cast(? as date) as from_day,
    cast(? as date) as until_day,
    cast(? as timestamp) as from_time,
    cast(? as timestamp) as until_time,
    cast(? as varchar) as source_id
), numbered as (
  select
    h.src_ip, h.status_code, h.path, h.time, h.request_id, h.time < a.from_time as is_before,
    row_number() over (partition by h.request_id order by h.time, h.object_id, h.record_no) as nth
  from http_activity h
  cross join args a
  where h.dt between a.known_day and a.until_day
    and h.time < a.until_time
    and h.source_id = a.source_id
    and h.src_ip is not null
), once as (
  select src_ip, status_code, path, time, is_before
  from numbered
  where request_id is null or nth = 1
), during as (
  select src_ip, count(*) as requests
  from once
  where not is_before
  group by src_ip
)
select
  d.src_ip,
  d.requests,
  count(*) as requests_before,
  count(distinct b.path) as paths_before,
  count_if(b.status_code = 404) as not_found_before,
  count_if(regexp_like(
    lower(b.path),
    '(^|/)(\.env|\.git|\.svn|\.aws|wp-config\.php|wp-login\.php|xmlrpc\.php|phpmyadmin|phpinfo\.php|actuator|backup|dump|cgi-bin|server-status|vendor|solr|jenkins|manager)(/|$|\.)'
  )) as scanner_like_before,
  min(b.time) as first_seen_before,
  max(b.time) as last_seen_before
from during d
inner join once b on b.src_ip = d.src_ip and b.is_before
group by d.src_ip, d.requests
order by scanner_like_before desc, not_found_before desc, d.requests desc, d.src_ip
