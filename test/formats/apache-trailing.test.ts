/** What servers append to the combined format, as nginx's and ingress-nginx's documentation gives it. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { Row } from '../../src/catalogue/engine.ts';
import { apacheLine } from '../ingest/lines.ts';
import { temporaryLake } from '../ingest/temporary-lake.ts';

/** Of a range that Cloudflare publishes: it speaks for others. */
const PROXY = '173.245.48.10';

async function rowsOf(
  lines: readonly string[],
  trusted: readonly string[] = ['cloudflare', 'nginx-main'],
): Promise<Row[]> {
  const lake = await temporaryLake({ trusted });
  const { ledger, format } = await lake.take(lines.join('\n'));
  assert.equal(format, 'apache-combined');
  assert.equal(ledger.rejects, 0);
  return lake.rows('select * from http_activity order by record_no');
}

function assertRow(row: Row | undefined, expected: Row): void {
  assert.ok(row);
  assert.deepEqual(Object.fromEntries(Object.keys(expected).map((name) => [name, row[name]!])), expected);
}

const NOTHING: Row = {
  request_bytes: null,
  duration_us: null,
  service: null,
  origin_status: null,
  origin_duration_us: null,
  reached_origin: null,
  request_id: null,
};

describe('Before the client', () => {
  test('stands what syslog wrote, which is no part of the line, or a virtual host', async () => {
    const rows = await rowsOf([
      `Nov 11 15:42:07 web-1.example nginx[2869]: ${apacheLine()}`,
      `Nov  1 15:42:07 web-1 nginx: ${apacheLine({ request: 'GET /a HTTP/1.1' })}`,
      `2019-11-11T15:42:07.123456+00:00 web-1 nginx: ${apacheLine()}`,
      `<190>Nov  1 15:42:07 web-1 nginx: ${apacheLine()}`,
      `<190>1 2019-11-11T15:42:07Z web-1 nginx 2869 - - ${apacheLine()}`,
      `2019-11-11T15:42:07.144272509Z ${apacheLine()}`,
      `2019-11-11T15:42:07.144272509Z stdout F ${apacheLine()}`,
      `[web1] ${apacheLine()}`,
      `1573486927.123 ${apacheLine()}`,
      `www.example.com:443 ${apacheLine()}`,
    ]);
    assert.deepEqual(
      rows.map((row) => [row.src_ip, row.host]),
      [...Array.from({ length: 9 }, () => ['192.0.2.1', null]), ['192.0.2.1', 'www.example.com']],
    );
  });
});

test('A log of syslog is one of its server on the first days of a month too', async () => {
  const [row] = await rowsOf([`Nov  1 15:42:07 web-1 nginx[2869]: ${apacheLine()}`]);
  assert.equal(row?.src_ip, '192.0.2.1');
});

