/** WAF, Classic Load Balancer and S3, against real lines and the examples of their documentation. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { blocks } from './code-blocks.ts';
import { type Conformance, conformance, samples } from './conformance.ts';

const OTEL = 'open-telemetry+opentelemetry-collector-contrib';
const SOLUTIONS = 'aws-solutions+aws-waf-security-automations';
const CLASSIC =
  'awsdocs+elb-classic-load-balancers-user-guide/elb/derived/access-log-collection.blocks.ndjson';
const LOG_FORMAT = 'awsdocs+amazon-s3-userguide/s3_access/derived/LogFormat.blocks.ndjson';
const WAF = 'awsdocs+aws-waf-and-shield-advanced-developer-guide/aws_waf/derived';

conformance('AWS WAF', [
  {
    file: `${SOLUTIONS}/aws_waf/test_waf_log.gz`,
    format: 'aws-waf',
    rows: 228,
    values: {
      1: {
        action: 'allowed',
        action_rule: 'Default_Action',
        src_ip: null,
        provider_country: 'TR',
        scheme: null,
        http_version: 'HTTP/1.1',
      },
    },
  },
  {
    file: `${OTEL}/aws_waf/newer/valid_log.json`,
    format: 'aws-waf',
    rows: 1,
    values: {
      1: {
        time_ns: 1748208718574000000n,
        action: 'allowed',
        scheme: 'https',
        path: '/favicon.ico',
        query: null,
        provider_country: 'NL',
        ja4: 't13d1717h2_5b57614c22b0_3cbfd9057e0d',
        service: 'CF:E3DTJP8YLL6OBQ',
        client_class: null,
      },
    },
  },
  {
    file: `${WAF}/logging-examples.blocks.ndjson`,
    content: blocks(`${WAF}/logging-examples.blocks.ndjson`, 0, 1, 2, 3, 4, 5),
    format: 'aws-waf',
    rows: 6,
    values: {
      1: {
        action: 'blocked',
        action_detail: 'BLOCK',
        action_rule: 'STMTest_SQLi_XSS',
        reached_origin: false,
        host: 'localhost',
        service: null,
      },
      2: { action: 'allowed', action_rule: 'Default_Action', reached_origin: null },
      3: { action: 'blocked', action_rule: 'RG-Reference/RuleA-XSS' },
      4: {
        action: 'blocked',
        path: null,
        host: null,
        service: 'ALB:alb',
        request_id: null,
        http_method: 'POST',
      },
      5: {
        action: 'allowed',
        status_code: null,
        path: '/pen-test/pets',
        referrer: 'https://b34myvfw0b.gamma.execute-api.us-east-1.amazonaws.com/pen-test/pets',
      },
      6: {
        action: 'challenged',
        action_detail: 'CAPTCHA',
        action_rule: 'captcha-rule',
        status_code: 405,
        reached_origin: false,
        referrer: null,
      },
    },
  },
  {
    file: `${WAF}/classic-logging.blocks.ndjson`,
    content: blocks(`${WAF}/classic-logging.blocks.ndjson`, 0),
    format: 'aws-waf',
    rows: 1,
    // The URI is redacted, so that its arguments have no path to stand behind.
    values: {
      1: {
        action: 'allowed',
        path: null,
        query: null,
        host: '127.0.0.1',
        user_agent: 'curl/7.51.2',
        service: 'CF:i-123',
        source_id: 'aws-waf:385cb038-3a6f-4f2f-ac64-09ab912af590',
      },
    },
  },
] satisfies Conformance[]);

conformance('Classic Load Balancers', [
  {
    file: `${OTEL}/elb/newer/clb_al_valid_logs.log`,
    format: 'aws-elb-classic',
    rows: 2,
    values: {
      1: { reached_origin: true, service: '10.0.0.1:80', duration_us: 2471 },
      2: { reached_origin: null, service: null, status_code: 200 },
    },
  },
  {
    file: CLASSIC,
    content: blocks(CLASSIC, 3, 4, 5, 6),
    format: 'aws-elb-classic',
    rows: 2,
    rejects: { 3: 'tcp-connection', 4: 'tcp-connection' },
    values: {
      1: { scheme: 'http', tls_version: null, duration_us: 1178, response_bytes: 29 },
      2: { scheme: 'https', tls_version: 'TLSv1.2' },
    },
  },
  // The Classic entries of a file that mixes three kinds: two of HTTP, two of TCP.
  {
    file: 'log2timeline+plaso/elb/aws_elb_access.log',
    content: () =>
      readFileSync(join(samples, 'log2timeline+plaso/elb/aws_elb_access.log'), 'utf8')
        .split('\n')
        .slice(10, 14)
        .join('\n'),
    format: 'aws-elb-classic',
    rows: 2,
    rejects: { 3: 'tcp-connection', 4: 'tcp-connection' },
  },
] satisfies Conformance[]);

conformance('S3', [
  ...['valid_s3_access_log.log', 'too_many_values.log'].map(
    (name): Conformance => ({
      file: `${OTEL}/s3_access/newer/${name}`,
      format: 'aws-s3-access',
      rows: 1,
      values: {
        1: {
          source_id: 'aws-s3-access:amzn-s3-demo-bucket1',
          time_ns: 1549411238000000000n,
          src_ip: '192.0.2.3',
          http_method: 'GET',
          path: '/amzn-s3-demo-bucket1',
          query: 'versioning',
          status_code: 200,
          response_bytes: 113,
          duration_us: 7000,
          host: 'amzn-s3-demo-bucket1.s3.us-west-1.amazonaws.com',
          tls_version: 'TLSV1.2',
          service: 'arn:aws:s3:us-west-1:123456789012:accesspoint/example-AP',
        },
      },
    }),
  ),
  {
    file: `${OTEL}/s3_access/newer/unknown_request_uri.log`,
    format: 'aws-s3-access',
    rows: 1,
    values: { 1: { http_method: 'GET', path: null, http_version: null, status_code: 200 } },
  },
  {
    file: LOG_FORMAT,
    content: blocks(LOG_FORMAT, 0),
    format: 'aws-s3-access',
    rows: 5,
    values: {
      3: { status_code: 404, action: null, response_bytes: 297, duration_us: 38000 },
      5: {
        http_method: 'PUT',
        path: '/DOC-EXAMPLE-BUCKET1/s3-dg.pdf',
        response_bytes: null,
        duration_us: 41754000,
        tls_cipher: 'ECDHE-RSA-AES128-SHA',
      },
    },
  },
] satisfies Conformance[]);
