import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { assertSurvives, oneLog, picked } from './one-log.ts';

type Entry = Partial<
  Record<'time' | 'elb' | 'client' | 'backend' | 'waits' | 'statuses' | 'bytes' | 'request' | 'rest', string>
>;

const entry = (fields: Entry = {}): string => {
  const { time = '2019-11-11T15:42:00.186641Z', elb = 'my-loadbalancer', client = '192.0.2.1:2817' } = fields;
  const {
    backend = '10.0.0.1:80',
    waits = '0.000073 0.001048 0.000057',
    statuses = '200 200',
    bytes = '34 366',
  } = fields;
  const { request = 'GET https://www.example.com:443/a?b=1 HTTP/1.1' } = fields;
  const { rest = ' "Mozilla/5.0 (X11)" ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2' } = fields;
  return `${time} ${elb} ${client} ${backend} ${waits} ${statuses} ${bytes} "${request}"${rest}`;
};

describe('An entry of a Classic Load Balancer', () => {
  test('becomes what its documentation says', async () => {
    const { marker, rows } = await oneLog(entry());
    assert.equal(marker.format, 'aws-elb-classic');
    const wanted = {
      source_id: 'aws-elb-classic:my-loadbalancer',
      vantage: 'balancer',
      time_ns: 1573486920186641000n,
      time_precision: 'us',
      host: 'www.example.com',
      src_ip: '192.0.2.1',
      src_port: 2817,
      http_method: 'GET',
      scheme: 'https',
      path: '/a',
      query: 'b=1',
      http_version: 'HTTP/1.1',
      user_agent: 'Mozilla/5.0 (X11)',
      status_code: 200,
      origin_status: 200,
      action: null,
      reached_origin: true,
      request_bytes: 34,
      response_bytes: 366,
      duration_us: 1178,
      origin_duration_us: 1048,
      tls_version: 'TLSv1.2',
      tls_cipher: 'ECDHE-RSA-AES128-GCM-SHA256',
      service: '10.0.0.1:80',
    };
    assert.deepEqual(picked(rows[0], wanted), wanted);
  });

  const cases: [string, Entry, Record<string, unknown>][] = [
    [
      'ends with the request, as the oldest do',
      { rest: '' },
      { path: '/a', user_agent: null, tls_version: null, status_code: 200 },
    ],
    [
      'has fields of a later day',
      { rest: ' "curl/8" - - tid_1 x' },
      { user_agent: 'curl/8', tls_version: null, tls_cipher: null },
    ],
    [
      'was not sent on',
      { backend: '-', waits: '-1 -1 -1', statuses: '503 0', bytes: '0 0' },
      {
        reached_origin: false,
        service: null,
        origin_status: null,
        status_code: 503,
        duration_us: null,
        origin_duration_us: null,
      },
    ],
    [
      'waited for an answer that did not come',
      { waits: '0.5 30.5 -1', statuses: '504 0' },
      { duration_us: null, origin_duration_us: 30_500_000 },
    ],
    [
      'has no time of the balancer',
      { waits: '-1 0.25 0.125' },
      { duration_us: null, origin_duration_us: 250_000 },
    ],
    [
      'has an instance that hung up',
      { backend: '-', statuses: '504 -' },
      { reached_origin: null, service: null, origin_status: null },
    ],
    ['has a bare IPv6 client', { client: '2001:db8::1:50599' }, { src_ip: '2001:db8::1', src_port: 50599 }],
    [
      'has an IPv6 client in brackets',
      { client: '[2001:db8::1]:80' },
      { src_ip: '2001:db8::1', src_port: 80 },
    ],
    ['has a port that is none', { client: '192.0.2.1:70000' }, { src_ip: '192.0.2.1', src_port: null }],
    [
      'has an address that is none',
      { client: '192.0.2.400:80' },
      { src_ip: null, src_ip_basis: 'not-an-address' },
    ],
    ['has byte counts of -1', { bytes: '-1 -1' }, { request_bytes: null, response_bytes: null }],
    [
      'timed out before a request',
      { request: '- http://www.example.com:80- -', statuses: '408 0' },
      { http_method: null, path: null, host: 'www.example.com', status_code: 408 },
    ],
    [
      'has a malformed request',
      { request: '- - - ', statuses: '400 0' },
      { http_method: null, path: null, status_code: 400 },
    ],
    [
      'has raw spaces in its URL',
      { request: 'GET http://www.example.com:80/a b HTTP/1.1' },
      { path: '/a b', http_version: 'HTTP/1.1' },
    ],
    [
      'has a quote in its URL',
      { request: 'GET http://www.example.com:80/a"b"c HTTP/1.1' },
      { path: '/a"b"c', user_agent: 'Mozilla/5.0 (X11)' },
    ],
    ['has an escaped quote in its agent', { rest: ' "a\\"b" - -' }, { user_agent: 'a\\"b' }],
    ['has a quote in its agent', { rest: ' "a"b" - -"' }, { path: '/a' }],
  ];
  for (const [what, fields, wanted] of cases)
    test(`that ${what} says so`, async () => {
      const { rows } = await oneLog([entry(), entry(), entry(fields)].join('\n'));
      assert.deepEqual(picked(rows[2], wanted as never), wanted);
    });

  test('of a TCP listener and what is no entry are rejects', async () => {
    const { rejects, rows } = await oneLog(
      [
        ...Array.from({ length: 5 }, () => entry()),
        entry({ request: '- - - ', statuses: '- -', rest: ' "-" - -' }),
        entry({ request: '- - - ', statuses: '- -', rest: ' "-" ECDHE-ECDSA-AES128-GCM-SHA256 TLSv1.2' }),
        entry().slice(0, 120),
        'https 2019-11-11T15:42:00.186641Z app/www/1 192.0.2.1:1 - 0 0 0 200 200 0 0 "GET / HTTP/1.1"',
        entry({ time: '2019-11-31T15:42:00.186641Z' }),
      ].join('\n'),
    );
    assert.deepEqual(rejects, {
      6: 'tcp-connection',
      7: 'tcp-connection',
      8: 'no-closing-quote',
      9: 'not-an-elb-entry',
      10: 'time-unreadable',
    });
    assert.equal(rows.length, 5);
  });

  test('holds whatever a client sends', async () => {
    const nasty = [
      '\\',
      '\\"',
      '"',
      '\0',
      '\t',
      '%',
      `${'x'.repeat(5000)}`,
      '\\x16\\x03',
      '[',
      '://',
      'GET',
      ' ',
    ];
    const log = await assertSurvives(
      [
        ...nasty.map(() => entry()),
        ...nasty.map((text) => entry({ request: text, client: text || 'x', rest: ` "${text}" - -` })),
      ].join('\n'),
      'aws-elb-classic',
    );
    assert.ok(log.rows.length >= nasty.length);
  });
});
