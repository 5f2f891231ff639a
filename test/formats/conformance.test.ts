/**
 * Real lines, written by others, against what a reader of the formats' references makes of them. The samples lie beside
 * the clone and are never copied into it; what was counted here was counted by eye and by grep, not by Ascribe.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { Row } from '../../src/catalogue/engine.ts';
import { logObject, temporaryLake } from '../ingest/temporary-lake.ts';

const samples = join(import.meta.dirname, '..', '..', '..', 'shared', 'samples');
const skip = existsSync(samples) ? false : `no samples at ${samples}`;

const CROWDSEC = 'crowdsecurity+hub';
const APACHE = `${CROWDSEC}/apache_access`;
const NGINX = `${CROWDSEC}/nginx_access`;
const OTEL = 'open-telemetry+opentelemetry-collector-contrib';

type Expected = {
  file: string;
  format: string;
  rows: number;
  blanks?: number;
  /** Reasons by record number. */
  rejects?: Record<number, string>;
};

const notALine = 'not-an-access-log-line';
const notAnEntry = 'not-an-alb-entry';

const EXPECTED: Expected[] = [
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
];

/** Of another format, which is none of this slice: an error log, a syslog header, JSON in brackets, a Classic balancer. */
const REFUSED = [
  `${NGINX}/nginx-http-generic-bf/nginx-http-generic-bf.log`,
  `${NGINX}/nginx_req_limit_exceeded/nginx_req_limit_exceeded.log`,
  `${NGINX}/http-wordpress_wpconfig/http-wordpress_wpconfig.log`,
  `${NGINX}/http-magento-bf/http-magento-bf.log`,
  `${OTEL}/elb/newer/clb_al_valid_logs.log`,
  `${OTEL}/elb/newer/nlb_al_valid_logs.log`,
  `${OTEL}/elb/newer/alb_al_invalid_syntax.log`,
];

const object = (file: string) => logObject(file, readFileSync(join(samples, file)));

describe('Real lines', { skip }, () => {
  for (const { file, format, rows, blanks = 0, rejects = {} } of EXPECTED) {
    test(`of ${file} become ${rows} rows and ${Object.keys(rejects).length} rejects`, async () => {
      const lake = await temporaryLake({ now: new Date('2026-01-01T00:00:00Z') });
      const [outcome] = await lake.ingest([object(file)]);
      assert.equal(outcome!.status, 'ingested');
      if (outcome!.status !== 'ingested') return;
      const { ledger } = outcome!.marker;
      assert.equal(outcome!.marker.format, format);
      const count = Object.keys(rejects).length;
      assert.deepEqual(ledger, {
        records: rows + count + blanks,
        rows,
        rejects: count,
        headers: 0,
        blanks,
        notices: 0,
      });
      const found = await lake.rows('select record_no, reason from rejects');
      assert.deepEqual(Object.fromEntries(found.map((row) => [row.record_no, row.reason])), rejects);
    });
  }

  test('of other formats are refused, each with what was tried', async () => {
    const lake = await temporaryLake();
    const outcomes = await lake.ingest(REFUSED.map(object));
    for (const outcome of outcomes) {
      assert.equal(outcome.status, 'refused', outcome.name);
      if (outcome.status === 'refused')
        assert.match(outcome.reason, /apache-combined: .*; aws-alb: .*; cloudflare-http-requests: /);
    }
  });
});

