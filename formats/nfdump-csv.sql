/*
title: NetFlow and IPFIX as nfdump writes it, CSV
reference: https://github.com/phaag/nfdump/blob/master/man/nfdump.1
table: network_activity
framing: lines
headers:
  carry: &names '^([A-Za-z][A-Za-z0-9-]*,)*(sa|srcAddr)(,[A-Za-z][A-Za-z0-9-]*)*,?$'
  recognise: *names
vantage: network
source: exporter
recognise:
  pattern: '^\d{4}-\d{2}-\d{2} [0-9:.]+,(\d{4}-\d{2}-\d{2} [0-9:.]+,[0-9.]+,[0-9A-Fa-f.:]+,|[0-9.]+,\d+,[0-9A-Fa-f.:]+,\d+,)'
  expects: a header of field names such as ts,te,td,sa,da or firstSeen,duration,proto,srcAddr
mapped:
  ts: time_ns, time_precision
  te: end_ns
  td: duration_us, end_ns
  sa: peer_ip
  da: dst_ip
  sp: src_port
  dp: dst_port, icmp_type, icmp_code
  pr: protocol
  flg: tcp_flags
  fwd: action, action_detail
  ipkt: packets
  ibyt: bytes
  in: interface
  ra: exporter
  firstSeen: time_ns, time_precision
  lastSeen: end_ns
  duration: duration_us, end_ns
  packets: packets
  inPackets: packets
  bytes: bytes
  inBytes: bytes
  srcPort: src_port
  dstPort: dst_port, icmp_type, icmp_code
  icmpTYpe: icmp_type
  icmpCode: icmp_code
  proto: protocol
  flags: tcp_flags
  fwdStatus: action, action_detail
  srcAddr: peer_ip
  dstAddr: dst_ip
  input: interface
  routerIP: exporter
  pfAction: action, action_detail
  sniName: host
  tlsVersion: tls_version
unmapped:
  stos: type of service, which the sender sets
  opkt: of the way back where flows were joined (-b, -B), else of the exporter's output, and the file does not say which
  obyt: of the way back where flows were joined (-b, -B), else of the exporter's output, and the file does not say which
  out: interface on which the flow left the exporter; the one it came in by is mapped
  sas: number that the exporter's routes gave, often 0; the data set says it of the day
  das: number that the exporter's routes gave, often 0; the data set says it of the day
  smk: prefix of the exporter's routes
  dmk: prefix of the exporter's routes
  dtos: type of service of the way back
  dir: 0 for ingress and also where the exporter says nothing
  nh: next router on the way
  nhb: next router on the way
  svln: network segment at the exporter
  dvln: network segment at the exporter
  ismc: hardware address next to the exporter
  odmc: hardware address next to the exporter
  idmc: hardware address next to the exporter
  osmc: hardware address next to the exporter
  mpls1: label of the exporter's own network
  mpls2: label of the exporter's own network
  mpls3: label of the exporter's own network
  mpls4: label of the exporter's own network
  mpls5: label of the exporter's own network
  mpls6: label of the exporter's own network
  mpls7: label of the exporter's own network
  mpls8: label of the exporter's own network
  mpls9: label of the exporter's own network
  mpls10: label of the exporter's own network
  cl: latency that the exporter estimated
  sl: latency that the exporter estimated
  al: latency that the exporter estimated
  eng: number of the part of the exporter
  exid: number that the collector gave the exporter
  tr: when the collector received the flow
  version: version of NetFlow
  count: running number in the output
  Ident: ident of the collector's source
  engine: number of the part of the exporter
  exporterID: number that the collector gave the exporter
  received: when the collector received the flow
  tos: type of service, which the sender sets
  srcTos: type of service, which the sender sets
  bps: bytes over duration, which are mapped
  pps: packets over duration, which are mapped
  bpp: bytes over packets, which are mapped
  output: interface on which the flow left the exporter; the one it came in by is mapped
  srcMask: prefix of the exporter's routes
  dstMask: prefix of the exporter's routes
  direction: 0 for ingress and also where the exporter says nothing
  dstTos: type of service of the way back
  biDirection: which way of a joined flow came first
  endReason: why the exporter closed its entry, such as idle or end of flow
  srcNet: prefix of the exporter's routes
  dstNet: prefix of the exporter's routes
  inIfName: name of the interface, whose number is mapped
  outIfName: interface on which the flow left the exporter; the one it came in by is mapped
  outPackets: of the way back where flows were joined (-b, -B), else of the exporter's output, and the file does not say which
  outBytes: of the way back where flows were joined (-b, -B), else of the exporter's output, and the file does not say which
  flows: how many flows were added up, one where none were
  srcVlan: network segment at the exporter
  dstVlan: network segment at the exporter
  srcAS: number that the exporter's routes gave, often 0; the data set says it of the day
  dstAS: number that the exporter's routes gave, often 0; the data set says it of the day
  bgpNextIP: next router on the way
  nextIP: next router on the way
  mplsLabel1: label of the exporter's own network
  mplsLabel2: label of the exporter's own network
  mplsLabel3: label of the exporter's own network
  mplsLabel4: label of the exporter's own network
  mplsLabel5: label of the exporter's own network
  mplsLabel6: label of the exporter's own network
  mplsLabel7: label of the exporter's own network
  mplsLabel8: label of the exporter's own network
  mplsLabel9: label of the exporter's own network
  mplsLabel10: label of the exporter's own network
  mplsLabel1-10: label of the exporter's own network
  inSrcMac: hardware address next to the exporter
  outDstMac: hardware address next to the exporter
  inDstMac: hardware address next to the exporter
  outSrcMac: hardware address next to the exporter
  nextAS: number that the exporter's routes gave, often 0; the data set says it of the day
  prevAS: number that the exporter's routes gave, often 0; the data set says it of the day
  clientLatency: latency that the exporter estimated
  serverLatency: latency that the exporter estimated
  appLatency: latency that the exporter estimated
  eventTime: of an event of a firewall or a translator, not of the flow
  event: event of a firewall (NSEL) or a translator (NAT), with eventTime, xEvent and connectionID
  connectionID: of an event of a firewall or a translator, not of the flow
  xEvent: of an event of a firewall or a translator, not of the flow
  srcXIP: translated by the exporter; the untranslated one is mapped
  dstXIP: translated by the exporter; the untranslated one is mapped
  srcXPort: translated by the exporter; the untranslated one is mapped
  dstXPort: translated by the exporter; the untranslated one is mapped
  ingressACL: hashes of access lists, of no use without the firewall
  egressACL: hashes of access lists, of no use without the firewall
  nselUser: name of a user, which is personal data
  pbStart: block of ports of a translator
  pbEnd: block of ports of a translator
  pbStep: block of ports of a translator
  pbSize: block of ports of a translator
  nbarID: application that the exporter guessed
  nbarName: application that the exporter guessed
  obsDomainID: number or name of a part of the exporter's network
  obsPointID: number or name of a part of the exporter's network
  ingressVrfID: number or name of a part of the exporter's network
  ingressVrfName: number or name of a part of the exporter's network
  egressVrfID: number or name of a part of the exporter's network
  egressVrfName: number or name of a part of the exporter's network
  pfInterface: detail of the firewall pf, whose action is mapped
  pfReason: detail of the firewall pf, whose action is mapped
  pfDirection: detail of the firewall pf, whose action is mapped
  pfRule: detail of the firewall pf, whose action is mapped
  flowID: number of the flow in the exporter
  inSrvID: number or name of a part of the exporter's network
  outSrvID: number or name of a part of the exporter's network
  natString: text of a translator of Nokia
  ja3: fingerprint of the TLS client, for which flows have no column
  ja4: fingerprint of the TLS client, for which flows have no column
  srcGeo: of a data set of nfdump's user, of unknown date
  dstGeo: of a data set of nfdump's user, of unknown date
  srcLocation: of a data set of nfdump's user, of unknown date
  dstLocation: of a data set of nfdump's user, of unknown date
  srcOrg: of a data set of nfdump's user, of unknown date
  dstOrg: of a data set of nfdump's user, of unknown date
  srcTor: of a data set of nfdump's user, of unknown date
  dstTor: of a data set of nfdump's user, of unknown date
  label: a label that the filter put on it
  minTTL: lowest time to live of the packets
  maxTTL: highest time to live of the packets
  Frag: flags of fragmentation, in a form of its own
*/
-- nfdump writes the local time of the machine that it runs on, without a zone. It is taken for UTC here: run nfdump
-- with TZ=UTC where that machine is elsewhere. Nor does the file say whether the exporter sampled.
with words as (
  select
    record_no,
    text,
    string_split(text, ',') as w,
    string_split(
      coalesce(
        header,
        case when text[20] = ',' or text[24] = ',' then
          -- Without names: the layouts that nfdump writes by itself, 1.6 and 1.7.
          case when regexp_matches(text, '^[^,]+,\d{4}-') then 'ts,te,td,sa,da,sp,dp,pr,flg,fwd,stos,ipkt,ibyt'
          else 'firstSeen,duration,proto,srcAddr,srcPort,dstAddr,dstPort,packets,bytes,flows' end
        end,
        ''
      ),
      ','
    ) as n
  from records
),

