/*
title: Who asked for names
question: Which addresses sent the DNS queries, and for how many different networks behind them?
grain: one row per address
params:
  from_day: {type: date, about: first event day}
  until_day: {type: date, about: last event day}
  from_time: {type: timestamp, about: 'start of the window, inclusive, UTC'}
  until_time: {type: timestamp, about: 'end of the window, exclusive, UTC'}
  source_id: {type: varchar, about: 'the log to read, so that no figure adds two vantages'}
limits: 'src_ip_basis says what an address is: a resolver asks for others, and the address of a query over UDP can be forged. The client subnets are what resolvers say of their clients; most say nothing.'
*/
with args as (
  select
    cast(? as date) as from_day,
    cast(? as date) as until_day,
    cast(? as timestamp) as from_time,
    cast(? as timestamp) as until_time,
    cast(? as varchar) as source_id
)select
  c.src_ip,
  min(c.src_ip_basis) as src_ip_basis,
  min(coalesce(c.provider_asn, c.asn)) as asn,
  count(*) as queries,
  count(distinct c.query_name) as names,
  count(c.response_code) as code_known,
  count_if(c.response_code = 'NXDOMAIN') as not_existing,
  count(distinct c.client_subnet) as client_subnets,
  min(c.time) as first_seen,
  max(c.time) as last_seen
from dns_activity c
cross join args a
where c.dt between a.from_day and a.until_day
  and c.time >= a.from_time
  and c.time < a.until_time
  and c.source_id = a.source_id
  and c.src_ip is not null
group by c.src_ip
order by queries desc, c.src_ip
