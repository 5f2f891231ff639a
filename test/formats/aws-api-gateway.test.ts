import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { apacheLine } from '../ingest/lines.ts';
import { assertSurvives, oneLog, picked } from './one-log.ts';

/** As in the documentation of REST APIs. */
const REST = {
  requestId: 'c6af9ac6-7b61-11e6-9a41-93e8deadbeef' as unknown,
  extendedRequestId: 'JKJaXmPLvHcESHA=',
  ip: '192.0.2.10' as unknown,
  caller: '-',
  user: '-',
  requestTime: '11/Nov/2019:15:42:00 +0000' as string | undefined,
  httpMethod: 'GET' as string | undefined,
  resourcePath: '/pets/{id}' as string | undefined,
  status: '200' as unknown,
  protocol: 'HTTP/1.1',
  responseLength: '512' as unknown,
};

const line = (fields: Record<string, unknown> = {}): string => JSON.stringify({ ...REST, ...fields });

describe('A record of API Gateway as JSON', () => {
  test('becomes what the example of the documentation says', async () => {
    const { marker, rows } = await oneLog(line());
    assert.equal(marker.format, 'aws-api-gateway');
    const wanted = {
      source_id: 'aws-api-gateway:test',
      vantage: 'balancer',
      time_ns: 1573486920000000000n,
      time_precision: 's',
      host: null,
      src_ip: '192.0.2.10',
      src_ip_basis: 'peer',
      http_method: 'GET',
      path: '/pets/{id}',
      http_version: 'HTTP/1.1',
      status_code: 200,
      response_bytes: 512,
      request_id: 'c6af9ac6-7b61-11e6-9a41-93e8deadbeef',
      action: null,
      reached_origin: null,
    };
    assert.deepEqual(picked(rows[0], wanted), wanted);
  });

  const cases: [string, Record<string, unknown>, Record<string, unknown>][] = [
    [
      'is of an HTTP API',
      { resourcePath: undefined, httpMethod: undefined, routeKey: 'POST /pets' },
      { http_method: 'POST', path: '/pets' },
    ],
    [
      'takes the route of last resort',
      { resourcePath: undefined, routeKey: '$default' },
      { http_method: 'GET', path: null },
    ],
    ['has the path itself', { path: '/prod/pets/7', routeKey: 'GET /pets/{id}' }, { path: '/prod/pets/7' }],
    [
      'has milliseconds',
      { requestTimeEpoch: 1573486920123 },
      { time_ns: 1573486920123000000n, time_precision: 'ms' },
    ],
    [
      'has milliseconds alone, as a text',
      { requestTime: undefined, requestTimeEpoch: '1573486920123' },
      { time_ns: 1573486920123000000n },
    ],
    [
      'names its API',
      { accountId: '123456789012', apiId: 'a1b2c3', stage: 'prod', domainName: 'API.example.com' },
      { source_id: 'aws-api-gateway:123456789012/a1b2c3/prod', host: 'api.example.com' },
    ],
    [
      'uses the names of the variables',
      {
        ip: undefined,
        'identity.sourceIp': '192.0.2.11',
        'identity.userAgent': 'curl/8',
        'integration.status': '502',
        'integration.latency': '31',
        responseLatency: 40,
      },
      {
        src_ip: '192.0.2.11',
        user_agent: 'curl/8',
        origin_status: 502,
        reached_origin: true,
        origin_duration_us: 31000,
        duration_us: 40000,
      },
    ],
    [
      'names its client twice',
      { sourceIp: '192.0.2.10', identity: { sourceIp: '-' } },
      { src_ip: '192.0.2.10' },
    ],
    ['names no client but in another field', { ip: '-', sourceIp: '192.0.2.11' }, { src_ip: '192.0.2.11' }],
    [
      'names two clients',
      { sourceIp: '203.0.113.9' },
      { src_ip: null, src_ip_basis: null, path: '/pets/{id}', status_code: 200 },
    ],
    [
      'nests them',
      {
        ip: undefined,
        identity: { sourceIp: '2001:db8::7', userAgent: 'curl/8' },
        integration: { status: 200, latency: 3 },
      },
      { src_ip: '2001:db8::7', user_agent: 'curl/8', origin_status: 200, origin_duration_us: 3000 },
    ],
    [
      'uses plain names',
      {
        ip: undefined,
        sourceIp: '192.0.2.12',
        userAgent: 'curl/8',
        integrationStatus: 200,
        integrationLatency: '7',
      },
      { src_ip: '192.0.2.12', user_agent: 'curl/8', origin_status: 200, origin_duration_us: 7000 },
    ],
    [
      'says what TLS it spoke',
      { tlsVersion: 'TLSv1.3', cipherSuite: 'TLS_AES_128_GCM_SHA256' },
      { tls_version: 'TLSv1.3', tls_cipher: 'TLS_AES_128_GCM_SHA256' },
    ],
    [
      'was blocked by its firewall',
      { wafResponseCode: 'WAF_BLOCK', status: '403' },
      { action: 'blocked', action_detail: 'WAF_BLOCK', reached_origin: false },
    ],
    [
      'was let pass by its firewall',
      { wafResponseCode: 'WAF_ALLOW' },
      { action: 'allowed', action_detail: 'WAF_ALLOW' },
    ],
    [
      'has hyphens',
      {
        ip: '-',
        httpMethod: '-',
        resourcePath: '-',
        protocol: '-',
        responseLength: '-',
        integrationStatus: '-',
        wafResponseCode: '-',
        requestId: '-',
      },
      {
        src_ip: null,
        http_method: null,
        path: null,
        http_version: null,
        response_bytes: null,
        origin_status: null,
        reached_origin: null,
        action: null,
        action_detail: null,
        request_id: null,
      },
    ],
  ];
  for (const [what, fields, wanted] of cases)
    test(`that ${what} says so`, async () => {
      const { rows } = await oneLog(line(fields));
      assert.deepEqual(picked(rows[0], wanted as never), wanted);
    });

  test('is read where a value that is none has no quotes', async () => {
    const bare = line({ userAgent: 'a: -, b' }).replace('"512"', '-').replace('"200"', '  429 ');
    const { rows, rejects } = await oneLog(`${bare}\n${line({ userAgent: 'a:-, b' })}`);
    assert.deepEqual(rejects, {});
    const wanted = { status_code: 429, response_bytes: null, path: '/pets/{id}' };
    assert.deepEqual(picked(rows[0], wanted), wanted);
    assert.equal(rows[1]!.user_agent, 'a:-, b');
  });

  test('that is none is a reject with a reason, and hostile values break nothing', async () => {
    const { rejects, rows } = await oneLog(
      [
        ...Array.from({ length: 8 }, () => line()),
        line().slice(0, 60),
        '[]',
        line({ requestTime: undefined }),
        JSON.stringify({ requestTime: REST.requestTime, ip: '192.0.2.10', requestId: 'x' }),
        line({ requestTime: '11/Nov/2019' }),
        line({ requestTimeEpoch: '9999999999999' }),
        line({
          ip: ['192.0.2.1'],
          status: { a: 1 },
          responseLength: 1e30,
          resourcePath: '/\u0000"',
          identity: 'x',
          integration: [],
        }),
      ].join('\n'),
    );
    assert.deepEqual(rejects, {
      9: 'not-a-json-object',
      10: 'not-a-json-object',
      11: 'no-request-time',
      12: 'not-an-http-request',
      13: 'time-unreadable',
      14: 'two-request-times',
    });
    assert.equal(rows.length, 9);
    const wanted = { status_code: null, response_bytes: null, src_ip_basis: 'not-an-address' };
    assert.deepEqual(picked(rows[8], wanted), wanted);
  });
});