describe('A field of a real line', { skip }, () => {
  const pick = (row: Row, expected: Row) =>
    Object.fromEntries(Object.keys(expected).map((name) => [name, row[name]!]));

  for (const { file, record, expected } of [
    {
      file: 'log2timeline+plaso/apache_access/apache_access.log',
      record: 4,
      // The zone is +0200.
      expected: {
        time: '2016-01-13T17:31:20.000Z',
        path: '/wp-content/themes/darkmode/evil.php',
        query: 'cmd=uname+-a',
        host: null,
        status_code: 200,
      },
    },
    {
      file: 'log2timeline+plaso/apache_access/apache_access.log',
      record: 9,
      expected: {
        host: 'plaso.log2timeline.net',
        http_method: 'GET',
        src_ip_basis: 'peer',
        http_version: 'HTTP/1.1',
        response_bytes: 1063,
      },
    },
    {
      file: 'log2timeline+plaso/apache_access/apache_access.log',
      record: 13,
      // Quotes inside the request that nobody escaped.
      expected: {
        path: '/aaaa.xxxx/SomeText',
        query: 'action=edit&template=<script>alert("text")</script>',
        http_version: 'HTTP/1.0',
        status_code: 404,
        response_bytes: 1164,
      },
    },
    {
      file: 'log2timeline+plaso/apache_access/apache_access.log',
      record: 7,
      expected: {
        status_code: 304,
        response_bytes: null,
        referrer: null,
        user_agent: 'Mozilla/5.0 Gecko/20100115 Firefox/3.6',
      },
    },
    {
      file: 'log2timeline+plaso/apache_access/apache_access.log',
      record: 15,
      expected: { peer_ip: '192.168.0.64', path: '/', status_code: 200, user_agent: null },
    },
    {
      file: 'tstack+lnav/apache_access/logfile_regexp_access_log.0',
      record: 1,
      expected: {
        host: 'localhost',
        path: '/secure/RapidBoard.jspa',
        http_version: 'HTTP/2.0',
        response_bytes: 17163,
        user_agent: 'Mozilla/5.0',
      },
    },
    {
      file: `${NGINX}/nginx-http-malformed/nginx_http-logs.log`,
      record: 5,
      // HELP is no request line: no method, no path, and above all not "/".
      expected: {
        http_method: null,
        path: null,
        query: null,
        status_code: 400,
        user_agent: null,
        time: '2023-07-29T17:26:06.000Z',
      },
    },
    {
      file: `${OTEL}/elb/newer/alb_al_valid_logs.log`,
      record: 2,
      expected: {
        src_ip: 'fe80::202:b3ff:fe1e:8329',
        src_port: 443,
        service: '[2001:db8::1]:80',
        host: 'www.example.com',
        time_ns: 1530570180186641000n,
        duration_us: 171000,
      },
    },
    {
      file: `${CROWDSEC}/elb/aws-alb-logs/aws-alb-logs.log`,
      record: 4,
      expected: {
        reached_origin: false,
        service: null,
        origin_status: null,
        status_code: 404,
        duration_us: null,
        path: '/%%32%65%%32%65/',
        request_bytes: 204,
        response_bytes: 167,
      },
    },
    {
      file: 'aws-samples+amazon-cloudfront-log-analysis/elb/sample-alb-logs.gz',
      record: 1,
      // The client went away: 460, a target, and no time to answer.
      expected: {
        status_code: 460,
        origin_status: null,
        reached_origin: true,
        duration_us: null,
        host: '54.236.119.61',
        scheme: 'http',
        tls_version: null,
      },
    },
    {
      file: `${OTEL}/cloudflare_http_requests/all_fields.txt`,
      record: 1,
      expected: {
        source_id: 'cloudflare-http-requests:otlpdev.net',
        time: '2023-03-03T05:29:06.000Z',
        provider_country: 'US',
        provider_asn: 20115,
        src_port: 49358,
        path: '/product/66VCHSJNUP',
        origin_duration_us: 22000,
        duration_us: 28000,
        edge_location: 'ORD',
        reached_origin: true,
        response_bytes: 2301,
        client_class: 'noRecord',
        action: 'allowed',
        action_detail: 'unknown',
      },
    },
    {
      file: 'tstack+lnav/cloudflare_http_requests/logfile_cloudflare.1',
      record: 1,
      expected: {
        time: '2024-04-10T23:00:00.100Z',
        time_precision: 'ns',
        edge_location: 'SEA',
        cache_status: 'miss',
        referrer: null,
        action: 'allowed',
      },
    },
  ] as { file: string; record: number; expected: Row }[]) {
    test(`is what the line says: record ${record} of ${file}`, async () => {
      const lake = await temporaryLake({ now: new Date('2026-01-01T00:00:00Z') });
      await lake.ingest([object(file)]);
      const [row] = await lake.rows(`select * from http_activity where record_no = ${record}`);
      assert.deepEqual(pick(row!, expected), expected);
    });
  }

  test('is an address in each of ten thousand lines', async () => {
    const lake = await temporaryLake();
    await lake.ingest([object('elastic+examples/apache_access/apache_logs')]);
    const [row] = await lake.rows(
      `select count(src_ip) as addresses, count(distinct src_ip) as sources, count(path) as paths, count(host) as hosts,
         cast(min(time) as varchar) as first, cast(max(time) as varchar) as last, count_if(http_method = 'GET') as gets from http_activity`,
    );
    assert.deepEqual(row, {
      addresses: 9999,
      sources: 1753,
      paths: 9999,
      hosts: 0,
      first: '2015-05-17 10:05:00',
      last: '2015-05-20 21:05:59',
      gets: 9951,
    });
  });
});
