import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { assertSurvives, oneLog, picked } from './one-log.ts';

type S3Record = Partial<
  Record<
    'bucket' | 'time' | 'ip' | 'operation' | 'key' | 'request' | 'numbers' | 'referrer' | 'agent' | 'rest',
    string
  >
>;

const OWNER = '79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be';
const REST =
  ' - HOSTID+/= SigV4 ECDHE-RSA-AES128-GCM-SHA256 AuthHeader shop.s3.us-west-1.amazonaws.com TLSv1.3 ' +
  'arn:aws:s3:us-west-1:123456789012:accesspoint/shop-ap Yes';

const record = (fields: S3Record = {}): string => {
  const {
    bucket = 'shop',
    time = '11/Nov/2019:15:42:00 +0000',
    ip = '192.0.2.3',
    operation = 'REST.GET.OBJECT',
  } = fields;
  const {
    key = 'a/b.jpg',
    request = '"GET /a/b.jpg?x=1 HTTP/1.1"',
    numbers = '200 - 113 4406583 33 28',
  } = fields;
  const { referrer = '"https://www.example.com/"', agent = '"Mozilla/5.0 (X11)"', rest = REST } = fields;
  return `${OWNER} ${bucket} [${time}] ${ip} arn:aws:iam::123456789012:user/jo 3E57427F3EXAMPLE ${operation} ${key} ${request} ${numbers} ${referrer} ${agent}${rest}`;
};

describe('A record of S3', () => {
  test('becomes what its documentation says', async () => {
    const { marker, rows } = await oneLog(record());
    assert.equal(marker.format, 'aws-s3-access');
    const wanted = {
      source_id: 'aws-s3-access:shop',
      vantage: 'origin',
      time_ns: 1573486920000000000n,
      time_precision: 's',
      host: 'shop.s3.us-west-1.amazonaws.com',
      src_ip: '192.0.2.3',
      src_ip_basis: 'peer',
      http_method: 'GET',
      path: '/a/b.jpg',
      query: 'x=1',
      http_version: 'HTTP/1.1',
      user_agent: 'Mozilla/5.0 (X11)',
      referrer: 'https://www.example.com/',
      status_code: 200,
      action: null,
      action_detail: null,
      reached_origin: null,
      response_bytes: 113,
      duration_us: 33000,
      tls_version: 'TLSv1.3',
      tls_cipher: 'ECDHE-RSA-AES128-GCM-SHA256',
      request_id: '3E57427F3EXAMPLE',
      service: 'arn:aws:s3:us-west-1:123456789012:accesspoint/shop-ap',
    };
    assert.deepEqual(picked(rows[0], wanted), wanted);
  });

  const cases: [string, S3Record, Record<string, unknown>][] = [
    ['was asked for by AWS itself', { ip: '-' }, { src_ip: null, peer_ip: null }],
    ['has an IPv6 client', { ip: '2001:db8::3' }, { src_ip: '2001:db8::3' }],
    [
      'has lost its request',
      { request: '"-"' },
      { http_method: 'GET', path: null, query: null, http_version: null },
    ],
    [
      'has hyphens without quotes',
      { request: '-', referrer: '-', agent: '-', operation: 'REST.HEAD.OBJECT' },
      {
        http_method: 'HEAD',
        path: null,
        referrer: null,
        user_agent: null,
        status_code: 200,
        host: 'shop.s3.us-west-1.amazonaws.com',
      },
    ],
    [
      'has hyphens',
      { referrer: '"-"', agent: '"-"', numbers: '304 - - - 7 -', rest: ' - - - - - - - - -' },
      {
        referrer: null,
        user_agent: null,
        response_bytes: null,
        duration_us: 7000,
        host: null,
        tls_version: null,
        tls_cipher: null,
        service: null,
      },
    ],
    [
      'ends with the agent, as the oldest do',
      { rest: '' },
      { user_agent: 'Mozilla/5.0 (X11)', host: null, tls_version: null },
    ],
    [
      'ends with the version, as older ones do',
      { rest: ' -' },
      { user_agent: 'Mozilla/5.0 (X11)', host: null },
    ],
    [
      'has fields of a later day and a space at its end',
      { rest: `${REST} us-east-1 Extra ` },
      { host: 'shop.s3.us-west-1.amazonaws.com', tls_version: 'TLSv1.3' },
    ],
    [
      'is told to slow down',
      { numbers: '503 SlowDown 300 - 5 -' },
      { action: 'rate-limited', action_detail: 'SlowDown', status_code: 503 },
    ],
    [
      'is told that it may not',
      { numbers: '403 AccessDenied 243 - 5 -' },
      { action: null, action_detail: null, status_code: 403 },
    ],
    [
      'has quotes in its agent',
      { agent: '"a "quoted" agent"' },
      { user_agent: 'a "quoted" agent', path: '/a/b.jpg', host: 'shop.s3.us-west-1.amazonaws.com' },
    ],
    [
      'has quotes in its request and referrer',
      { request: '"GET /?q="x" HTTP/1.1"', referrer: '"https://www.example.com/?"a""' },
      {
        path: '/',
        query: 'q="x"',
        referrer: 'https://www.example.com/?"a"',
        user_agent: 'Mozilla/5.0 (X11)',
      },
    ],
    [
      'has a request without a protocol',
      { request: '"GET /a/b.jpg?x-foo=bar"' },
      { http_method: 'GET', path: '/a/b.jpg', query: 'x-foo=bar', http_version: null },
    ],
  ];
  for (const [what, fields, wanted] of cases)
    test(`that ${what} says so`, async () => {
      const { rows } = await oneLog([record(), record(), record(fields)].join('\n'));
      assert.deepEqual(picked(rows[2], wanted as never), wanted);
    });

  test('that is no request of its own is a reject with a reason', async () => {
    const { rejects, rows } = await oneLog(
      [
        ...Array.from({ length: 8 }, () => record()),
        record({
          operation: 'S3.EXPIRE.OBJECT',
          request: '"-"',
          ip: '-',
          numbers: '- - - 41754 - -',
          referrer: '"-"',
          agent: '"-"',
        }),
        record({
          operation: 'BATCH.DELETE.OBJECT',
          request: '-',
          numbers: '204 - - 1024 - -',
          referrer: '-',
          agent: '-',
        }),
        record().replace(/X11.*/, ''),
        `${OWNER} shop [11/Nov/2019:15:42:00 +0000] 192.0.2.3 - ID REST.GET.OBJECT key`,
        record({ time: '32/Nov/2019:15:42:00 +0000' }),
      ].join('\n'),
    );
    assert.deepEqual(rejects, {
      9: 'no-request',
      10: 'part-of-a-request',
      11: 'no-closing-quote',
      12: 'not-an-s3-record',
      13: 'time-unreadable',
    });
    assert.equal(rows.length, 8);
  });

  test('holds whatever a client sends', async () => {
    const nasty = ['\\', '"', '\0', '\t', '" "', '"" 200 - 1 1 1 1 ""', 'x'.repeat(9000), '%', '[', '-'];
    const log = await assertSurvives(
      [
        ...nasty.map(() => record()),
        ...nasty.map((text) =>
          record({
            request: `"${text}"`,
            referrer: `"${text}"`,
            agent: `"${text}"`,
            numbers: `200 - 99999999999999999999 1 ${'9'.repeat(38)} 1`,
          }),
        ),
      ].join('\n'),
      'aws-s3-access',
    );
    assert.ok(log.rows.length >= nasty.length);
  });
});