const clf = (
  request = 'GET /pets/{id} HTTP/1.1',
  rest = '200 512 c6af9ac6-7b61-11e6-9a41-93e8deadbeef',
  before = '',
): string => `${before}192.0.2.10 - AIDAEXAMPLE [11/Nov/2019:15:42:00 +0000] "${request}" ${rest}`;

describe('A line of API Gateway in the Common Log Format', () => {
  const plain = {
    time_ns: 1573486920000000000n,
    time_precision: 's',
    src_ip: '192.0.2.10',
    http_method: 'GET',
    path: '/pets/{id}',
    http_version: 'HTTP/1.1',
    status_code: 200,
    response_bytes: 512,
    request_id: 'c6af9ac6-7b61-11e6-9a41-93e8deadbeef' as string | null,
  };
  for (const [what, text, wanted] of [
    ['of a REST API', clf(), plain],
    [
      'with the extended request id after it',
      clf(undefined, '200 512 c6af9ac6-7b61-11e6-9a41-93e8deadbeef JKJaXmPLvHcESHA='),
      plain,
    ],
    ['with the extended request id before it', clf(undefined, undefined, 'JKJaXmPLvHcESHA= '), plain],
    [
      'of an HTTP API',
      clf('GET GET /pets/{id} HTTP/1.1', '200 512 JKJaXmPLvHcESHA='),
      { ...plain, request_id: 'JKJaXmPLvHcESHA=' },
    ],
    [
      'without a size',
      clf('- - -', '403 - c6af9ac6-7b61-11e6-9a41-93e8deadbeef'),
      { ...plain, http_method: null, path: null, http_version: null, status_code: 403, response_bytes: null },
    ],
  ] as const)
    test(`is read: ${what}`, async () => {
      const { marker, rows } = await oneLog(text);
      assert.equal(marker.format, 'aws-api-gateway-clf');
      assert.deepEqual(picked(rows[0], wanted), wanted);
    });

  test('is not one of Apache’s, and the other way', async () => {
    for (const text of [
      apacheLine(),
      '192.0.2.1 - - [11/Nov/2019:15:42:00 +0000] "GET / HTTP/1.1" 200 512',
      '192.0.2.1 - - [11/Nov/2019:15:42:00 +0000] "GET / HTTP/1.1" 200 512 1234',
      '192.0.2.1 - - [11/Nov/2019:15:42:00 +0000] "GET / HTTP/1.1" 200 512 "-" "curl/8" c6af9ac6-7b61-11e6-9a41-93e8deadbeef',
    ])
      assert.equal((await oneLog(text)).marker.format, 'apache-combined', text);
  });

  test('that is none is a reject with a reason', async () => {
    const { rejects } = await oneLog(
      [
        clf(),
        clf(),
        clf(),
        clf(),
        clf().slice(0, 70),
        'GET / HTTP/1.1',
        apacheLine(),
        clf('GET /"x"y HTTP/1.1'),
      ].join('\n'),
    );
    assert.deepEqual(rejects, {
      5: 'no-closing-quote',
      6: 'not-an-access-log-line',
      7: 'not-an-access-log-line',
    });
  });

  test('holds whatever a client sends', async () => {
    const nasty = ['', '"', '" "', '\\', '\0', '\t', 'x'.repeat(5000), 'GET', 'GET  HTTP/1.1'];
    await assertSurvives(
      [...nasty.map(() => clf()), ...nasty.map((text) => clf(text))].join('\n'),
      'aws-api-gateway-clf',
    );
  });
});
