/*
title: AWS VPC and Transit Gateway Flow Logs
reference: https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html
table: network_activity
framing: lines
headers:
  carry: &names '^(((version|account[-_]id|interface[-_]id|srcaddr|dstaddr|srcport|dstport|protocol|packets|bytes|start|end|action|log[-_]status|vpc[-_]id|subnet[-_]id|instance[-_]id|tcp[-_]flags|type|pkt[-_]srcaddr|pkt[-_]dstaddr|region|az[-_]id|sublocation[-_]type|sublocation[-_]id|pkt[-_]src[-_]aws[-_]service|pkt[-_]dst[-_]aws[-_]service|flow[-_]direction|traffic[-_]path|ecs[-_]cluster[-_]arn|ecs[-_]cluster[-_]name|ecs[-_]container[-_]instance[-_]arn|ecs[-_]container[-_]instance[-_]id|ecs[-_]container[-_]id|ecs[-_]second[-_]container[-_]id|ecs[-_]service[-_]name|ecs[-_]task[-_]definition[-_]arn|ecs[-_]task[-_]arn|ecs[-_]task[-_]id|reject[-_]reason|resource[-_]id|encryption[-_]status|instance[-_]tag|instance[-_]tag[-_]2|interface[-_]tag|interface[-_]tag[-_]2|asg[-_]tag|asg[-_]tag[-_]2|interface[-_]type|next[-_]hop[-_]interface[-_]id|next[-_]hop[-_]subnet[-_]id|next[-_]hop[-_]az[-_]id|next[-_]hop[-_]vpc[-_]id|next[-_]hop[-_]interface[-_]type|resource[-_]type|tgw[-_]id|tgw[-_]attachment[-_]id|tgw[-_]src[-_]vpc[-_]account[-_]id|tgw[-_]dst[-_]vpc[-_]account[-_]id|tgw[-_]src[-_]vpc[-_]id|tgw[-_]dst[-_]vpc[-_]id|tgw[-_]src[-_]subnet[-_]id|tgw[-_]dst[-_]subnet[-_]id|tgw[-_]src[-_]eni|tgw[-_]dst[-_]eni|tgw[-_]src[-_]az[-_]id|tgw[-_]dst[-_]az[-_]id|tgw[-_]pair[-_]attachment[-_]id|packets[-_]lost[-_]no[-_]route|packets[-_]lost[-_]blackhole|packets[-_]lost[-_]mtu[-_]exceeded|packets[-_]lost[-_]ttl[-_]expired)( +|$)){2,}|([a-z][a-z0-9_-]* +)*(srcaddr|dstaddr|pkt[-_]srcaddr|pkt[-_]dstaddr|interface[-_]id|account[-_]id|tgw[-_]id|log[-_]status|flow[-_]direction)( +[a-z][a-z0-9_-]*)+ *|([a-z][a-z0-9_-]* +)+(srcaddr|dstaddr|pkt[-_]srcaddr|pkt[-_]dstaddr|interface[-_]id|account[-_]id|tgw[-_]id|log[-_]status|flow[-_]direction) *)$'
  recognise: *names
vantage: network
source: flow_source
recognise:
  pattern: '^(\d{4}-\d{2}-\d{2}T\S+Z )?\d+ (\S+ (eni-\S+|-) \S+ \S+ ((\d+|-) ){5}\d+ \d+ (ACCEPT|REJECT|-) (OK|NODATA|SKIPDATA)( |$)|TransitGateway\S* \S+ tgw-\S+ )'
  expects: a header of field names such as version account-id interface-id, or the 14 fields of the default layout
mapped:
  account-id: account, flow_source
  interface-id: interface, notice_subject
  srcaddr: peer_ip
  dstaddr: dst_ip
  srcport: src_port
  dstport: dst_port
  protocol: protocol
  packets: packets
  bytes: bytes
  start: time_ns, time_precision
  end: time_ns, end_ns
  action: action, action_detail
  log-status: notice
  vpc-id: flow_source
  tcp-flags: tcp_flags
  pkt-srcaddr: peer_ip
  pkt-dstaddr: dst_ip
  region: edge_location
  az-id: edge_location
  pkt-src-aws-service: service
  pkt-dst-aws-service: service
  flow-direction: direction
  reject-reason: action_rule
  tgw-id: flow_source
  tgw-attachment-id: interface, notice_subject
unmapped:
  version: the highest version of the chosen fields, and not even that where newer ones were chosen
  subnet-id: the interface says where it lies
  instance-id: the interface says whose it is
  type: IPv4 or IPv6, which the addresses show, or EFA
  sublocation-type: wavelength zone, outpost or local zone; the zone is mapped
  sublocation-id: identifier of the above
  traffic-path: way out of the network (gateway, peering, endpoint), of outbound flows only
  ecs-cluster-arn: names the container task behind the interface, which is mapped
  ecs-cluster-name: names the container task behind the interface, which is mapped
  ecs-container-instance-arn: names the container task behind the interface, which is mapped
  ecs-container-instance-id: names the container task behind the interface, which is mapped
  ecs-container-id: names the container task behind the interface, which is mapped
  ecs-second-container-id: names the container task behind the interface, which is mapped
  ecs-service-name: names the container task behind the interface, which is mapped
  ecs-task-definition-arn: names the container task behind the interface, which is mapped
  ecs-task-arn: names the container task behind the interface, which is mapped
  ecs-task-id: names the container task behind the interface, which is mapped
  resource-id: of the gateway or interface that was logged; the interface is mapped
  encryption-status: whether the network encrypted the flow by itself
  instance-tag: a tag that the owner chose, of no fixed meaning
  instance-tag-2: a tag that the owner chose, of no fixed meaning
  interface-tag: a tag that the owner chose, of no fixed meaning
  interface-tag-2: a tag that the owner chose, of no fixed meaning
  asg-tag: a tag that the owner chose, of no fixed meaning
  asg-tag-2: a tag that the owner chose, of no fixed meaning
  interface-type: kind of the interface, which is mapped
  next-hop-interface-id: the interface next on the way, not an end of the flow
  next-hop-subnet-id: the interface next on the way, not an end of the flow
  next-hop-az-id: the interface next on the way, not an end of the flow
  next-hop-vpc-id: the interface next on the way, not an end of the flow
  next-hop-interface-type: the interface next on the way, not an end of the flow
  resource-type: TransitGateway or TransitGatewayAttachment, as the fields show
  tgw-src-vpc-account-id: a side of the transit gateway, which the attachment and the addresses tell
  tgw-dst-vpc-account-id: a side of the transit gateway, which the attachment and the addresses tell
  tgw-src-vpc-id: a side of the transit gateway, which the attachment and the addresses tell
  tgw-dst-vpc-id: a side of the transit gateway, which the attachment and the addresses tell
  tgw-src-subnet-id: a side of the transit gateway, which the attachment and the addresses tell
  tgw-dst-subnet-id: a side of the transit gateway, which the attachment and the addresses tell
  tgw-src-eni: a side of the transit gateway, which the attachment and the addresses tell
  tgw-dst-eni: a side of the transit gateway, which the attachment and the addresses tell
  tgw-src-az-id: a side of the transit gateway, which the attachment and the addresses tell
  tgw-dst-az-id: a side of the transit gateway, which the attachment and the addresses tell
  tgw-pair-attachment-id: a side of the transit gateway, which the attachment and the addresses tell
  packets-lost-no-route: packets that the gateway lost by its routes, not by a decision on the flow
  packets-lost-blackhole: packets that the gateway lost by its routes, not by a decision on the flow
  packets-lost-mtu-exceeded: packets that the gateway lost by its routes, not by a decision on the flow
  packets-lost-ttl-expired: packets that the gateway lost by its routes, not by a decision on the flow
*/
-- An object of S3 starts with a line of field names, in the order that its owner chose, with names that are new among
-- them. What CloudWatch hands out has none, so that only the default layouts can be read; its exports put the time of
-- delivery before each line.
with cut as (
  select
    record_no,
    case
      when starts_with(text, ' ') or contains(text, '  ') then trim(regexp_replace(text, ' +', ' ', 'g'))
      when header is null and text[5] = '-' and text[11] = 'T' then substr(text, strpos(text, ' ') + 1)
      else text
    end as line,
    coalesce(
      header,
      case when regexp_matches(line, '^\d+ TransitGateway') then
        'version resource-type account-id tgw-id tgw-attachment-id tgw-src-vpc-account-id tgw-dst-vpc-account-id tgw-src-vpc-id tgw-dst-vpc-id tgw-src-subnet-id tgw-dst-subnet-id tgw-src-eni tgw-dst-eni tgw-src-az-id tgw-dst-az-id tgw-pair-attachment-id srcaddr dstaddr srcport dstport protocol packets bytes start end log-status type packets-lost-no-route packets-lost-blackhole packets-lost-mtu-exceeded packets-lost-ttl-expired tcp-flags region flow-direction pkt-src-aws-service pkt-dst-aws-service'
      end
    ) as layout
  from records
),

