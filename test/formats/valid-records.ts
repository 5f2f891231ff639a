/** Sound records of every format by hand, with what must stand before them: seed of what the tests and the fuzz run break. */
import { albLine, apacheLine, cloudflareLine } from '../ingest/lines.ts';
import { HEADER as CLOUDFRONT_HEADER, PLAIN as CLOUDFRONT_PLAIN, recordOf } from './cloudfront-records.ts';
import { event } from './cloudtrail-event.ts';
import {
  AGENT,
  apiRecord,
  auditEntry,
  cloudflareQuery,
  firewallEvent,
  packet,
  resolverQuery,
  spectrumEvent,
  wafRecord,
} from './valid-objects.ts';

export type ValidRecords = {
  /** Lines before the first record. */
  header?: readonly string[];
  records: readonly string[];
};

const CLF_TIME = '[11/Nov/2019:15:42:00 +0000]';

const S3_OWNER = '79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be';
const S3_REST =
  'HOSTID+/= SigV4 ECDHE-RSA-AES128-GCM-SHA256 AuthHeader shop.s3.us-west-1.amazonaws.com TLSv1.3 - Yes';
const CERTIFICATE =
  '"CN=device.example.com,O=Example, Inc.,C=GB" NotBefore=2019-09-21T22:43:21Z;NotAfter=2026-06-17T22:43:21Z FEF257372D5C14D4';

