import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { temporaryLake } from '../ingest/temporary-lake.ts';
import { type Conformance, conformance, sample, skip } from './conformance.ts';

const CROWDSEC = 'crowdsecurity+hub';
const APACHE = `${CROWDSEC}/apache_access`;
const NGINX = `${CROWDSEC}/nginx_access`;
const OTEL = 'open-telemetry+opentelemetry-collector-contrib';

const notALine = 'not-an-access-log-line';
const notAnEntry = 'not-an-alb-entry';

conformance('Apache, nginx, ALB and Cloudflare', [
  // Record 1 is of Apache's error log; 8 and 9 of the next are too.
  {
    file: `${APACHE}/apache-cve-2021-41773/apache-cve-2021-41773.log`,
    format: 'apache-combined',
    rows: 2,
    rejects: { 1: notALine },
  },
  {
    file: `${APACHE}/apache2-logs/apache2-logs.log`,
    format: 'apache-combined',
    rows: 7,
    rejects: { 8: notALine, 9: notALine },
  },
  { file: `${APACHE}/apache-http-probing/apache-http-probing.log`, format: 'apache-combined', rows: 77 },
  {
    file: `${APACHE}/apache2-http-sensitive-files/apache2-http-sensitive-files.log`,
    format: 'apache-combined',
    rows: 13,
  },
  { file: `${APACHE}/apache2-malformed/apache2-logs.log`, format: 'apache-combined', rows: 11 },
  {
    file: `${APACHE}/apache_log4j2_cve-2021-44228/apache_log4j2_cve-2021-44228.log`,
    format: 'apache-combined',
    rows: 3,
    blanks: 2,
  },
  // The agent of one line in ten thousand is cut off.
  {
    file: 'elastic+examples/apache_access/apache_logs',
    format: 'apache-combined',
    rows: 9999,
    rejects: { 8899: 'no-closing-quote' },
  },
  {
    file: 'log2timeline+plaso/apache_access/apache_access.log',
    format: 'apache-combined',
    rows: 14,
    rejects: { 8: 'no-closing-quote' },
  },
  { file: 'tstack+lnav/apache_access/logfile_access_log.0', format: 'apache-combined', rows: 3 },
  { file: 'tstack+lnav/apache_access/logfile_access_log.1', format: 'apache-combined', rows: 1 },
  // Record 2 has lost the fields between the address and the time.
  {
    file: 'tstack+lnav/apache_access/logfile_bad_access_log.0',
    format: 'apache-combined',
    rows: 2,
    rejects: { 2: notALine },
  },
  { file: 'tstack+lnav/apache_access/logfile_regexp_access_log.0', format: 'apache-combined', rows: 2 },
  { file: 'tstack+lnav/apache_access/logfile_shop_access_log.0', format: 'apache-combined', rows: 1000 },
  // Record 9 is of nginx's error log.
  {
    file: `${NGINX}/nginx_http-logs/nginx_http-logs.log`,
    format: 'apache-combined',
    rows: 8,
    rejects: { 9: notALine },
  },
  // Of syslog, on a day of one digit.
  {
    file: `${NGINX}/http-wordpress_wpconfig/http-wordpress_wpconfig.log`,
    format: 'apache-combined',
    rows: 14,
    blanks: 1,
  },
  { file: `${NGINX}/nginx-http-malformed/nginx_http-logs.log`, format: 'apache-combined', rows: 12 },
  { file: `${NGINX}/nginx-bad-user-agent/nginx-bad-user-agent.log`, format: 'apache-combined', rows: 3 },
  {
    file: `${NGINX}/nginx-http-path-traversal/nginx-http-path-traversal.log`,
    format: 'apache-combined',
    rows: 9,
  },
  {
    file: `${NGINX}/nginx-http-sqli-probing/nginx-http-sqli-probing.log`,
    format: 'apache-combined',
    rows: 16,
  },
  { file: `${NGINX}/nginx-http-xss-probing/nginx-http-xss-probing.log`, format: 'apache-combined', rows: 26 },
  { file: `${NGINX}/http-dos-bypass-cache/http_dos_bypass_cache.log`, format: 'apache-combined', rows: 356 },
  {
    file: `${NGINX}/http-dos-invalid-http-versions/http-dos-invalid-http-versions.log`,
    format: 'apache-combined',
    rows: 6,
  },
  { file: `${NGINX}/http-dos-random-uri/http_dos_random_uri.log`, format: 'apache-combined', rows: 66 },
  {
    file: `${NGINX}/http-bf-wordpress-bf/http-bf-wordpress-bf.log`,
    format: 'apache-combined',
    rows: 9,
    blanks: 1,
  },
  {
    file: `${NGINX}/http-wordpress_user-enum/http-wordpress_user-enum.log`,
    format: 'apache-combined',
    rows: 12,
  },
  { file: `${NGINX}/nginx-http-w00twoot/nginx-http-w00twoot.log`, format: 'apache-combined', rows: 2 },
  { file: 'aws-samples+amazon-cloudfront-log-analysis/elb/sample-alb-logs.gz', format: 'aws-alb', rows: 1 },
  { file: `${CROWDSEC}/elb/aws-alb-logs/aws-alb-logs.log`, format: 'aws-alb', rows: 14 },
  {
    file: `${CROWDSEC}/elb/aws-alb-http-bad-user-agent/aws-alb-http-bad-user-agent.log`,
    format: 'aws-alb',
    rows: 4,
  },
  { file: `${OTEL}/elb/newer/alb_al_valid_logs.log`, format: 'aws-alb', rows: 2 },
  // Records 11 to 14 are of a Classic Load Balancer, 15 and 16 of a Network Load Balancer.
  {
    file: 'log2timeline+plaso/elb/aws_elb_access.log',
    format: 'aws-alb',
    rows: 10,
    rejects: Object.fromEntries([11, 12, 13, 14, 15, 16].map((number) => [number, notAnEntry])),
  },
  { file: `${OTEL}/cloudflare_http_requests/all_fields.txt`, format: 'cloudflare-http-requests', rows: 1 },
  {
    file: `${OTEL}/cloudflare_http_requests/multiple_log_payload.txt`,
    format: 'cloudflare-http-requests',
    rows: 5,
  },
  {
    file: 'tstack+lnav/cloudflare_http_requests/logfile_cloudflare.1',
    format: 'cloudflare-http-requests',
    rows: 15,
  },
] satisfies Conformance[]);