describe('Who the client is', () => {
  const rest = '[11/Nov/2019:15:42:00 +0000] "GET / HTTP/1.1" 200 5 "-" "curl/8"';

  test('stands a level of a logger, which is no virtual host', async () => {
    const levels = { INFO: null, info: null, '[INFO]': null, WARNING: null };
    const hosts = { ...levels, INFORM: 'inform', 'info.example.com': 'info.example.com', 'INFO:443': 'info' };
    const rows = await rowsOf(Object.keys(hosts).map((word) => `${word} 192.0.2.1 - - ${rest}`));
    for (const [index, host] of Object.values(hosts).entries())
      assertRow(rows[index], { host, src_ip: '192.0.2.1' });
  });

  test('is not said by what may be a virtual host, which the client chose', async () => {
    const rows = await rowsOf(
      [
        '203.0.113.12 unix: - -',
        '203.0.113.13 host.example.net - -',
        '198.51.100.1 203.0.113.11 bob',
        '203.0.113.14 198.51.100.2 -',
        '198.51.100.3 203.0.113.16 bob smith',
        '203.0.113.15 192.0.2.5 - -',
        'x 203.0.113.9 - - 198.51.100.7 - -',
        'x 203.0.113.9 - - client.example.net - -',
        '203.0.113.9 - - 198.51.100.7 - -',
        '203.0.113.9 - client.example.net - -',
        '203.0.113.9 - localhost - -',
        '203.0.113.9 - 2001:db8::1 - -',
        '203.0.113.9 - unix: -',
        '203.0.113.9 - 198.51.100.7',
        'x 203.0.113.9 198.51.100.7 -',
        'www.example.com:80 192.0.2.3 - bob smith',
        // A quote that the server did not escape.
        '203.0.113.9 - - [11/Nov/2019:15:42:00 +0000] "" 200 5 "-" "x" 198.51.100.7 - -',
        '203.0.113.9 - - [11/Nov/2019:15:42:00 +0000] "GET / HTTP/1.1" 200 5 198.51.100.7 - -',
      ].map((before) => `${before} ${rest}`),
    );
    assert.deepEqual(
      rows.map((row) => row.src_ip),
      rows.map(() => null),
    );
  });

  test('is said beside a user with blanks, an identity and a virtual host', async () => {
    const rows = await rowsOf(
      [
        '192.0.2.1 - bob smith',
        '192.0.2.2 identity bob',
        'www.example.com:80 192.0.2.3 - bob',
        '192.0.2.4 - -',
        '203.0.113.15:443 192.0.2.5 - -',
        '192.0.2.6 - ',
        '192.0.2.7 - Jane van Doe',
        '192.0.2.8 - jane.doe@example.com',
        '192.0.2.9 - jane.doe',
        'www.example.com 2001:db8::a - jane.doe',
      ].map((before) => `${before} ${rest}`),
    );
    assert.deepEqual(
      rows.map((row) => row.src_ip),
      [...[1, 2, 3, 4, 5, 6, 7, 8, 9].map((last) => `192.0.2.${last}`), '2001:db8::a'],
    );
  });

  test('is the client or nobody, whatever host it asks for', async () => {
    const words = fc.constantFrom(
      ...[
        '203.0.113.9',
        '2001:db8::9',
        '203.0.113.9:80',
        'x',
        '-',
        '""',
        '"',
        '\\"',
        '[',
        ']',
        'a.example',
        ',',
      ],
      ...[
        '[11/Nov/2019:15:42:00 +0000]',
        '"GET / HTTP/1.1"',
        '200 5',
        '"-" "x"',
        'Nov 11 15:42:07 a b:',
        ':',
      ],
    );
    const hosts = fc.oneof(
      fc.array(fc.oneof({ weight: 4, arbitrary: words }, fc.string())).map((parts) => parts.join(' ')),
      fc.array(fc.oneof(words, fc.constant(' '))).map((parts) => parts.join('')),
    );
    const [client, other] = ['198.51.100.7', '2001:db8::7'];
    const sampled = fc.sample(hosts, { numRuns: 3_000, seed: 1 }).map((host) => host.replace(/[\r\n]/g, ''));
    const lines = sampled.flatMap((host) => [
      `${host} ${client} - - ${rest}`,
      `${host} ${other} - bob ${rest}`,
      `${host} ${client} ${rest}`,
    ]);
    // Enough of them that the log is one of Apache's.
    const lake = await temporaryLake();
    const { format } = await lake.take(
      [...Array.from({ length: 100 }, () => apacheLine()), ...lines].join('\n'),
    );
    assert.equal(format, 'apache-combined');
    const found = await lake.rows('select distinct src_ip from http_activity order by src_ip');
    assert.deepEqual(
      found.map((row) => row.src_ip),
      ['192.0.2.1', client, other, null],
    );
  });
});

