import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { formatAssets } from '../../src/adapters/assets.ts';
import { parseFormat } from '../../src/formats/format.ts';
import { assertSurvives, oneLog, picked } from './one-log.ts';

/** The fields that IIS logs where nobody has chosen others. */
const NAMES =
  'date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus ' +
  'sc-win32-status time-taken';
const HEADER = `#Software: Microsoft Internet Information Services 10.0\n#Version: 1.0\n#Date: 2019-11-11 15:42:00\n#Fields: ${NAMES}`;

const PLAIN: Record<string, string> = {
  date: '2019-11-11',
  time: '15:42:00',
  's-ip': '198.51.100.1',
  'cs-method': 'GET',
  'cs-uri-stem': '/a.aspx',
  'cs-uri-query': 'id=7&q=a+b',
  's-port': '443',
  'c-ip': '192.0.2.10',
  'c-port': '50599',
  'cs(User-Agent)': 'Mozilla/5.0+(X11;+Linux)',
  'cs(Referer)': 'https://www.example.com/',
  'sc-status': '200',
  'sc-substatus': '0',
  'sc-win32-status': '0',
  'sc-bytes': '512',
  'cs-bytes': '337',
  'time-taken': '15',
  'cs-host': 'www.example.com',
  'cs-version': 'HTTP/1.1',
};

const recordOf = (fields: Record<string, string> = {}, names = NAMES): string =>
  names
    .split(/\s+/)
    .map((name) => ({ ...PLAIN, ...fields })[name] ?? '-')
    .join(' ');

