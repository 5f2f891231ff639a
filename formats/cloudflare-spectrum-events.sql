/*
title: Cloudflare Logpush, spectrum_events
reference: https://developers.cloudflare.com/logs/logpush/logpush-job/datasets/zone/spectrum_events/
table: network_activity
framing: json
vantage: edge
source: interface
recognise:
  pattern: '^\s*\{(?=.*"(?:Event|Application|ConnectTimestamp|DisconnectTimestamp)"\s*:)(?=.*"(?:ClientMatchedIpFirewall|ClientProto|ClientTcpRtt|ClientTls\w+|IpFirewall|OriginProto|OriginTcpRtt|OriginTls\w+|ProxyProtocol)"\s*:)'
  expects: a JSON object with Event or Application, and ClientProto, ClientMatchedIpFirewall, IpFirewall or ProxyProtocol
mapped:
  Application: interface
  Event: action, action_detail
  Timestamp: time_ns, time_precision
  ConnectTimestamp: time_ns, time_precision, duration_us
  DisconnectTimestamp: end_ns, duration_us
  ClientIP: client_ip, peer_ip
  ClientPort: src_port
  ClientProto: protocol
  ClientAsn: provider_asn
  ClientCountry: provider_country
  ClientBytes: bytes
  OriginBytes: response_bytes
  ClientMatchedIpFirewall: action, action_detail
  IpFirewall: action
  ClientTlsProtocol: tls_version
  ClientTlsCipher: tls_cipher
  ClientTlsStatus: tls_result
  ClientTlsClientHelloServerName: host
  OriginIP: service
  OriginPort: service
  ColoCode: edge_location
unmapped:
  ClientTcpRtt: round-trip time, which no query uses
  OriginProto: protocol between edge and origin, inside the platform
  OriginTcpRtt: round-trip time between edge and origin
  OriginTlsCipher: TLS between edge and origin, inside the platform
  OriginTlsFingerprint: TLS between edge and origin, inside the platform
  OriginTlsMode: TLS between edge and origin, inside the platform
  OriginTlsProtocol: TLS between edge and origin, inside the platform
  OriginTlsStatus: TLS between edge and origin, inside the platform
  ProxyProtocol: how the origin is told of the client
  Status: number for why the connection closed, which has no public list
*/
with taken as (
  select
    record_no,
    starts_with(ltrim(text, ' ' || chr(9) || chr(13)), '{') as braced,
    -- Malformed text gives null; an array or a scalar gives a struct of nulls.
    try(json_transform(
      text,
      '{
        "Application": "VARCHAR", "Event": "VARCHAR", "Timestamp": "VARCHAR", "ConnectTimestamp": "VARCHAR", "DisconnectTimestamp": "VARCHAR",
        "ClientIP": "VARCHAR", "ClientPort": "BIGINT", "ClientProto": "VARCHAR", "ClientAsn": "BIGINT",
        "ClientCountry": "VARCHAR", "ClientBytes": "BIGINT", "OriginBytes": "BIGINT", "ClientMatchedIpFirewall": "VARCHAR",
        "IpFirewall": "BOOLEAN", "ClientTlsProtocol": "VARCHAR", "ClientTlsCipher": "VARCHAR", "ClientTlsStatus": "VARCHAR",
        "ClientTlsClientHelloServerName": "VARCHAR", "OriginIP": "VARCHAR", "OriginPort": "BIGINT", "ColoCode": "VARCHAR"
      }'
    )) as f
  from records
),

