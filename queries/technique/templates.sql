/*
title: Request templates
question: Which requests are the same but for their random tokens?
grain: one row per host, method and template
params:
  from_day: {type: date, about: first event day}
  until_day: {type: date, about: last event day}
  from_time: {type: timestamp, about: 'start of the window, inclusive, UTC'}
  until_time: {type: timestamp, about: 'end of the window, exclusive, UTC'}
  source_id: {type: varchar, about: 'the log to read, so that no figure adds two vantages'}
  repeats: {type: bigint, about: 'rows of the log that repeat a request id, as integrity/repeated-requests counts them; at 0 none is looked for', otherwise: '1'}
limits: In a template {uuid} stands for a UUID, {n} for digits, {x} for a value of a query that has a digit in it or eight characters or more; words of a path are kept. Few templates with very many different tokens are a tool. Tokens of letters alone and shorter than eight are taken for words. A request id that the log holds twice counts once.
attack: [T1499.002]
*/
with args as (
  select
    cast(? as date) as from_day,
    cast(? as date) as until_day,
    cast(? as timestamp) as from_time,
    cast(? as timestamp) as until_time,
    cast(? as varchar) as source_id,
    cast(? as bigint) as repeats
), repeated as (
  select h.request_id
  from http_activity h
  cross join args a
  where a.repeats > 0
    and h.dt between a.from_day and a.until_day
    and h.time >= a.from_time
    and h.time < a.until_time
    and h.source_id = a.source_id
    and h.request_id is not null
  group by h.request_id
  having count(*) > 1 and min(h.time) = max(h.time) and coalesce(min(h.src_ip), '') = coalesce(max(h.src_ip), '')
), shaped as (
  select
    h.host, h.http_method, h.src_ip, h.user_agent, h.path, h.query, r.request_id as repeated_id,
    regexp_replace(
      regexp_replace(h.path, '[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}', '{uuid}'),
      '[0-9]+', '{n}'
    ) as path_template,
    regexp_replace(regexp_replace(h.query, '=[^&]*[0-9][^&]*', '={x}'), '=[^&{]{8,}', '={x}') as query_template
  from http_activity h
  cross join args a
  left join repeated r on r.request_id = h.request_id
  where h.dt between a.from_day and a.until_day
    and h.time >= a.from_time
    and h.time < a.until_time
    and h.source_id = a.source_id
)
select
  host,
  http_method,
  path_template,
  query_template,
  count_if(repeated_id is null) + count(distinct repeated_id) filter (where repeated_id is not null) as requests,
  count(distinct path) as distinct_paths,
  count(distinct query) as distinct_queries,
  count(distinct src_ip) as sources,
  count(distinct user_agent) as agents
from shaped
group by host, http_method, path_template, query_template
order by requests desc, host, http_method, path_template, query_template