fields as (
  select
    record_no,
    text,
    len(w) as given,
    len(n) - case when n[-1] = '' then 1 else 0 end as named,
    trim(w[coalesce(list_position(n, 'ts'), list_position(n, 'firstSeen'))]) as starts,
    trim(w[coalesce(list_position(n, 'te'), list_position(n, 'lastSeen'))]) as ends,
    w[coalesce(list_position(n, 'td'), list_position(n, 'duration'))] as lasted,
    upper(trim(w[coalesce(list_position(n, 'pr'), list_position(n, 'proto'))])) as proto,
    trim(w[coalesce(list_position(n, 'sa'), list_position(n, 'srcAddr'))]) as src,
    trim(w[coalesce(list_position(n, 'da'), list_position(n, 'dstAddr'))]) as dst,
    w[coalesce(list_position(n, 'sp'), list_position(n, 'srcPort'))] as src_port,
    trim(w[coalesce(list_position(n, 'dp'), list_position(n, 'dstPort'))]) as dst_port,
    w[coalesce(list_position(n, 'ipkt'), list_position(n, 'packets'), list_position(n, 'inPackets'))] as packets,
    w[coalesce(list_position(n, 'ibyt'), list_position(n, 'bytes'), list_position(n, 'inBytes'))] as bytes,
    trim(w[coalesce(list_position(n, 'flg'), list_position(n, 'flags'))]) as flags,
    try_cast(w[coalesce(list_position(n, 'fwd'), list_position(n, 'fwdStatus'))] as bigint) as status,
    trim(w[coalesce(list_position(n, 'in'), list_position(n, 'input'))]) as input,
    trim(w[coalesce(list_position(n, 'ra'), list_position(n, 'routerIP'))]) as router,
    try_cast(w[list_position(n, 'icmpTYpe')] as bigint) as icmp_type,
    try_cast(w[list_position(n, 'icmpCode')] as bigint) as icmp_code,
    trim(w[list_position(n, 'pfAction')]) as pf,
    trim(w[list_position(n, 'sniName')]) as sni,
    trim(w[list_position(n, 'tlsVersion')]) as tls
  from words
),

