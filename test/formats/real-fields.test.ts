/** Fields of real lines, written by others, by value. The samples lie beside the clone and are never copied into it. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Row } from '../../src/catalogue/engine.ts';
import { temporaryLake } from '../ingest/temporary-lake.ts';
import { sample, skip } from './conformance.ts';

const CROWDSEC = 'crowdsecurity+hub';
const OTEL = 'open-telemetry+opentelemetry-collector-contrib';

describe('A field of a real line', { skip }, () => {
  const pick = (row: Row, expected: Row) =>
    Object.fromEntries(Object.keys(expected).map((name) => [name, row[name]!]));

  for (const { file, record, expected } of [
    {
      file: 'log2timeline+plaso/apache_access/apache_access.log',
      record: 5,
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
        src_ip_basis: 'private-peer',
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
      file: `${CROWDSEC}/nginx_access/nginx-http-malformed/nginx_http-logs.log`,
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
        src_ip_basis: 'private-peer',
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
      await lake.ingest([sample(file)]);
      const [row] = await lake.rows(`select * from http_activity where record_no = ${record}`);
      assert.deepEqual(pick(row!, expected), expected);
    });
  }

  test('is an address in each of ten thousand lines', async () => {
    const lake = await temporaryLake();
    await lake.ingest([sample('elastic+examples/apache_access/apache_logs')]);
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
