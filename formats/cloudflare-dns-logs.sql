/*
title: Cloudflare Logpush, dns_logs
reference: https://developers.cloudflare.com/logs/logpush/logpush-job/datasets/zone/dns_logs/
table: dns_activity
framing: json
vantage: dns
source: null
recognise:
  pattern: '^\s*\{(?=.*"QueryName"\s*:)(?=.*"(?:EDNSSubnet|EDNSSubnetLength|ResponseCached|ResponseCode|SourceIP)"\s*:)(?!.*"(?:ClusterID|UpstreamIP|UpstreamResponseCode|ResponseReason|QueryDO|Datetime)"\s*:)'
  expects: a JSON object with QueryName and SourceIP, ResponseCode, ResponseCached or EDNSSubnet
mapped:
  Timestamp: time_ns, time_precision
  SourceIP: peer_ip
  QueryName: query_name
  QueryType: query_type
  ResponseCode: response_code
  ResponseCached: cached
  EDNSSubnet: client_subnet
  EDNSSubnetLength: client_subnet
  ColoCode: edge_location
*/
with taken as (
  select
    record_no,
    starts_with(ltrim(text, ' ' || chr(9) || chr(13)), '{') as braced,
    -- Malformed text gives null; an array or a scalar gives a struct of nulls.
    try(json_transform(
      text,
      '{
        "Timestamp": "VARCHAR", "SourceIP": "VARCHAR", "QueryName": "VARCHAR", "QueryType": "VARCHAR", "ResponseCode": "VARCHAR",
        "ResponseCached": "BOOLEAN", "EDNSSubnet": "VARCHAR", "EDNSSubnetLength": "VARCHAR", "ColoCode": "VARCHAR"
      }'
    )) as f
  from records
),

named as (
  select
    record_no,
    coalesce(braced and f is not null, false) as is_object,
    f,
    nullif(nullif(f.Timestamp, ''), '0') as stamp,
    try_cast(f.QueryType as integer) as type_no,
    try_cast(f.ResponseCode as integer) as rcode_no
  from taken
),

counted as (
  select *, stamp_digits(stamp) as digits
  from named
)

select
  record_no,
  stamp_ns(stamp, digits) as time_ns,
  stamp_precision(stamp, digits) as time_precision,
  nullif(f.SourceIP, '') as peer_ip,
  -- Cloudflare answers with authority: those who ask are resolvers, mostly.
  'resolver' as peer_basis,
  case
    when nullif(f.EDNSSubnet, '') is null then null
    when contains(f.EDNSSubnet, '/') or nullif(f.EDNSSubnetLength, '') is null then f.EDNSSubnet
    else f.EDNSSubnet || '/' || f.EDNSSubnetLength
  end as client_subnet,
  nullif(f.QueryName, '') as query_name,
  -- https://www.iana.org/assignments/dns-parameters/dns-parameters.xhtml#dns-parameters-4
  case type_no
    when 1 then 'A'
    when 28 then 'AAAA'
    when 2 then 'NS'
    when 5 then 'CNAME'
    when 6 then 'SOA'
    when 12 then 'PTR'
    when 13 then 'HINFO'
    when 15 then 'MX'
    when 16 then 'TXT'
    when 17 then 'RP'
    when 18 then 'AFSDB'
    when 24 then 'SIG'
    when 25 then 'KEY'
    when 29 then 'LOC'
    when 33 then 'SRV'
    when 35 then 'NAPTR'
    when 36 then 'KX'
    when 37 then 'CERT'
    when 38 then 'A6'
    when 39 then 'DNAME'
    when 41 then 'OPT'
    when 42 then 'APL'
    when 43 then 'DS'
    when 44 then 'SSHFP'
    when 45 then 'IPSECKEY'
    when 46 then 'RRSIG'
    when 47 then 'NSEC'
    when 48 then 'DNSKEY'
    when 49 then 'DHCID'
    when 50 then 'NSEC3'
    when 51 then 'NSEC3PARAM'
    when 52 then 'TLSA'
    when 53 then 'SMIMEA'
    when 55 then 'HIP'
    when 59 then 'CDS'
    when 60 then 'CDNSKEY'
    when 61 then 'OPENPGPKEY'
    when 62 then 'CSYNC'
    when 63 then 'ZONEMD'
    when 64 then 'SVCB'
    when 65 then 'HTTPS'
    when 99 then 'SPF'
    when 108 then 'EUI48'
    when 109 then 'EUI64'
    when 249 then 'TKEY'
    when 250 then 'TSIG'
    when 251 then 'IXFR'
    when 252 then 'AXFR'
    when 255 then 'ANY'
    when 256 then 'URI'
    when 257 then 'CAA'
    else coalesce('TYPE' || type_no, upper(nullif(f.QueryType, '')))
  end as query_type,
  -- https://www.iana.org/assignments/dns-parameters/dns-parameters.xhtml#dns-parameters-6
  case rcode_no
    when 0 then 'NOERROR'
    when 1 then 'FORMERR'
    when 2 then 'SERVFAIL'
    when 3 then 'NXDOMAIN'
    when 4 then 'NOTIMP'
    when 5 then 'REFUSED'
    when 6 then 'YXDOMAIN'
    when 7 then 'YXRRSET'
    when 8 then 'NXRRSET'
    when 9 then 'NOTAUTH'
    when 10 then 'NOTZONE'
    when 11 then 'DSOTYPENI'
    when 16 then 'BADVERS'
    when 17 then 'BADKEY'
    when 18 then 'BADTIME'
    when 19 then 'BADMODE'
    when 20 then 'BADNAME'
    when 21 then 'BADALG'
    when 22 then 'BADTRUNC'
    when 23 then 'BADCOOKIE'
    else coalesce('RCODE' || rcode_no, upper(nullif(f.ResponseCode, '')))
  end as response_code,
  f.ResponseCached as cached,
  nullif(f.ColoCode, '') as edge_location,
  case
    when not is_object then 'not-a-json-object'
    when f.Timestamp is null then 'no-timestamp'
    when f.QueryName is null then 'no-query-name'
  end as reject
from counted