read as (
  select
    *,
    case proto
      when 'TCP' then 6 when 'UDP' then 17 when 'ICMP' then 1 when 'ICMP6' then 58 when 'IGMP' then 2 when 'GRE' then 47
      when 'ESP' then 50 when 'AH' then 51 when 'IPIP' then 4 when 'IPV6' then 41 when 'SCTP' then 132
      else try_cast(try_cast(proto as utinyint) as bigint)
    end as protocol,
    protocol in (1, 58) as is_icmp,
    -- A date and a time, or seconds since 1970 (%tsr).
    case when contains(starts, '-') then iso_ns(starts)
      else try_cast(try_cast(starts as decimal(28, 3)) * 1000000000 as bigint) end as start_ns,
    case when contains(ends, '-') then iso_ns(ends)
      else try_cast(try_cast(ends as decimal(28, 3)) * 1000000000 as bigint) end as last_ns,
    case when lasted not like '-%' then try_cast(try_cast(lasted as decimal(28, 3)) * 1000000 as bigint) end as duration_us,
    -- Of ICMP the port is type.code, or type times 256 and code.
    case when is_icmp then case when contains(dst_port, '.') then try_cast(split_part(dst_port, '.', 1) as bigint) else try_cast(dst_port as bigint) // 256 end end as port_type,
    case when is_icmp then case when contains(dst_port, '.') then try_cast(split_part(dst_port, '.', 2) as bigint) else try_cast(dst_port as bigint) % 256 end end as port_code,
    regexp_full_match(src || ' ' || dst, '[0-9A-Fa-f]*[:.][0-9A-Fa-f:.]* [0-9A-Fa-f]*[:.][0-9A-Fa-f:.]*') as is_flow,
    text = 'Summary' or starts_with(text, 'flows,bytes,packets,') or regexp_full_match(text, '\d+(,\d+){5}')
      or regexp_matches(text, '^(Time window|Total (flows|records) processed|Sys): |^No matching flows') as is_summary
  from fields
)

