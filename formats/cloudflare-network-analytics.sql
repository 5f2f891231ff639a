/*
title: Cloudflare Logpush, network_analytics_logs
reference: https://developers.cloudflare.com/logs/logpush/logpush-job/datasets/account/network_analytics_logs/
table: network_activity
framing: json
vantage: network
source: interface
recognise:
  pattern: '^\s*\{(?=.*"IP(?:Source|Destination)Address"\s*:)(?=.*"(?:SampleInterval|MitigationSystem|MitigationReason|Verdict|Outcome|IPTotalLength|TCPFlags)"\s*:)'
  expects: a JSON object with IPSourceAddress or IPDestinationAddress, and SampleInterval, MitigationSystem, Outcome or Verdict
mapped:
  Datetime: time_ns, time_precision
  MitigationSystem: interface
  IPSourceAddress: peer_ip
  SourcePort: src_port
  SourceASN: provider_asn
  SourceCountry: provider_country
  IPDestinationAddress: dst_ip
  DestinationPort: dst_port
  IPProtocol: protocol
  TCPFlags: tcp_flags
  ICMPType: icmp_type
  ICMPCode: icmp_code
  IPFragmentOffset: fragment
  IPMoreFragments: fragment
  IPTotalLength: bytes
  SampleInterval: sample_interval, packets
  Direction: direction
  Outcome: action, action_detail
  MitigationReason: action, action_detail
  Verdict: action_detail
  RuleID: action_rule
  AttackID: attack_id
  AttackCampaignID: attack_id
  AttackVector: attack_vector
  ColoCode: edge_location
  ColoName: edge_location
unmapped:
  ColoCity: place of the data centre, whose code is mapped
  ColoCountry: place of the data centre, whose code is mapped
  ColoGeoHash: place of the data centre, whose code is mapped
  DestinationASN: network of the platform's own address
  DestinationASNName: network of the platform's own address
  DestinationCountry: place of the platform's own address
  DestinationGeoHash: place of the platform's own address
  GREChecksum: header of a tunnel, which no query uses
  GREEtherType: header of a tunnel, which no query uses
  GREHeaderLength: header of a tunnel, which no query uses
  GREKey: header of a tunnel, which no query uses
  GRESequenceNumber: header of a tunnel, which no query uses
  GREVersion: header of a tunnel, which no query uses
  ICMPChecksum: checksum of the packet, which no query uses
  IPDestinationSubnet: taken from the address, which is mapped
  IPHeaderLength: length of the header, within that of the packet
  IPProtocolName: name of the protocol, whose number is mapped
  IPSourceSubnet: taken from the address, which is mapped
  IPTTL: hops left; a sender sets it at will
  IPTTLBuckets: IPTTL without its last digit
  IPTotalLengthBuckets: IPTotalLength without its last two digits
  IPv4Checksum: checksum of the packet, which no query uses
  IPv4DSCP: class of service, which no query uses
  IPv4DontFragment: flag of the header, which no query uses
  IPv4ECN: congestion marks, which no query uses
  IPv4Identification: number of the packet, which no query uses
  IPv4Options: options of the header, which no query uses
  IPv6DSCP: class of service, which no query uses
  IPv6ECN: congestion marks, which no query uses
  IPv6ExtensionHeaders: extensions of the header, which no query uses
  IPv6FlowLabel: label of the flow, which no query uses
  IPv6Identification: number of the packet, which no query uses
  MitigationScope: whether the mitigation was of one data centre or of all
  ProtocolState: what the provider made of the connection's state
  RuleName: words for the rule, whose id is mapped
  RulesetID: set of rules that holds the rule, whose id is mapped
  RulesetOverrideID: customer's rule that changed the provider's one
  SourceASNName: name of the network, whose number is mapped
  SourceGeoHash: place of an address that may be forged
  TCPAcknowledgementNumber: field of the TCP header, which no query uses
  TCPChecksum: checksum of the packet, which no query uses
  TCPDataOffset: field of the TCP header, which no query uses
  TCPFlagsString: names of the flags, whose bits are mapped
  TCPMSS: option of the TCP header, which no query uses
  TCPOptions: option of the TCP header, which no query uses
  TCPSACKBlocks: option of the TCP header, which no query uses
  TCPSACKPermitted: option of the TCP header, which no query uses
  TCPSequenceNumber: field of the TCP header, which no query uses
  TCPTimestampECR: option of the TCP header, which no query uses
  TCPTimestampValue: option of the TCP header, which no query uses
  TCPUrgentPointer: field of the TCP header, which no query uses
  TCPWindowScale: option of the TCP header, which no query uses
  TCPWindowSize: field of the TCP header, which no query uses
  UDPChecksum: checksum of the packet, which no query uses
  UDPPayloadLength: length of the payload, within that of the packet
*/
with taken as (
  select
    record_no,
    starts_with(ltrim(text, ' ' || chr(9) || chr(13)), '{') as braced,
    -- Malformed text gives null; an array or a scalar gives a struct of nulls.
    try(json_transform(
      text,
      '{
        "Datetime": "VARCHAR", "MitigationSystem": "VARCHAR", "IPSourceAddress": "VARCHAR", "SourcePort": "BIGINT", "SourceASN": "BIGINT",
        "SourceCountry": "VARCHAR", "IPDestinationAddress": "VARCHAR", "DestinationPort": "BIGINT", "IPProtocol": "BIGINT",
        "TCPFlags": "BIGINT", "ICMPType": "BIGINT", "ICMPCode": "BIGINT", "IPFragmentOffset": "BIGINT", "IPMoreFragments": "BIGINT",
        "IPTotalLength": "BIGINT", "SampleInterval": "BIGINT", "Direction": "VARCHAR", "Outcome": "VARCHAR", "MitigationReason": "VARCHAR",
        "Verdict": "VARCHAR", "RuleID": "VARCHAR", "AttackID": "VARCHAR", "AttackCampaignID": "VARCHAR", "AttackVector": "VARCHAR",
        "ColoCode": "VARCHAR", "ColoName": "VARCHAR"
      }'
    )) as f
  from records
),