-- No time is written as 0, which RFC 3339 makes the start of 1970, or as the year 1. The end of a connection is logged with its start; all
-- else is of the moment.
named as (
  select
    record_no,
    coalesce(braced and f is not null, false) as is_object,
    f,
    coalesce(f.Event = 'disconnect', false) as closed,
    case when f.Timestamp not in ('', '0', '1970-01-01T00:00:00Z', '0001-01-01T00:00:00Z') then f.Timestamp end as moment,
    case when f.ConnectTimestamp not in ('', '0', '1970-01-01T00:00:00Z', '0001-01-01T00:00:00Z') then f.ConnectTimestamp end as opening,
    case when f.DisconnectTimestamp not in ('', '0', '1970-01-01T00:00:00Z', '0001-01-01T00:00:00Z') then f.DisconnectTimestamp end as closing,
    upper(nullif(nullif(f.ClientMatchedIpFirewall, ''), 'UNKNOWN')) as matched,
    lower(f.ClientProto) as proto
  from taken
),

placed as (
  select
    *,
    case when closed then coalesce(opening, moment) else coalesce(moment, opening) end as stamp,
    case when closed then coalesce(closing, moment) end as stop
  from named
),

counted as (
  select
    *,
    stamp_digits(stamp) as digits,
    stamp_digits(stop) as stop_digits
  from placed
),

timed as (
  select
    *,
    stamp_ns(stamp, digits) as start_ns,
    stamp_ns(stop, stop_digits) as stop_ns
  from counted
)

select
  record_no,
  start_ns as time_ns,
  stamp_precision(stamp, digits) as time_precision,
  stop_ns as end_ns,
  nullif(f.Application, '') as interface,
  -- Cloudflare shook hands with a client of TCP. A datagram's sender can be forged, whoever logs it.
  case when proto is distinct from 'udp' then nullif(f.ClientIP, '') end as client_ip,
  nullif(f.ClientIP, '') as peer_ip,
  case when proto = 'udp' then 'packet' else 'peer' end as peer_basis,
  nullif(f.ClientPort, 0) as src_port,
  upper(nullif(f.ClientCountry, '')) as provider_country,
  nullif(f.ClientAsn, 0) as provider_asn,
  nullif(f.ClientTlsClientHelloServerName, '') as host,
  case proto
    when 'tcp' then cast(6 as bigint)
    when 'udp' then cast(17 as bigint)
  end as protocol,
  -- Counted while the connection was open: before its end they are 0.
  case when closed then f.ClientBytes end as bytes,
  case when closed then f.OriginBytes end as response_bytes,
  case
    when f.Event = 'clientFiltered' or matched like 'BLOCK%' then 'blocked'
    when matched = 'ALLOW' or matched like 'WHITELIST%' then 'allowed'
    -- No rule matched. Without a firewall there was none to match.
    when f.IpFirewall and f.Event in ('connect', 'disconnect') then 'allowed'
  end as action,
  nullif(concat_ws(' ', nullif(f.Event, ''), matched), '') as action_detail,
  -- A time may be as far away as 64 bits go: the difference is then beyond them.
  try_cast(case when stop_ns >= start_ns then (cast(stop_ns as hugeint) - start_ns) // 1000 end as bigint) as duration_us,
  case when f.ClientTlsProtocol not in ('', 'none', 'unknown') then f.ClientTlsProtocol end as tls_version,
  case when f.ClientTlsCipher not in ('', 'UNK', 'UNK.') then f.ClientTlsCipher end as tls_cipher,
  nullif(nullif(f.ClientTlsStatus, ''), 'UNKNOWN') as tls_result,
  case
    when nullif(f.OriginIP, '') is null then null
    when nullif(f.OriginPort, 0) is null then f.OriginIP
    when contains(f.OriginIP, ':') then '[' || f.OriginIP || ']:' || f.OriginPort
    else f.OriginIP || ':' || f.OriginPort
  end as service,
  nullif(f.ColoCode, '') as edge_location,
  case
    when not is_object then 'not-a-json-object'
    when f.Timestamp is null and f.ConnectTimestamp is null and f.DisconnectTimestamp is null then 'no-timestamp'
    when f.Event is null and f.ClientIP is null and f.Application is null then 'not-a-spectrum-event'
  end as reject
from timed