select
  record_no,
  case when not is_summary then start_ns end as time_ns,
  case when contains(starts, '.') then 'ms' else 's' end as time_precision,
  coalesce(last_ns, try_cast(cast(start_ns as hugeint) + cast(duration_us as hugeint) * 1000 as bigint)) as end_ns,
  case when router not in ('0.0.0.0', '::') then router end as exporter,
  src as peer_ip,
  'packet' as peer_basis,
  case when not coalesce(is_icmp, false) then try_cast(src_port as bigint) end as src_port,
  dst as dst_ip,
  case when not coalesce(is_icmp, false) then try_cast(dst_port as bigint) end as dst_port,
  protocol,
  -- One place a flag: CWR, ECE, URG, ACK, PSH, RST, SYN, FIN; of other protocols they say nothing.
  case when protocol = 6 and regexp_full_match(flags, '[CEUAPRSF.]{6,8}') then
    cast(contains(flags, 'F') as bigint) + 2 * cast(contains(flags, 'S') as bigint) + 4 * cast(contains(flags, 'R') as bigint)
    + 8 * cast(contains(flags, 'P') as bigint) + 16 * cast(contains(flags, 'A') as bigint) + 32 * cast(contains(flags, 'U') as bigint)
    + 64 * cast(contains(flags, 'E') as bigint) + 128 * cast(contains(flags, 'C') as bigint)
  end as tcp_flags,
  coalesce(icmp_type, port_type) as icmp_type,
  coalesce(icmp_code, port_code) as icmp_code,
  try_cast(packets as bigint) as packets,
  try_cast(bytes as bigint) as bytes,
  -- forwardingStatus of IANA: 129 and 130 an access list denied or dropped it, 138 a policer did; other losses are no decision.
  case
    when pf = 'block' then 'blocked'
    when pf = 'pass' then 'allowed'
    when status between 64 and 127 then 'allowed'
    when status in (129, 130) then 'blocked'
    when status = 138 then 'rate-limited'
  end as action,
  coalesce(pf, cast(nullif(status, 0) as varchar)) as action_detail,
  duration_us,
  nullif(input, '0') as interface,
  case when contains(sni, '.') then sni end as host,
  nullif(tls, '0') as tls_version,
  case when is_summary then 'summary' end as notice,
  case
    when is_summary then null
    when given < named then 'fewer-fields-than-named'
    when not coalesce(is_flow, false) then 'not-a-flow'
  end as reject
from read