named as (
  select
    record_no,
    coalesce(braced and f is not null, false) as is_object,
    f,
    nullif(nullif(f.Datetime, ''), '0') as stamp,
    -- Headers that a packet lacks are logged as 0. Only the first fragment holds a header of TCP, UDP or ICMP.
    case when coalesce(f.IPFragmentOffset, 0) = 0 then f.IPProtocol end as transport
  from taken
),

counted as (
  select *, stamp_digits(stamp) as digits
  from named
)

-- Each row is one packet, which stands for the sample interval of them. Several systems sample the same traffic: each is
-- a source of its own, so that nothing adds them up.
select
  record_no,
  stamp_ns(stamp, digits) as time_ns,
  stamp_precision(stamp, digits) as time_precision,
  nullif(f.MitigationSystem, '') as interface,
  nullif(f.IPSourceAddress, '') as peer_ip,
  'packet' as peer_basis,
  case when transport in (6, 17) then f.SourcePort end as src_port,
  upper(nullif(f.SourceCountry, '')) as provider_country,
  nullif(f.SourceASN, 0) as provider_asn,
  nullif(f.IPDestinationAddress, '') as dst_ip,
  case when transport in (6, 17) then f.DestinationPort end as dst_port,
  case when f.IPProtocol between 0 and 255 then f.IPProtocol end as protocol,
  case when transport = 6 and f.TCPFlags between 0 and 4095 then f.TCPFlags end as tcp_flags,
  case when transport in (1, 58) and f.ICMPType between 0 and 255 then f.ICMPType end as icmp_type,
  case when transport in (1, 58) and f.ICMPCode between 0 and 255 then f.ICMPCode end as icmp_code,
  case
    when f.IPFragmentOffset > 0 or f.IPMoreFragments > 0 then true
    when f.IPFragmentOffset = 0 and f.IPMoreFragments = 0 then false
  end as fragment,
  cast(1 as bigint) as packets,
  f.IPTotalLength as bytes,
  case when f.SampleInterval > 0 then f.SampleInterval end as sample_interval,
  case lower(f.Direction)
    when 'ingress' then 'inbound'
    when 'egress' then 'outbound'
  end as direction,
  case lower(f.Outcome)
    when 'pass' then 'allowed'
    when 'drop' then case upper(f.MitigationReason)
      when 'RATE_LIMITED' then 'rate-limited'
      when 'CHALLENGE_NEEDED' then 'challenged'
      else 'blocked'
    end
  end as action,
  -- A rule that is not enforced has a verdict that is not the outcome.
  nullif(
    concat_ws(' ', nullif(f.Outcome, ''), nullif(f.MitigationReason, ''), 'verdict ' || nullif(nullif(f.Verdict, ''), f.Outcome)), ''
  ) as action_detail,
  nullif(f.RuleID, '') as action_rule,
  coalesce(nullif(f.AttackID, ''), nullif(f.AttackCampaignID, '')) as attack_id,
  nullif(f.AttackVector, '') as attack_vector,
  coalesce(nullif(f.ColoCode, ''), nullif(f.ColoName, '')) as edge_location,
  case
    when not is_object then 'not-a-json-object'
    when f.Datetime is null then 'no-datetime'
    when f.IPSourceAddress is null and f.IPDestinationAddress is null then 'not-a-packet'
  end as reject
from counted