const nginxErrorLog = /^is an error log of nginx, which is not read: give its access log/;

/** Of no format, each with its reason: an error log of nginx, a record of an application, an unknown type of entry. */
const REFUSED: readonly (readonly [file: string, reason: RegExp])[] = [
  [`${NGINX}/nginx-http-generic-bf/nginx-http-generic-bf.log`, nginxErrorLog],
  [`${NGINX}/nginx_req_limit_exceeded/nginx_req_limit_exceeded.log`, nginxErrorLog],
  [
    `${NGINX}/http-magento-bf/http-magento-bf.log`,
    /^is of no known format\. .*; apache-combined: record 1 lacks .*; cloudflare-http-requests: record 1 lacks /,
  ],
  [
    `${OTEL}/elb/newer/alb_al_invalid_syntax.log`,
    /aws-alb: record 1 lacks a type \(http, https, h2, grpcs, ws or wss\)/,
  ],
];

describe('Real lines', { skip }, () => {
  test('of no format are refused, each with what it is or what was tried', async () => {
    const lake = await temporaryLake();
    const outcomes = await lake.ingest(REFUSED.map(([file]) => sample(file)));
    assert.equal(outcomes.length, REFUSED.length);
    for (const [at, outcome] of outcomes.entries()) {
      assert.equal(outcome.status, 'refused', outcome.name);
      if (outcome.status === 'refused') assert.match(outcome.reason, REFUSED[at]?.[1] as RegExp);
    }
  });
});