words as (
  select record_no, string_split(line, ' ') as w, string_split(replace(rtrim(layout), '_', '-'), ' ') as n
  from cut
),

-- Without names, the default layout: version 2, all of its fields.
fields as (
  select
    record_no,
    n,
    len(w) as given,
    w[case when n is null then 2 else list_position(n, 'account-id') end] as account,
    w[case when n is null then 3 else list_position(n, 'interface-id') end] as interface,
    w[case when n is null then 4 else list_position(n, 'srcaddr') end] as srcaddr,
    w[case when n is null then 5 else list_position(n, 'dstaddr') end] as dstaddr,
    w[case when n is null then 6 else list_position(n, 'srcport') end] as srcport,
    w[case when n is null then 7 else list_position(n, 'dstport') end] as dstport,
    w[case when n is null then 8 else list_position(n, 'protocol') end] as protocol,
    w[case when n is null then 9 else list_position(n, 'packets') end] as packets,
    w[case when n is null then 10 else list_position(n, 'bytes') end] as bytes,
    w[case when n is null then 11 else list_position(n, 'start') end] as starts,
    w[case when n is null then 12 else list_position(n, 'end') end] as ends,
    w[case when n is null then 13 else list_position(n, 'action') end] as act,
    w[case when n is null then 14 else list_position(n, 'log-status') end] as status,
    nullif(w[list_position(n, 'vpc-id')], '-') as vpc,
    nullif(w[list_position(n, 'tcp-flags')], '-') as tcp_flags,
    nullif(w[list_position(n, 'pkt-srcaddr')], '-') as pkt_srcaddr,
    nullif(w[list_position(n, 'pkt-dstaddr')], '-') as pkt_dstaddr,
    nullif(w[list_position(n, 'region')], '-') as region,
    nullif(w[list_position(n, 'az-id')], '-') as zone,
    nullif(w[list_position(n, 'pkt-src-aws-service')], '-') as src_service,
    nullif(w[list_position(n, 'pkt-dst-aws-service')], '-') as dst_service,
    w[list_position(n, 'flow-direction')] as flow_direction,
    nullif(w[list_position(n, 'reject-reason')], '-') as reject_reason,
    nullif(w[list_position(n, 'tgw-id')], '-') as tgw,
    nullif(w[list_position(n, 'tgw-attachment-id')], '-') as attachment
  from words
),