export const VALID: Record<string, ValidRecords> = {
  'apache-combined': {
    records: [
      apacheLine(),
      apacheLine({
        prefix: 'www.example.com:443 ',
        request: 'POST /wp-login.php?a=1&b=2 HTTP/2.0',
        referrer: 'https://example.org/?q=\\"x\\"',
      }),
      `192.0.2.9 - user@example.com ${CLF_TIME} "GET / HTTP/1.0" 304 -`,
    ],
  },
  'aws-alb': {
    records: [
      albLine(),
      albLine({
        client: '[2001:db8::1]:80',
        target: '-',
        waits: '-1 -1 -1',
        elbStatus: '403',
        targetStatus: '-',
        actions: 'waf',
      }),
    ],
  },
  'aws-alb-connection': {
    records: [
      `2019-11-11T15:42:00.514108Z 192.0.2.1 36280 443 TLSv1.2 ECDHE-RSA-AES128-GCM-SHA256 4.036 ${CERTIFICATE} Success TID_dc57cebed65b444ebc8177bb698fe166`,
      '2019-11-11T15:42:00.514108Z 2001:db8::1 36280 443 - - - "-" - - Failed:UnmappedConnectionError TID_dc57cebed65b444ebc8177bb698fe166',
    ],
  },
  'aws-api-gateway': {
    records: [
      JSON.stringify(apiRecord),
      JSON.stringify({
        ...apiRecord,
        resourcePath: undefined,
        httpMethod: undefined,
        routeKey: 'POST /pets',
      }),
    ],
  },
  'aws-api-gateway-clf': {
    records: [
      `192.0.2.10 - - ${CLF_TIME} "GET /pets HTTP/1.1" 200 512 c6af9ac6-7b61-11e6-9a41-93e8deadbeef`,
      `192.0.2.10 - - ${CLF_TIME} "GET /pets HTTP/1.1" 200 512 JKJaXmPLvHcESHA=`,
    ],
  },
  'aws-cloudfront': {
    header: CLOUDFRONT_HEADER.trim().split('\n'),
    records: [
      recordOf(),
      recordOf({ 'x-edge-result-type': 'Error', 'sc-status': '403', 'c-ip': '2001:db8::1' }),
    ],
  },
  'aws-cloudfront-json': { records: [JSON.stringify(CLOUDFRONT_PLAIN)] },
  'aws-cloudtrail': {
    records: [
      event(),
      event({ errorCode: 'AccessDenied', sourceIPAddress: 'AWS Internal', resources: [{ ARN: 'a' }] }),
    ],
  },
  'aws-elb-classic': {
    records: [
      `2019-11-11T15:42:00.186641Z my-lb 192.0.2.1:2817 10.0.0.1:80 0.000073 0.001048 0.000057 200 200 34 366 "GET https://www.example.com:443/a?b=1 HTTP/1.1" "${AGENT}" ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2`,
      '2019-11-11T15:42:00.186641Z my-lb [2001:db8::1]:2817 - -1 -1 -1 503 0 0 0 "GET http://www.example.com:80/ HTTP/1.1"',
    ],
  },
  'aws-nlb': {
    records: [
      'tls 2.0 2019-11-11T15:42:30 net/edge/c6e77e28c25b2234 g3d4b5e8bb8464cd 192.0.2.1:51341 198.51.100.7:443 25000 2 98 246 - arn:aws:acm:us-east-2:123456789012:certificate/c - ECDHE-RSA-AES128-SHA tlsv12 - www.example.com h2 http/1.1 "h2","http/1.1" 2019-11-11T15:42:04',
    ],
  },
  'aws-route53-public': {
    records: [
      '1.0 2019-11-11T15:42:00.123Z Z123412341234 www.example.com AAAA NXDOMAIN UDP MRS51 192.0.2.53 198.51.100.0/24',
      '1.0 2019-11-11T15:42:00.123Z Z123412341234 example.com A NOERROR TCP IAD12 2001:db8::1234 -',
    ],
  },
  'aws-route53-resolver': { records: [JSON.stringify(resolverQuery)] },
  'aws-s3-access': {
    records: [
      `${S3_OWNER} shop ${CLF_TIME} 192.0.2.3 arn:aws:iam::123456789012:user/jo 3E57427F3EXAMPLE REST.GET.OBJECT a/b.jpg "GET /a/b.jpg?x=1 HTTP/1.1" 200 - 113 4406583 33 28 "https://www.example.com/" "${AGENT}" - ${S3_REST}`,
      `${S3_OWNER} shop ${CLF_TIME} - - 3E57427F3EXAMPLE REST.PUT.OBJECT a/b%2520.jpg "PUT /a/b.jpg HTTP/1.1" 403 AccessDenied - 113 - - "-" "-" - HOSTID - - - - -`,
    ],
  },
  'aws-vpc-flow': {
    header: [
      'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status',
    ],
    records: [
      '2 123456789012 eni-0123456789abcdef0 192.0.2.1 198.51.100.7 20641 443 6 20 4249 1573486920 1573486980 ACCEPT OK',
      '2 123456789012 eni-0123456789abcdef0 - - - - - - - 1573486920 1573486980 - NODATA',
    ],
  },
  'aws-waf': {
    records: [
      JSON.stringify(wafRecord),
      JSON.stringify({ ...wafRecord, action: 'ALLOW', ruleGroupList: [], terminatingRuleType: 'REGULAR' }),
    ],
  },
  'cloudflare-audit-logs': { records: [JSON.stringify(auditEntry)] },
  'cloudflare-dns-logs': { records: [JSON.stringify(cloudflareQuery)] },
  'cloudflare-firewall-events': { records: [JSON.stringify(firewallEvent)] },
  'cloudflare-http-requests': {
    records: [
      cloudflareLine({ EdgeTimeToFirstByteMs: 120, BotScore: 30, SecuritySources: ['waf'] }),
      cloudflareLine({
        EdgeStartTimestamp: '1573486920186641999',
        SecurityAction: 'block',
        SecurityRuleID: 'r',
      }),
      cloudflareLine({ EdgeStartTimestamp: '0', EdgeEndTimestamp: '1573486920', WAFAction: 'drop' }),
    ],
  },
  'cloudflare-network-analytics': { records: [JSON.stringify(packet)] },
  'cloudflare-spectrum-events': { records: [JSON.stringify(spectrumEvent)] },
  'nfdump-csv': {
    header: ['firstSeen,duration,proto,srcAddr,srcPort,dstAddr,dstPort,packets,bytes,flows'],
    records: [
      '2019-11-11 15:42:00.000,3.250,TCP,192.0.2.1,51000,198.51.100.7,443,3,1500,1',
      '2019-11-11 15:42:00.123,0.000,17,2001:db8::1,53,2001:db8::2,53,1,90,1',
    ],
  },
  'w3c-extended': {
    header: [
      '#Software: Microsoft Internet Information Services 10.0',
      '#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken',
    ],
    records: [
      '2019-11-11 15:42:00 198.51.100.1 GET /a.aspx id=7&q=a+b 443 - 192.0.2.10 Mozilla/5.0+(X11;+Linux) https://www.example.com/ 200 0 0 15',
      '2019-11-11 15:42:00 198.51.100.1 POST /a.aspx - 80 - 2001:db8::1 "curl ""7"" x" - 404 0 2 0',
    ],
  },
};
