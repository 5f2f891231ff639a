/** nginx's formats of others' tests, and those that are refused: logs of errors and of nginx proxy manager. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { temporaryLake } from '../ingest/temporary-lake.ts';
import { type Conformance, conformance, sample, samples, skip } from './conformance.ts';

const NGINX = 'crowdsecurity+hub/nginx_access';
const VECTOR = 'vectordotdev+vrl/nginx_access/derived/parse_nginx_log.cases.ndjson';

type Case = { test: string; input: string; args: string; error: string | null; expected: Expected | null };
type Expected = Record<string, string | number>;

const cases = (kind: string): Case[] =>
  readFileSync(join(samples, VECTOR), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Case)
    .filter(({ args }) => args.includes(`"${kind}"`));

conformance('nginx proxy manager', [
  // Another server's request, in the ordinary format.
  {
    file: `${NGINX}/nginx-proxy-manager-malformed/nginx_http-logs.log`,
    format: 'apache-combined',
    rows: 12,
    values: { 5: { http_method: null, status_code: 400, response_bytes: 157 } },
  },
] satisfies Conformance[]);

describe('Lines of nginx that others read', { skip }, () => {
  const rowOf = async (line: string) => {
    const lake = await temporaryLake({ now: new Date('2026-06-01T00:00:00Z') });
    await lake.take(line);
    const [row] = await lake.rows('select * from http_activity');
    return row!;
  };
  const none = (value: string | number | undefined) => (value === undefined || value === '' ? null : value);
  const micros = (seconds: string | number | undefined) =>
    seconds === undefined ? null : Math.round(Number(seconds) * 1e6);

  test('in ingress-nginx’s format have the values that upstream reads', async () => {
    const all = cases('ingress_upstreaminfo');
    assert.equal(all.length, 4);
    for (const { input, expected, test: name } of all) {
      const row = await rowOf(input);
      assert.deepEqual(
        {
          request_length: row.request_bytes,
          request_time: row.duration_us,
          proxy_upstream_name: row.service,
          upstream_response_time: row.origin_duration_us,
          upstream_status: row.origin_status,
          req_id: row.request_id,
          agent: row.user_agent,
          referrer: row.referrer,
          size: row.response_bytes,
          reached: row.reached_origin,
        },
        {
          request_length: expected!.request_length,
          request_time: micros(expected!.request_time),
          proxy_upstream_name: expected!.proxy_upstream_name,
          upstream_response_time: micros(expected!.upstream_response_time),
          upstream_status: none(expected!.upstream_status),
          req_id: expected!.req_id,
          agent: expected!.http_user_agent,
          referrer: none(expected!.http_referer),
          size: expected!.body_bytes_size,
          // Upstream keeps the dash.
          reached: expected!.upstream_addr !== '-',
        },
        name,
      );
    }
  });

  test('in nginx’s main format are read, and a damaged one is not', async () => {
    const all = cases('main');
    assert.equal(all.length, 5);
    for (const { input, expected, test: name } of all.filter(({ error }) => error === null)) {
      const row = await rowOf(input);
      assert.deepEqual(
        [row.peer_ip, row.status_code, row.response_bytes, row.user_agent, row.referrer],
        [
          expected!.remote_addr,
          expected!.status,
          expected!.body_bytes_size,
          expected!.http_user_agent,
          none(expected!.http_referer),
        ],
        name,
      );
    }
    const lake = await temporaryLake();
    for (const { input } of all.filter(({ error }) => error !== null))
      await assert.rejects(lake.take(input), /of no known format|is an error log of nginx/);
  });

  test('of errors, and of nginx proxy manager’s own format, are refused', async () => {
    const lake = await temporaryLake();
    const outcomes = await lake.ingest(
      [
        'nginx-proxy-manager-logs/nginx-proxy-manager-logs.log',
        'nginx_http-catch-npm/nginx_http-catch-npm.log',
      ].map((file) => sample(`${NGINX}/${file}`)),
    );
    for (const outcome of outcomes) assert.equal(outcome.status, 'refused', outcome.name);
    for (const { input } of cases('error'))
      await assert.rejects(lake.take(input), /is an error log of nginx, which is not read/);
  });
});
