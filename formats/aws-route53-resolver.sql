/*
title: AWS Route 53 Resolver query log
reference: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-query-logs-format.html
table: dns_activity
framing: json
vantage: dns
source: vpc_id
recognise:
  pattern: '^\s*\{(?=.*"query_timestamp"\s*:)(?=.*"(?:query_name|query_type|rcode|srcids|vpc_id)"\s*:)'
  expects: a JSON object with query_timestamp, and query_name, rcode, srcids or vpc_id
mapped:
  query_timestamp: time_ns, time_precision
  vpc_id: vpc_id, resource
  account_id: account
  query_name: query_name
  query_type: query_type
  query_class: query_class
  rcode: response_code
  answers: answers
  answer_type: answers
  rdata: answers
  answer_class: answers
  srcaddr: client_ip, peer_ip
  srcport: src_port
  transport: transport
  srcids: resource, client_ip
  instance: resource
  resolver_endpoint: client_ip
  firewall_rule_action: action, action_detail
  firewall_rule_group_id: action_rule
  firewall_domain_list_id: action_rule
unmapped:
  version: the fields say what they are, whatever the version
  region: region of the network, which vpc_id names
  resolver_network_interface: address of the endpoint that the query came through
  additional_properties: whether the log itself came late
*/
with taken as (
  select
    record_no,
    starts_with(ltrim(text, ' ' || chr(9) || chr(13)), '{') as braced,
    -- Malformed text gives null; an array or a scalar gives a struct of nulls. A list taken as text is JSON.
    try(json_transform(
      text,
      '{
        "query_timestamp": "VARCHAR", "vpc_id": "VARCHAR", "account_id": "VARCHAR", "query_name": "VARCHAR", "query_type": "VARCHAR",
        "query_class": "VARCHAR", "rcode": "VARCHAR", "answers": "VARCHAR", "srcaddr": "VARCHAR", "srcport": "BIGINT",
        "transport": "VARCHAR", "srcids": {"instance": "VARCHAR", "resolver_endpoint": "VARCHAR"}, "firewall_rule_action": "VARCHAR",
        "firewall_rule_group_id": "VARCHAR", "firewall_domain_list_id": "VARCHAR"
      }'
    )) as f
  from records
),

named as (
  select
    record_no,
    coalesce(braced and f is not null, false) as is_object,
    f,
    -- Through an endpoint come the name servers of another network, who ask for others.
    nullif(f.srcids.resolver_endpoint, '') is not null as through_endpoint
  from taken
)

select
  record_no,
  iso_ns(f.query_timestamp) as time_ns,
  case
    when not contains(f.query_timestamp, '.') then 's'
    when length(regexp_extract(f.query_timestamp, '\.(\d*)', 1)) <= 3 then 'ms'
    when length(regexp_extract(f.query_timestamp, '\.(\d*)', 1)) <= 6 then 'us'
    else 'ns'
  end as time_precision,
  f.vpc_id as vpc_id,
  -- An instance of the VPC: AWS lets no other address out of its network interface, and a private one is its own.
  case when not through_endpoint then nullif(f.srcaddr, '') end as client_ip,
  nullif(f.srcaddr, '') as peer_ip,
  case when through_endpoint then 'resolver' else 'peer' end as peer_basis,
  f.srcport as src_port,
  nullif(f.query_name, '') as query_name,
  upper(nullif(f.query_type, '')) as query_type,
  upper(nullif(f.query_class, '')) as query_class,
  upper(nullif(f.rcode, '')) as response_code,
  case when f.answers not in ('', '[]') then f.answers end as answers,
  case lower(f.transport)
    when 'doh' then 'https'
    when 'dot' then 'tls'
    else lower(nullif(f.transport, ''))
  end as transport,
  case upper(f.firewall_rule_action)
    when 'BLOCK' then 'blocked'
    when 'ALERT' then 'allowed'
    when 'ALLOW' then 'allowed'
  end as action,
  nullif(f.firewall_rule_action, '') as action_detail,
  nullif(concat_ws('/', nullif(f.firewall_rule_group_id, ''), nullif(f.firewall_domain_list_id, '')), '') as action_rule,
  nullif(f.account_id, '') as account,
  coalesce(nullif(f.srcids.instance, ''), nullif(f.vpc_id, '')) as resource,
  case
    when not is_object then 'not-a-json-object'
    when f.query_timestamp is null then 'no-query-timestamp'
    when f.query_name is null then 'no-query-name'
  end as reject
from named
