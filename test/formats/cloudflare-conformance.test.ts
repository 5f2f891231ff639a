import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { conformance, samples } from './conformance.ts';

const LNAV = 'tstack+lnav/cloudflare_http_requests';
const OTEL = 'open-telemetry+opentelemetry-collector-contrib/cloudflare_http_requests';
const HTTP = 'cloudflare-http-requests';

const one = (): Record<string, unknown> =>
  JSON.parse(readFileSync(join(samples, `${LNAV}/logfile_cloudflare.json`), 'utf8'));

conformance('Cloudflare', [
  {
    file: `${LNAV}/logfile_cloudflare.json`,
    format: HTTP,
    rows: 1,
    values: {
      1: {
        source_id: `${HTTP}:test`,
        time: '2022-10-30T00:00:02.000Z',
        http_method: 'HEAD',
        status_code: 301,
        origin_status: null,
        reached_origin: false,
        user_agent: null,
        action: 'allowed',
        action_detail: 'unknown',
        action_rule: null,
        service: null,
        provider_asn: 12389,
        provider_country: 'RU',
        request_bytes: 567,
        origin_duration_us: null,
        client_class: 'noRecord',
      },
    },
  },
  {
    file: `${LNAV}/logfile_cloudflare.json`,
    content: () => `${JSON.stringify(one(), null, 2)}\n${JSON.stringify([one(), one()], null, 4)}`,
    format: HTTP,
    rows: 3,
    values: { 3: { time: '2022-10-30T00:00:02.000Z', http_method: 'HEAD' } },
  },
  {
    file: `${LNAV}/logfile_cloudflare.1`,
    format: HTTP,
    rows: 15,
    values: {
      1: {
        time_ns: 1712790000100000000n,
        time_precision: 'ns',
        response_bytes: 12480,
        action_detail: 'allow',
      },
    },
  },
  {
    file: `${OTEL}/all_fields.txt`,
    format: HTTP,
    rows: 1,
    values: {
      1: {
        tls_version: 'TLSv1.3',
        tls_cipher: 'AEAD-AES128-GCM-SHA256',
        cache_status: 'dynamic',
        bot_score: null,
      },
    },
  },
  {
    file: `${OTEL}/multiple_log_payload.txt`,
    format: HTTP,
    rows: 5,
    values: {
      3: { source_id: `${HTTP}:example.com`, time: '2023-03-03T05:29:05.000Z', response_bytes: 69045 },
      1: { source_id: `${HTTP}:test`, path: '/static/img/testimonial-hipster.png', action: null },
    },
  },
]);
