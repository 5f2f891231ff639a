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
limits: 'Scanning goes on all the time: hold the number of such addresses against another window of the same length. Scanner-like are paths of tools, backups and configuration. An attacker who scans from elsewhere does not show; many people behind one address do.'
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
), during as (
  select h.src_ip, count(*) as requests
  from http_activity h
  cross join args a
  where h.dt between a.from_day and a.until_day
    and h.time >= a.from_time
    and h.time < a.until_time
    and h.source_id = a.source_id
    and h.src_ip is not null
  group by h.src_ip
), before as (
  select h.src_ip, h.status_code, h.path, h.time
  from http_activity h
  cross join args a
  where h.dt between a.known_day and a.until_day
    and h.time < a.from_time
    and h.source_id = a.source_id
    and h.src_ip is not null
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
inner join before b on b.src_ip = d.src_ip
group by d.src_ip, d.requests
order by scanner_like_before desc, not_found_before desc, d.requests desc, d.src_ip