describe('After the agent', () => {
  test('one quoted field is X-Forwarded-For only by the word of the user, and behind a trusted proxy', async () => {
    const lines = [`${apacheLine({ ip: PROXY })} "198.51.100.7"`, `${apacheLine()} "198.51.100.7"`];
    for (const trusted of [[], ['cloudflare'], ['nginx-main'], ['cloudfront', 'nginx-main']])
      assert.deepEqual(
        (await rowsOf(lines, trusted)).map((row) => [row.src_ip, row.src_ip_basis]),
        [
          [null, 'behind-proxy'],
          ['192.0.2.1', 'peer'],
        ],
        trusted.join(' '),
      );
  });

  test('one quoted field is X-Forwarded-For where the user says so, believed of a proxy only', async () => {
    const rows = await rowsOf([
      `${apacheLine({ ip: PROXY })} "198.51.100.7"`,
      `${apacheLine({ ip: PROXY })} "203.0.113.66, 198.51.100.8"  `,
      `${apacheLine({ ip: PROXY })} "-"`,
      `${apacheLine({ ip: PROXY, agent: 'a \\"quoted\\" one' })} "198.51.100.9"`,
      `${apacheLine({ ip: PROXY })} "www.example.com"`,
      `${apacheLine()} "198.51.100.7"`,
    ]);
    assert.deepEqual(
      rows.map((row) => [row.src_ip, row.src_ip_basis]),
      [
        ['198.51.100.7', 'forwarded'],
        ['198.51.100.8', 'forwarded'],
        [null, 'behind-proxy'],
        ['198.51.100.9', 'forwarded'],
        [null, 'behind-proxy'],
        ['192.0.2.1', 'peer'],
      ],
    );
    for (const row of rows) assertRow(row, NOTHING);
  });

  test('a port in it is that of the source, where the user says so and the proxy is trusted', async () => {
    const lines = [
      `${apacheLine({ ip: PROXY })} "203.0.113.66:1, 198.51.100.8:51234"`,
      `${apacheLine()} "198.51.100.7:4711"`,
    ];
    const of = async (trusted?: readonly string[]) =>
      (await rowsOf(lines, trusted)).map((row) => [row.src_ip, row.src_port]);
    assert.deepEqual(await of(), [
      ['198.51.100.8', 51234],
      ['192.0.2.1', null],
    ]);
    assert.deepEqual(await of([]), [
      [null, null],
      ['192.0.2.1', null],
    ]);
  });

  test('two quoted fields, or one with more after it, have no name', async () => {
    const rows = await rowsOf([
      `${apacheLine({ ip: PROXY })} "198.51.100.7" "198.51.100.8"`,
      `${apacheLine({ ip: PROXY })} "198.51.100.7" 0.005`,
      // Common, and one quoted field: no agent stands before it.
      `${PROXY} - - [11/Nov/2019:15:42:00 +0000] "GET / HTTP/1.1" 200 512 "198.51.100.7"`,
    ]);
    for (const row of rows) assertRow(row, { src_ip: null, src_ip_basis: 'behind-proxy', ...NOTHING });
  });

  test('a number with a point is seconds; a whole one says nothing', async () => {
    const rows = await rowsOf([
      `${apacheLine()} 0.005`,
      `${apacheLine({ agent: 'a \\" b' })} 12.5 `,
      `${apacheLine()} 1234`,
      `${apacheLine()} 0.005 0.004`,
      `${apacheLine()} 99999999999999999999.5`,
    ]);
    assert.deepEqual(
      rows.map((row) => row.duration_us),
      [5000, 12_500_000, null, null, null],
    );
  });

  test('ingress-nginx says which service answered, what and how fast', async () => {
    const rows = await rowsOf([
      `${apacheLine()} 462 0.050 [default-web-80] [] 10.0.50.80:8080 19437 0.049 200 752178adb17130b291aefd8c386279e7`,
      `${apacheLine()} 462 0.000 [default-web-80] [other-svc-1] - - - - -`,
      `${apacheLine()} 462 5.010 [default-web-80] [] 10.0.0.1:80, 10.0.0.2:80 0, 123 5.000, 0.010 502, 200 abc`,
      `${apacheLine()} 462 0.020 [default-web-80] [] 10.0.0.1:80 : 10.0.0.2:80 0 : 9 0.010 : 0.005 404 : 200 abc`,
      `${apacheLine()} 462 0.000 [] [] - - - - abc`,
      // No fields of ingress-nginx, whatever the brackets.
      `${apacheLine()} [a] [b] c`,
    ]);
    const one = { request_bytes: 462, service: 'default-web-80', status_code: 200, response_bytes: 512 };
    assertRow(rows[0], {
      ...one,
      duration_us: 50_000,
      origin_duration_us: 49_000,
      origin_status: 200,
      reached_origin: true,
      request_id: '752178adb17130b291aefd8c386279e7',
      user_agent: 'Mozilla/5.0',
    });
    assertRow(rows[1], {
      ...one,
      duration_us: 0,
      origin_duration_us: null,
      origin_status: null,
      reached_origin: false,
      request_id: null,
    });
    // The last server that was tried is the one that answered.
    assertRow(rows[2], { ...one, origin_status: 200, origin_duration_us: 10_000, reached_origin: true });
    assertRow(rows[3], { ...one, origin_status: 200, origin_duration_us: 5000, request_id: 'abc' });
    assertRow(rows[4], { service: null, reached_origin: false, request_id: 'abc' });
    assertRow(rows[5], NOTHING);
  });

  test('nothing, or what nobody knows, leaves the line as it was', async () => {
    const rows = await rowsOf([
      apacheLine(),
      `${apacheLine()} \u0000 '; [`,
      `${apacheLine()} ] [ - [`,
      '192.0.2.1 - - [11/Nov/2019:15:42:00 +0000] "GET / HTTP/1.1" 200 512',
    ]);
    for (const row of rows) assertRow(row, { ...NOTHING, src_ip: '192.0.2.1', path: '/', status_code: 200 });
  });
});
