/** CloudFront, against real lines, the example of its documentation and what another parser makes of them. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { temporaryLake } from '../ingest/temporary-lake.ts';
import { blocks } from './code-blocks.ts';
import { type Conformance, conformance, sample, samples, skip } from './conformance.ts';

const SOLUTIONS = 'aws-solutions+aws-waf-security-automations';
const ACCESS_LOGS = 'awsdocs+amazon-cloudfront-developer-guide/cloudfront/derived/AccessLogs.blocks.ndjson';
const CROWDSEC = 'crowdsecurity+hub/cloudfront';

conformance('CloudFront', [
  // Two header lines over 26 columns.
  {
    file: 'aws-samples+amazon-cloudfront-log-analysis/cloudfront/sample-cloudfront-access-logs.gz',
    format: 'aws-cloudfront',
    rows: 66,
    headers: 2,
    values: {
      3: {
        source_id: 'aws-cloudfront:d345qc258n54ge.cloudfront.net',
        time_ns: 1541549528000000000n,
        edge_location: 'FRA53',
        status_code: 302,
        path: '/notavailable.json',
        query: null,
        user_agent: 'Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)',
        cache_status: 'LambdaGeneratedResponse',
        reached_origin: null,
        duration_us: 394000,
        src_port: null,
      },
      5: {
        cache_status: 'Hit',
        reached_origin: false,
        status_code: 200,
        response_bytes: 965,
        duration_us: 1047000,
      },
      10: { cache_status: 'Miss', reached_origin: true, path: '/wordpress/', response_bytes: 55628 },
    },
  },
  // No header, 19 columns, an empty column in place of a hyphen.
  {
    file: `${SOLUTIONS}/cloudfront/cf-access-log-sample.gz`,
    format: 'aws-cloudfront',
    rows: 28949,
    values: {
      1: {
        host: 'x_host-header',
        path: 'page.html',
        query: 'uri_query',
        status_code: 404,
        cache_status: null,
        duration_us: 2000000,
      },
      2812: { status_code: null, reached_origin: null },
    },
  },
  // The header is but a #; the addresses are redacted.
  {
    file: `${SOLUTIONS}/mixed_aws/E3HXCM7PFRG6HT.2023-04-24-21.d740d76bCloudFront.gz`,
    format: 'aws-cloudfront',
    rows: 152,
    headers: 1,
    values: { 2: { src_ip: null, src_ip_basis: 'not-an-address', status_code: 404, cache_status: null } },
  },
  { file: `${CROWDSEC}/aws-cloudfront-logs/aws-cloudfront-logs.log`, format: 'aws-cloudfront', rows: 2 },
  // The third record of the documentation's example has a tab at its end.
  {
    file: ACCESS_LOGS,
    content: blocks(ACCESS_LOGS, 2),
    format: 'aws-cloudfront',
    rows: 6,
    headers: 2,
    values: {
      3: {
        cache_status: 'Hit',
        reached_origin: false,
        src_port: 11040,
        time_ns: 1575493351000000000n,
        duration_us: 1000,
      },
      6: {
        cache_status: 'Error',
        reached_origin: false,
        action: null,
        status_code: 502,
        host: 'www.example.com',
        scheme: 'http',
        tls_version: null,
      },
    },
  },
] satisfies Conformance[]);

type Case = { expected: { Parsed: Record<string, string>; Meta: Record<string, string> } };

describe('What CrowdSec makes of CloudFront', { skip }, () => {
  test('is what Ascribe makes of it', async () => {
    const lake = await temporaryLake({ now: new Date('2026-06-01T00:00:00Z') });
    await lake.ingest([sample(`${CROWDSEC}/aws-cloudfront-logs/aws-cloudfront-logs.log`)]);
    const rows = await lake.rows('select * from http_activity order by record_no');
    const cases = readFileSync(join(samples, CROWDSEC, 'derived/cases.ndjson'), 'utf8')
      .trim()
      .split('\n');
    assert.equal(cases.length, rows.length);
    for (const [index, row] of rows.entries()) {
      const { Parsed: parsed, Meta: meta } = (JSON.parse(cases[index]!) as Case).expected;
      assert.deepEqual(
        [row.src_ip, row.http_method, row.user_agent, `${row.path}?${row.query}`, String(row.status_code)],
        [meta.source_ip, meta.http_verb, meta.http_user_agent, meta.http_path, meta.http_status],
      );
      assert.deepEqual(
        [row.src_port, row.request_bytes, row.response_bytes, row.duration_us].map(Number),
        [parsed.c_port, parsed.cs_bytes, parsed.sc_bytes, Number(parsed.time_taken) * 1e6].map(Number),
      );
      assert.deepEqual(
        [
          row.host,
          row.edge_location,
          row.request_id,
          row.cache_status,
          row.http_version,
          row.tls_version,
          row.tls_cipher,
          row.scheme,
        ],
        [
          ...[
            parsed.x_host_header,
            parsed.x_edge_location,
            parsed.x_edge_request_id,
            parsed.x_edge_result_type,
          ],
          ...[parsed.cs_protocol_version, parsed.ssl_protocol, parsed.ssl_cipher, parsed.cs_protocol],
        ],
      );
    }
  });
});
