/*
title: AWS Route 53 public DNS query log
reference: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/query-logs.html
table: dns_activity
framing: lines
vantage: dns
source: zone
recognise:
  pattern: '^(\d{4}-\d\d-\d\dT\S+ )?\d+\.\d+ \d{4}-\d\d-\d\dT[0-9:.]+Z Z[0-9A-Z]+ \S+ \S+ [A-Za-z]+ (UDP|TCP) \S+ \S+ \S+'
  expects: a version such as 1.0, a time such as 2017-12-13T08:16:02.130Z, a hosted zone, name, type, code and UDP or TCP
mapped:
  Query timestamp: time_ns, time_precision
  Hosted zone ID: zone
  Query name: query_name
  Query type: query_type
  Response code: response_code
  Layer 4 protocol: transport
  Route 53 edge location: edge_location
  Resolver IP address: peer_ip
  EDNS client subnet: client_subnet
unmapped:
  Log format version: the places of the fields are those of 1.0; later ones may add some at the end
  CloudWatch timestamp: before each line of an export to S3, the same time once more
*/
with cut as (
  select record_no, string_split(text, ' ') as words
  from records
),

-- A name with a blank in it is logged with an escape, so that places hold.
placed as (
  select record_no, case when contains(words[1], 'T') then words[2:] else words end as w
  from cut
),

checked as (
  select
    record_no,
    w,
    len(w) >= 10 and w[7] in ('UDP', 'TCP') and w[2][5] = '-' and regexp_full_match(w[1], '\d+\.\d+') as is_entry
  from placed
)

select
  record_no,
  case when is_entry then iso_ns(w[2]) end as time_ns,
  case
    when not contains(w[2], '.') then 's'
    when length(regexp_extract(w[2], '\.(\d*)', 1)) <= 3 then 'ms'
    else 'us'
  end as time_precision,
  nullif(w[3], '-') as zone,
  nullif(w[9], '-') as peer_ip,
  -- Route 53 answers with authority: those who ask are resolvers.
  'resolver' as peer_basis,
  nullif(w[10], '-') as client_subnet,
  nullif(w[4], '-') as query_name,
  upper(nullif(w[5], '-')) as query_type,
  upper(nullif(w[6], '-')) as response_code,
  lower(w[7]) as transport,
  nullif(w[8], '-') as edge_location,
  case when not is_entry then 'not-a-query-log-entry' end as reject
from checked
