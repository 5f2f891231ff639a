/*
title: AWS Network Load Balancer access log
reference: https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-access-logs.html
table: network_activity
framing: lines
vantage: balancer
source: elb
recognise:
  pattern: '^tls \d+\.\d+ \d{4}-\d{2}-\d{2}T[0-9:.]+Z? \S+ \S+ \S+ \S+ '
  expects: a TLS entry, such as tls 2.0 2019-11-11T15:42:00 net/name/id, and the fields of a connection
mapped:
  type: protocol
  time: time_ns, time_precision, end_ns
  elb: elb
  listener: interface
  client:port: peer_ip, src_port
  destination:port: dst_ip, dst_port
  connection_time: duration_us, time_ns
  received_bytes: bytes
  sent_bytes: response_bytes
  incoming_tls_alert: tls_result
  tls_cipher: tls_cipher
  tls_protocol_version: tls_version
  domain_name: host
  alpn_fe_protocol: app_protocol
  alpn_be_protocol: app_protocol
  tls_connection_creation_time: time_ns
unmapped:
  version: of the layout, whose later fields were all appended
  tls_handshake_time: part of connection_time, and its length depends on the client
  chosen_cert_arn: names the certificate of the host, which is mapped
  chosen_cert_serial: always a dash, as documented
  tls_named_group: key exchange of TLS 1.3, always a dash as documented
  alpn_client_preference_list: what the client offered, of which one was chosen
*/
-- No field holds a blank: the list of ALPN protocols is URL-encoded, its strings joined by commas ("h2","http/1.1").
with words as (
  select record_no, string_split(text, ' ') as w
  from records
),

read as (
  select
    record_no,
    w,
    w[1] = 'tls' and len(w) > 10 as is_entry,
    regexp_extract(w[6], '^\[?(.+?)\]?:(\d+)$', ['ip', 'port']) as client,
    regexp_extract(w[7], '^\[?(.+?)\]?:(\d+)$', ['ip', 'port']) as destination,
    -- UTC, without a Z.
    iso_ns(w[3]) as closed_ns,
    iso_ns(w[22]) as created_ns,
    try_cast(w[8] as bigint) as lasted_ms
  from words
)

select
  record_no,
  -- The time of an entry is the end of its connection.
  coalesce(created_ns, try_cast(cast(closed_ns as hugeint) - greatest(coalesce(lasted_ms, 0), 0) * 1000000::hugeint as bigint)) as time_ns,
  case when contains(w[3], '.') then 'us' else 's' end as time_precision,
  closed_ns as end_ns,
  w[4] as elb,
  nullif(w[5], '-') as interface,
  case when client.ip <> '' then client.ip else nullif(w[6], '-') end as peer_ip,
  try_cast(client.port as bigint) as src_port,
  case when destination.ip <> '' then destination.ip else nullif(w[7], '-') end as dst_ip,
  try_cast(destination.port as bigint) as dst_port,
  case when is_entry then 6 end as protocol,
  try_cast(cast(lasted_ms as hugeint) * 1000 as bigint) as duration_us,
  try_cast(w[10] as bigint) as bytes,
  try_cast(w[11] as bigint) as response_bytes,
  nullif(w[12], '-') as tls_result,
  nullif(w[15], '-') as tls_cipher,
  nullif(w[16], '-') as tls_version,
  nullif(w[18], '-') as host,
  coalesce(nullif(w[19], '-'), nullif(w[20], '-')) as app_protocol,
  case when not is_entry then 'not-an-nlb-entry' end as reject
from read