read as (
  select
    *,
    case when n is null then 14 else len(n) end as expected,
    -- Behind a NAT gateway, say, the packets name another end than the interface does.
    coalesce(pkt_srcaddr, nullif(srcaddr, '-')) as source,
    coalesce(pkt_dstaddr, nullif(dstaddr, '-')) as destination,
    try_cast(cast(try_cast(starts as bigint) as hugeint) * 1000000000 as bigint) as start_ns,
    try_cast(cast(try_cast(ends as bigint) as hugeint) * 1000000000 as bigint) as end_ns,
    coalesce(nullif(interface, '-'), attachment) as logged
  from fields
)

select
  record_no,
  coalesce(start_ns, end_ns) as time_ns,
  's' as time_precision,
  end_ns,
  coalesce(vpc, tgw, nullif(account, '-')) as flow_source,
  source as peer_ip,
  'packet' as peer_basis,
  try_cast(srcport as bigint) as src_port,
  destination as dst_ip,
  try_cast(dstport as bigint) as dst_port,
  try_cast(try_cast(protocol as utinyint) as bigint) as protocol,
  try_cast(try_cast(tcp_flags as utinyint) as bigint) as tcp_flags,
  try_cast(packets as bigint) as packets,
  try_cast(bytes as bigint) as bytes,
  case flow_direction when 'ingress' then 'inbound' when 'egress' then 'outbound' end as direction,
  case act when 'ACCEPT' then 'allowed' when 'REJECT' then 'blocked' end as action,
  nullif(act, '-') as action_detail,
  reject_reason as action_rule,
  logged as interface,
  nullif(account, '-') as account,
  coalesce(zone, region) as edge_location,
  coalesce(dst_service, src_service) as service,
  case status when 'NODATA' then 'no-data' when 'SKIPDATA' then 'skipped-data' end as notice,
  logged as notice_subject,
  case
    when given < expected then 'fewer-fields-than-named'
    when n is null and (act not in ('ACCEPT', 'REJECT', '-') or status not in ('OK', 'NODATA', 'SKIPDATA') or start_ns is null)
      then 'not-a-flow-record'
    when status not in ('OK', 'NODATA', 'SKIPDATA') then 'unknown-log-status'
    -- A chosen layout without the status: an interval without data looks like this.
    when status is null and source is null and destination is null and srcport = '-' then 'no-status-and-no-address'
  end as reject
from read
