/*
title: Sign-ins to the consoles
question: Which sign-ins succeeded after failures, or from a network that their user had not come from before?
grain: one row per sign-in that succeeded
params:
  known_day: {type: date, about: first day of the time before}
  from_day: {type: date, about: first event day}
  until_day: {type: date, about: last event day}
  from_time: {type: timestamp, about: 'start of the window, inclusive, UTC'}
  until_time: {type: timestamp, about: 'end of the window, exclusive, UTC'}
limits: Failures are of the 24 hours before. Known means a sign-in of the same user that succeeded since known_day in the same log; a short log makes every network new. CloudTrail hides the name of a user that does not exist. Sign-ins at an identity provider are in its own log. Every row counts, also one that was delivered twice, since a request id of these logs may stand for several events.
attack: [T1078, T1110]
*/
with args as (
  select
    cast(? as date) as known_day,
    cast(? as date) as from_day,
    cast(? as date) as until_day,
    cast(? as timestamp) as from_time,
    cast(? as timestamp) as until_time
), attempts as (
  select c.source_id, c.time, c.actor, c.actor_type, c.mfa, c.src_ip, c.asn, c.status, c.user_agent, c.object_id, c.record_no
  from control_activity c
  cross join args a
  where c.dt between a.known_day and a.until_day
    and c.time < a.until_time
    and lower(c.operation) in ('consolelogin', 'login', 'userauthentication')
), successes as (
  select s.source_id, s.time, s.actor, s.actor_type, s.mfa, s.src_ip, s.asn, s.user_agent, s.object_id, s.record_no
  from attempts s
  cross join args a
  where s.status = 'success' and s.time >= a.from_time
), history as (
  select
    s.object_id,
    s.record_no,
    count_if(e.status = 'failure' and e.actor = s.actor and e.time >= date_add('day', -1, s.time)) as failures_of_user,
    count_if(e.status = 'failure' and e.src_ip = s.src_ip and e.time >= date_add('day', -1, s.time)) as failures_from_address,
    count_if(e.status = 'success' and e.actor = s.actor) as earlier_sign_ins,
    count_if(e.status = 'success' and e.actor = s.actor and e.src_ip = s.src_ip) as earlier_from_address,
    count_if(e.status = 'success' and e.actor = s.actor and e.asn = s.asn) as earlier_from_network
  from successes s
  inner join attempts e on e.source_id = s.source_id and e.time < s.time
  group by s.object_id, s.record_no
)
select
  s.time, s.source_id, s.actor, s.actor_type, s.mfa, s.src_ip, s.asn,
  coalesce(h.failures_of_user, 0) as failures_of_user,
  coalesce(h.failures_from_address, 0) as failures_from_address,
  coalesce(h.earlier_sign_ins, 0) as earlier_sign_ins,
  coalesce(h.earlier_from_address, 0) as earlier_from_address,
  coalesce(h.earlier_from_network, 0) as earlier_from_network,
  s.user_agent, s.object_id, s.record_no
from successes s
left join history h on h.object_id = s.object_id and h.record_no = s.record_no
order by s.time, s.source_id, s.object_id, s.record_no
