import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Conformance, conformance, samples } from './conformance.ts';

const GUIDE =
  'awsdocs+elb-network-load-balancers-user-guide/elb/derived/load-balancer-access-logs.blocks.ndjson';

/** The entries of the guide, which breaks its lines. */
const entries = (): string =>
  readFileSync(join(samples, GUIDE), 'utf8')
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { text: string }).text)
    .filter((text) => text.startsWith('tls '))
    .map((text) => text.replace(/\s*\n/g, ' '))
    .join('\n');

const CONNECTION = {
  source_id: 'aws-nlb:net/my-network-loadbalancer/c6e77e28c25b2234',
  src_port: 51341,
  dst_port: 443,
  bytes: 98,
  response_bytes: 246,
  duration_us: 5000,
  tls_version: 'tlsv12',
  tls_cipher: 'ECDHE-RSA-AES128-SHA',
  host: 'my-network-loadbalancer-c6e77e28c25b2234.elb.us-east-2.amazonaws.com',
};

conformance('a Network Load Balancer', [
  {
    file: 'open-telemetry+opentelemetry-collector-contrib/elb/newer/nlb_al_valid_logs.log',
    format: 'aws-nlb',
    rows: 1,
    values: {
      1: {
        ...CONNECTION,
        app_protocol: 'h2',
        time: '2020-04-01T08:51:20.000Z',
        end_time: '2020-04-01T08:51:42.000Z',
      },
    },
  },
  {
    file: GUIDE,
    content: entries,
    format: 'aws-nlb',
    rows: 2,
    values: {
      // Five milliseconds before its end.
      1: { ...CONNECTION, app_protocol: null, time_ns: 1545274779995000000n },
      2: { ...CONNECTION, app_protocol: 'h2', end_time: '2020-04-01T08:51:42.000Z' },
    },
  },
] satisfies Conformance[]);