describe('A record of IIS', () => {
  test('becomes what its header says', async () => {
    const { marker, rows } = await oneLog(`${HEADER}\r\n${recordOf()}\r\n`);
    assert.equal(marker.format, 'w3c-extended');
    assert.deepEqual(marker.ledger, { records: 5, rows: 1, rejects: 0, headers: 4, blanks: 0, notices: 0 });
    const wanted = {
      source_id: 'w3c-extended:198.51.100.1',
      vantage: 'origin',
      time_ns: 1573486920000000000n,
      time_precision: 's',
      host: null,
      src_ip: '192.0.2.10',
      src_ip_basis: 'peer',
      src_port: null,
      http_method: 'GET',
      path: '/a.aspx',
      query: 'id=7&q=a+b',
      user_agent: 'Mozilla/5.0 (X11; Linux)',
      referrer: 'https://www.example.com/',
      status_code: 200,
      response_bytes: null,
      duration_us: 15000,
      action: null,
      reached_origin: null,
    };
    assert.deepEqual(picked(rows[0], wanted), wanted);
  });

  test('is read by the header that stands before it', async () => {
    const other =
      'time date sc-status c-ip c-port cs-method cs-uri-stem cs-uri-query cs-host cs-version sc-bytes cs-bytes s-computername s-sitename';
    const { marker, rows } = await oneLog(
      [
        HEADER,
        recordOf(),
        '#Software: Microsoft Internet Information Services 10.0',
        `#Fields: ${other} `,
        recordOf({ 's-computername': 'WEB1', 's-sitename': 'W3SVC1', 'cs-uri-query': '-' }, other),
        `#Fields: ${NAMES}`,
        recordOf({ 'sc-status': '404' }),
      ].join('\n'),
    );
    assert.equal(marker.ledger.headers, 7);
    const wanted = {
      source_id: 'w3c-extended:WEB1/W3SVC1',
      host: 'www.example.com',
      src_port: 50599,
      query: null,
      http_version: 'HTTP/1.1',
      response_bytes: 512,
      request_bytes: 337,
      user_agent: null,
      duration_us: null,
      status_code: 200,
    };
    assert.deepEqual(picked(rows[1], wanted), wanted);
    assert.equal(rows[2]!.status_code, 404);
  });

  for (const name of ['X-Forwarded-For', 'x-forwarded-for', 'OriginalIP', 'cs(X-Forwarded-For)']) {
    test(`has the client that a trusted proxy names in ${name}`, async () => {
      const names = `${NAMES} ${name}`;
      const { rows } = await oneLog(
        [
          `#Fields: ${names}`,
          recordOf({ [name]: '203.0.113.9,+198.51.100.7' }, names),
          recordOf({}, names),
        ].join('\n'),
        { proxies: '192.0.2.0/24' },
      );
      assert.deepEqual([rows[0]!.src_ip, rows[0]!.src_ip_basis], ['198.51.100.7', 'forwarded']);
      assert.deepEqual([rows[1]!.src_ip, rows[1]!.src_ip_basis], [null, 'behind-proxy']);
    });
  }

  test('has the port that stands with the client a trusted proxy names, and else that of the connection', async () => {
    const names = `${NAMES} c-port X-Forwarded-For`;
    const { rows } = await oneLog(
      [
        `#Fields: ${names}`,
        recordOf({ 'X-Forwarded-For': '203.0.113.9:1,+198.51.100.7:51234' }, names),
        recordOf({ 'X-Forwarded-For': '[2001:db8::1]:443' }, names),
        recordOf({ 'X-Forwarded-For': '198.51.100.7' }, names),
        recordOf({ 'X-Forwarded-For': '198.51.100.7:70000' }, names),
        recordOf({ 'X-Forwarded-For': 'unknown:51234' }, names),
        recordOf({ 'X-Forwarded-For': '198.51.100.7:51234', 'c-ip': '198.51.100.20' }, names),
      ].join('\n'),
      { proxies: '192.0.2.0/24' },
    );
    assert.deepEqual(
      rows.map((row) => [row.src_ip, row.src_port]),
      [
        ['198.51.100.7', 51234],
        ['2001:db8::1', 443],
        ['198.51.100.7', null],
        ['198.51.100.7', null],
        [null, null],
        ['198.51.100.20', 50599],
      ],
    );
  });

  test('of another server may have quotes, tabs, a whole URL and seconds', async () => {
    const { rows } = await oneLog(
      [
        '#Fields: date time c-ip cs-method cs-uri sc-status time-taken cs(User-Agent) cs(Referer)',
        '2019-11-11 15:42:00.5 192.0.2.10 GET http://www.example.com/a?b=1 200 0.25 "Mozilla/5.0 (X11; ""L"")" "-"',
        '2019-11-11\t15:42:00\t192.0.2.10\tGET\t/a\t200\t1\tcurl\t-',
      ].join('\n'),
    );
    const [one, two] = [
      {
        time_ns: 1573486920500000000n,
        time_precision: 'ms',
        path: '/a',
        query: 'b=1',
        duration_us: 250000,
        user_agent: 'Mozilla/5.0 (X11; "L")',
        referrer: null,
      },
      { path: '/a', user_agent: 'curl', duration_us: 1000, source_id: 'w3c-extended:test' },
    ];
    assert.deepEqual(picked(rows[0], one), one);
    assert.deepEqual(picked(rows[1], two), two);
  });

  test('is not one of CloudFront’s, and the other way', async () => {
    const own = 'date time c-ip cs-method cs-uri-stem sc-status';
    for (const [names, format] of [
      [`${own} time-to-first-byte`, 'aws-cloudfront'],
      [`${own} x-edge-location`, 'aws-cloudfront'],
      [`DistributionId ${own}`, 'aws-cloudfront'],
      [own, 'w3c-extended'],
      [`${own} X-Edge`, 'w3c-extended'],
    ] as const) {
      const { marker } = await oneLog(
        `#Version: 1.0\n#Fields: ${names}\n${recordOf({}, names).replaceAll(' ', '\t')}`,
      );
      assert.equal(marker.format, format, names);
      assert.equal(marker.ledger.rows, 1);
      const header = `#Fields: ${names}`;
      const claims = formatAssets()
        .map(parseFormat)
        .filter(({ headers }) => headers?.recognise.test(header));
      assert.deepEqual(
        claims.map(({ id }) => id),
        [format],
      );
    }
  });

  test('keeps a quote that a client sent', async () => {
    const { rows } = await oneLog(
      `${HEADER}\n${recordOf({ 'cs(User-Agent)': '"a+b', 'cs-uri-stem': '/"x"' })}`,
    );
    assert.equal(rows[0]!.path, '/"x"');
    assert.equal(rows[0]!.http_method, 'GET');
  });

  test('with hyphens says nothing', async () => {
    const bare = Object.fromEntries(
      NAMES.split(' ')
        .slice(2)
        .map((name) => [name, '-']),
    );
    const { rows } = await oneLog(`${HEADER}\n${recordOf({ ...bare, 'cs-method': 'GET' })}`);
    const wanted = {
      source_id: 'w3c-extended:test',
      src_ip: null,
      path: null,
      query: null,
      user_agent: null,
      referrer: null,
      status_code: null,
      duration_us: null,
    };
    assert.deepEqual(picked(rows[0], wanted), wanted);
  });

  test('that cannot be understood is a reject with a reason', async () => {
    const { rejects, rows } = await oneLog(
      [
        '#Software: Microsoft Internet Information Services 10.0',
        recordOf(),
        `#Fields: ${NAMES}`,
        recordOf(),
        recordOf().slice(0, 60),
        recordOf({ date: '2019-02-30' }),
        recordOf({ 'cs-method': '-', 'cs-uri-stem': '-' }),
        '#Fields: time c-ip cs-method cs-uri-stem',
        '15:42:00 192.0.2.10 GET /',
        `#Fields: ${NAMES}`,
        // Of a writer that leaves blanks as they are: each later value would stand under another name.
        recordOf({ 'cs-username': 'joe 203.0.113.77' }),
        `${recordOf()} `,
      ].join('\n'),
    );
    assert.deepEqual(rejects, {
      2: 'no-fields-header',
      5: 'fields-missing',
      6: 'time-unreadable',
      7: 'no-request',
      9: 'no-date-and-time',
      11: 'more-values-than-fields',
    });
    assert.equal(rows.length, 2);
  });

  test('holds whatever a client sends', async () => {
    const nasty = [
      '"',
      '""',
      '"+"',
      "'",
      '\\',
      '\0',
      'x'.repeat(9000),
      '%00',
      '99999999999999999999',
      '9'.repeat(38),
      '1e9',
      '0x10',
      '192.0.2.1:80',
    ];
    const log = await assertSurvives(
      `${HEADER}\n${nasty
        .flatMap((text) => [
          recordOf(
            Object.fromEntries(
              NAMES.split(' ')
                .slice(2)
                .map((name) => [name, text]),
            ),
          ),
          recordOf({ date: text }),
          text,
        ])
        .join('\n')}`,
      'w3c-extended',
    );
    assert.equal(log.rows.length, nasty.length);
  });
});
