import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { conformance, samples } from './conformance.ts';

const PUBLIC = 'awsdocs+amazon-route53-docs/route53_public/derived/query-logs.blocks.ndjson';
const RESOLVER =
  'awsdocs+amazon-route53-docs/route53_resolver/derived/resolver-query-logs-example-json.blocks.ndjson';

/** The text of the only block of a page. */
const block = (file: string) => (): string =>
  JSON.parse(readFileSync(join(samples, file), 'utf8').split('\n')[0]!).text;

conformance('Route 53', [
  {
    file: PUBLIC,
    content: block(PUBLIC),
    format: 'aws-route53-public',
    rows: 5,
    values: {
      1: { time_ns: 1513152962130000000n, query_type: 'A', transport: 'udp', client_subnet: null },
      3: { src_ip: '2001:db8::1234', query_type: 'ANY', client_subnet: '2001:db8:abcd::/48' },
      4: { query_name: 'bad.example.com', response_code: 'NXDOMAIN', zone: 'Z123412341234' },
    },
  },
  {
    file: RESOLVER,
    content: block(RESOLVER),
    format: 'aws-route53-resolver',
    rows: 1,
    values: {
      1: {
        source_id: 'aws-route53-resolver:vpc-7example',
        time: '2021-02-04T17:51:55.000Z',
        src_port: 56067,
        query_name: '15.3.4.32.in-addr.arpa',
        query_type: 'PTR',
        response_code: 'NOERROR',
        answers: '[{"Rdata":"203.0.113.9","Type":"PTR","Class":"IN"}]',
        action: 'blocked',
        account: '111122223333',
        resource: 'i-0d15cd0d3example',
      },
    },
  },
]);
