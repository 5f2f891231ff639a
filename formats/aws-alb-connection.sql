/*
title: AWS Application Load Balancer connection log
reference: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-connection-logs.html
table: network_activity
framing: lines
vantage: balancer
source: null
recognise:
  pattern: '^\d{4}-\d{2}-\d{2}T[0-9:.]+Z \S+ \d+ \d+ (TLSv\S+|-) \S+ (-|-?[0-9.]+) ("|- )'
  expects: a time such as 2019-11-11T15:42:00.186641Z, a client, its port, the listener's, and the fields of a TLS connection
mapped:
  timestamp: time_ns, time_precision
  client_ip: peer_ip
  client_port: src_port
  listener_port: dst_port
  tls_protocol: tls_version
  tls_cipher: tls_cipher
  tls_verify_status: tls_result
  conn_trace_id: connection_id
unmapped:
  tls_handshake_latency: seconds of the handshake, not of the connection, and part of them is the client's
  leaf_client_cert_subject: names a person or a device, with leaf_client_cert_serial_number
  leaf_client_cert_validity: dates of the client's certificate, whose verdict is mapped
  leaf_client_cert_serial_number: number of the client's certificate, whose verdict is mapped
  tls_keyexchange: key exchange of the handshake, a field that was appended later
*/
-- The client writes the subject of its certificate: what follows is read from the last quote of the line.
with cut as (
  select record_no, string_split(text, '"') as q, string_split(q[1], ' ') as w
  from records
),

words as (
  select record_no, w, case when len(q) > 2 then string_split(q[-1], ' ') else w[8:] end as t
  from cut
)

select
  record_no,
  iso_ns(w[1]) as time_ns,
  'us' as time_precision,
  nullif(w[2], '-') as peer_ip,
  try_cast(w[3] as bigint) as src_port,
  try_cast(w[4] as bigint) as dst_port,
  nullif(w[5], '-') as tls_version,
  nullif(w[6], '-') as tls_cipher,
  nullif(t[4], '-') as tls_result,
  nullif(nullif(t[5], '-'), '') as connection_id,
  case
    when len(w) < 8 or len(t) < 4 or not regexp_full_match(w[3] || ' ' || w[4], '\d+ \d+') then 'not-a-connection-log-entry'
  end as reject
from words
