/** An object of each format, named as who delivers it names it: sound records, each from another address. */
import { gzipSync } from 'node:zlib';
import type { Format } from '../../src/formats/format.ts';
import { VALID } from '../formats/valid-records.ts';

/** Decompressed: more than a block of 8 MiB, so that an object has two, and what a header says is carried over. */
const OBJECT_BYTES = 10_000_000;
/** The minutes of a log, from 15:42 on. */
const MINUTES = 18;

const vended = (producer: string, rest: string) => `raw/${producer}/AWSLogs/123456789012/${rest}`;
const logpush = (dataset: string) =>
  `raw/cloudflare/${dataset}/20191111/20191111T154200Z_20191111T160000Z_0a1b2c3d.log.gz`;
/** What has no prefix of its own; docs/deploy.md says where it goes. */
const upload = (rest: string) => `raw/upload/${rest}`;

const KEYS: Record<string, string> = {
  'apache-combined': upload('web-1/access.log.gz'),
  'aws-alb': vended(
    'alb',
    'elasticloadbalancing/us-east-2/2019/11/11/123456789012_elasticloadbalancing_us-east-2_app.www.50dc6c495c0c9188_20191111T1600Z_198.51.100.7_2soosksi.log.gz',
  ),
  'aws-alb-connection': vended(
    'alb',
    'elasticloadbalancing/us-east-2/2019/11/11/conn_log.123456789012_elasticloadbalancing_us-east-2_app.www.50dc6c495c0c9188_20191111T1600Z_198.51.100.7_2soosksi.log.gz',
  ),
  'aws-api-gateway': upload('api-gateway/json/2019/11/11/15/pets-1-2019-11-11-15-42-00.gz'),
  'aws-api-gateway-clf': upload('api-gateway/clf/2019/11/11/15/pets-1-2019-11-11-15-42-00.gz'),
  'aws-cloudfront': vended('cloudfront', 'CloudFront/E1EXAMPLE.2019-11-11-15.0a1b2c3d.gz'),
  'aws-cloudfront-json': vended('cloudfront', 'CloudFront/E2EXAMPLE.2019-11-11-15.0a1b2c3d.gz'),
  'aws-cloudtrail': vended(
    'cloudtrail',
    'CloudTrail/us-east-1/2019/11/11/123456789012_CloudTrail_us-east-1_20191111T1600Z_Uu3yaXGGZr8FrJCz.json.gz',
  ),
  'aws-elb-classic': upload(
    'AWSLogs/123456789012/elasticloadbalancing/us-east-2/2019/11/11/123456789012_elasticloadbalancing_us-east-2_my-lb_20191111T1600Z_198.51.100.7_2soosksi.log.gz',
  ),
  'aws-nlb': vended(
    'nlb',
    'elasticloadbalancing/us-east-2/2019/11/11/123456789012_elasticloadbalancing_us-east-2_net.edge.c6e77e28c25b2234_20191111T1600Z_2soosksi.log.gz',
  ),
  'aws-route53-public': upload('route53-public/Z123412341234/2019-11-11-15.log.gz'),
  'aws-route53-resolver': vended(
    'route53',
    'vpcdnsquerylogs/vpc-0a1b2c3d/2019/11/11/vpc-0a1b2c3d_vpcdnsquerylogs_123456789012_20191111T1542Z_0a1b2c3d.log.gz',
  ),
  'aws-s3-access': 'raw/s3-access/2019-11-11-16-00-00-0A1B2C3D4E5F6A7B',
  'aws-vpc-flow': vended(
    'vpc-flow',
    'vpcflowlogs/us-east-1/2019/11/11/123456789012_vpcflowlogs_us-east-1_fl-0a1b2c3d_20191111T1540Z_0a1b2c3d.log.gz',
  ),
  'aws-waf': vended(
    'waf',
    'WAFLogs/us-east-1/shop/2019/11/11/15/40/123456789012_waflogs_us-east-1_shop_20191111T1540Z_0a1b2c3d.log.gz',
  ),
  'cloudflare-audit-logs': logpush('audit_logs'),
  'cloudflare-dns-logs': logpush('dns_logs'),
  'cloudflare-firewall-events': logpush('firewall_events'),
  'cloudflare-http-requests': logpush('http_requests'),
  'cloudflare-network-analytics': logpush('network_analytics_logs'),
  'cloudflare-spectrum-events': logpush('spectrum_events'),
  'nfdump-csv': upload('router-1/nfcapd.201911111540.csv.gz'),
  'w3c-extended': upload('iis-1/W3SVC1/u_ex191111.log.gz'),
};

export type FormatObject = {
  key: string;
  text: string;
  body: Buffer;
  /** Records that are no header. */
  events: number;
  headers: number;
};

/** Throws where there is no sample of a format. */
export function formatObject({ id, array }: Format): FormatObject {
  const [sound, key] = [VALID[id], KEYS[id]];
  if (sound === undefined) throw new Error(`test/formats/valid-records.ts has no record of ${id}`);
  if (key === undefined) throw new Error(`test/aws/format-objects.ts does not say where ${id} is delivered`);
  const { header = [], records } = sound;
  const events: string[] = [];
  for (let bytes = 0; bytes < OBJECT_BYTES; bytes += events.at(-1)!.length + 1) {
    const minute = Math.floor((MINUTES * bytes) / OBJECT_BYTES);
    events.push(varied(records[events.length % records.length]!, { number: events.length, minute }));
  }
  const text =
    array === null ? `${[...header, ...events].join('\n')}\n` : `{"${array}":[${events.join(',')}]}`;
  return { key, text, body: gzipSync(text, { level: 1 }), events: events.length, headers: header.length };
}

/** A record of 15:42 from 192.0.2.0/24 or 2001:db8::/64, so many minutes later from an address of its own. */
function varied(record: string, { number, minute }: { number: number; minute: number }): string {
  const [high, middle, low] = [(number >> 16) & 1, (number >> 8) & 255, number & 255];
  return record
    .replace(/\b192\.0\.2\.\d+\b/g, `198.${18 + high}.${middle}.${low}`)
    .replaceAll('2001:db8::', `2001:db8:0:${(number & 0xffff).toString(16)}::`)
    .replaceAll('15:42:', `15:${42 + minute}:`)
    .replace(/15734869[28]0/g, (seconds) => String(Number(seconds) + 60 * minute));
}
