import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { HEADER, NAMES, recordOf } from './cloudfront-records.ts';
import { assertSurvives, oneLog, picked } from './one-log.ts';

describe('A record of CloudFront', () => {
  test('becomes what its documentation says', async () => {
    const { marker, rows } = await oneLog(`${HEADER}${recordOf()}\n`);
    assert.equal(marker.format, 'aws-cloudfront');
    assert.deepEqual(marker.ledger, { records: 3, rows: 1, rejects: 0, headers: 2, blanks: 0, notices: 0 });
    const wanted = {
      source_id: 'aws-cloudfront:d111111abcdef8.cloudfront.net',
      vantage: 'edge',
      time_ns: 1573486920000000000n,
      time_precision: 's',
      host: 'www.example.com',
      src_ip: '192.0.2.10',
      src_ip_basis: 'peer',
      peer_ip: '192.0.2.10',
      src_port: 51754,
      provider_country: null,
      provider_asn: null,
      http_method: 'GET',
      scheme: 'https',
      path: '/shop/item',
      query: 'id=7&q=a%2520b',
      http_version: 'HTTP/2.0',
      user_agent: 'Mozilla/5.0 (X11; Linux)',
      referrer: 'https://www.example.com/',
      status_code: 200,
      action: null,
      reached_origin: true,
      request_bytes: 337,
      response_bytes: 1024,
      duration_us: 394000,
      origin_duration_us: null,
      cache_status: 'Miss',
      tls_version: 'TLSv1.3',
      tls_cipher: 'TLS_AES_128_GCM_SHA256',
      request_id: 'SOX4xwn4XV6Q4rgb7XiVGOHms_BGlTAC4KyHmureZmBNrjGdRLiNIQ==',
      edge_location: 'LHR50-C1',
    };
    assert.deepEqual(picked(rows[0], wanted), wanted);
  });

  test('with hyphens or nothing in its columns says nothing', async () => {
    for (const none of ['-', '']) {
      const bare = Object.fromEntries(
        NAMES.split(' ')
          .slice(2)
          .map((name) => [name, none]),
      );
      const { rows } = await oneLog(
        HEADER + [recordOf(), recordOf(), recordOf(bare), recordOf({ 'sc-status': '000' })].join('\n'),
      );
      const wanted = {
        source_id: 'aws-cloudfront:test',
        host: null,
        src_ip: null,
        src_port: null,
        http_method: null,
        path: null,
        query: null,
        user_agent: null,
        referrer: null,
        status_code: null,
        reached_origin: null,
        cache_status: null,
        duration_us: null,
        response_bytes: null,
        request_id: null,
      };
      assert.deepEqual(picked(rows[2], wanted), wanted);
      // The viewer went away before there was an answer.
      assert.equal(rows[3]!.status_code, null);
    }
  });

  test('has the distribution’s name as host where the layout knows no other', async () => {
    const names = NAMES.split(' ').slice(0, 12);
    const { rows } = await oneLog([recordOf({}, names), recordOf({}, names)].join('\n'));
    const wanted = {
      host: 'd111111abcdef8.cloudfront.net',
      path: '/shop/item',
      query: 'id=7&q=a%2520b',
      scheme: null,
      duration_us: null,
      reached_origin: null,
      cache_status: null,
    };
    assert.deepEqual(picked(rows[1], wanted), wanted);
  });

  test('is read behind a trusted proxy', async () => {
    const lines = ['203.0.113.9, 198.51.100.7', '203.0.113.9,%20198.51.100.7'].map((forwarded) =>
      recordOf({ 'x-forwarded-for': forwarded }),
    );
    const { rows } = await oneLog(HEADER + lines.join('\n'), { proxies: '192.0.2.0/24' });
    for (const row of rows)
      assert.deepEqual([row.src_ip, row.src_ip_basis, row.src_port], ['198.51.100.7', 'forwarded', null]);
  });

  for (const [result, detail, action, reached] of [
    ['Hit', 'Hit', null, false],
    ['RefreshHit', 'RefreshHit', null, true],
    ['Hit', 'OriginShieldHit', null, false],
    ['Redirect', 'Redirect', null, false],
    ['Error', 'Error', null, null],
    ['Error', 'ClientCommError', null, null],
    ['Error', 'OriginDnsError', null, false],
    ['Error', 'OriginReadError', null, true],
    ['Error', 'ClientGeoBlocked', 'blocked', false],
    ['Error', 'InvalidRequestBlocked', 'blocked', false],
    ['LimitExceeded', 'LimitExceeded', 'blocked', false],
    ['CapacityExceeded', '-', null, false],
    ['FunctionGeneratedResponse', 'FunctionGeneratedResponse', null, null],
  ] as const) {
    test(`of the result ${result}, ${detail}: action ${action}, origin reached ${reached}`, async () => {
      const { rows } = await oneLog(
        `${HEADER}${recordOf({ 'x-edge-result-type': result, 'x-edge-detailed-result-type': detail })}`,
      );
      const wanted = {
        action,
        action_detail: action && detail,
        reached_origin: reached,
        cache_status: result,
      };
      assert.deepEqual(picked(rows[0], wanted), wanted);
    });
  }
});

describe('The columns of CloudFront', () => {
  for (const [what, opening, width] of [
    ['18 columns without a header', '', 18],
    ['19 columns after a bare #', '#\n', 19],
    [
      '26 columns under their header',
      `#Version: 1.0\n#Fields: ${NAMES.split(' ').slice(0, 26).join(' ')}\n`,
      26,
    ],
    ['33 columns without a header', '', 33],
    ['33 columns and a tab that ends the line', '', 34],
  ] as const) {
    test(`are understood: ${what}`, async () => {
      const line = recordOf({}, NAMES.split(' ').slice(0, width)) + (width === 34 ? '\t' : '');
      const { marker, rows } = await oneLog(`${opening}${line}\n${line}`);
      assert.equal(marker.format, 'aws-cloudfront');
      const wanted = {
        host: 'www.example.com',
        status_code: 200,
        cache_status: 'Miss',
        reached_origin: true,
        duration_us: width > 18 ? 394000 : null,
        src_port: width > 26 ? 51754 : null,
        provider_country: null,
        origin_duration_us: null,
      };
      assert.deepEqual(picked(rows[1], wanted), wanted);
    });
  }

  test('stand where the header says, also where it changes', async () => {
    const first = ['sc-status', 'x-host-header', 'c-ip', 'time', 'date', 'cs-uri-stem', 'cs-method'];
    const chosen = [
      'timestamp(ms)',
      'DistributionId',
      'c-ip',
      'asn',
      'c-country',
      'origin-lbl',
      'x-edge-result-type',
    ];
    const { rows, marker } = await oneLog(
      [
        `#Fields: ${first.join(' ')}`,
        recordOf({ 'sc-status': '403' }, first),
        `#Fields: ${chosen.join('\t')}`,
        recordOf(
          {
            'timestamp(ms)': '1573486920123',
            DistributionId: 'E2EXAMPLE',
            asn: '64496',
            'c-country': 'gb',
            'origin-lbl': '0.25',
          },
          chosen,
        ),
        `#Fields: ${NAMES}`,
        recordOf(),
      ].join('\n'),
    );
    assert.equal(marker.ledger.headers, 3);
    const [one, two, three] = [
      {
        source_id: 'aws-cloudfront:test',
        status_code: 403,
        src_ip: '192.0.2.10',
        path: '/shop/item',
        host: 'www.example.com',
        time_ns: 1573486920000000000n,
      },
      {
        source_id: 'aws-cloudfront:E2EXAMPLE',
        time_ns: 1573486920123000000n,
        time_precision: 'ms',
        provider_asn: 64496,
        provider_country: 'GB',
        origin_duration_us: 250000,
        status_code: null,
        reached_origin: true,
      },
      { source_id: 'aws-cloudfront:d111111abcdef8.cloudfront.net', status_code: 200, time_precision: 's' },
    ];
    assert.deepEqual(picked(rows[0], one), one);
    assert.deepEqual(picked(rows[1], two), two);
    assert.deepEqual(picked(rows[2], three), three);
  });

  test('that are missing or make no record are rejects with a reason', async () => {
    const cut = recordOf().slice(0, 80);
    const { rejects, rows } = await oneLog(
      [
        `#Fields: ${NAMES}`,
        recordOf(),
        cut,
        recordOf({ date: 'yesterday' }),
        recordOf({ time: '15:42' }),
        recordOf({ date: '2019-13-45' }),
        recordOf({ date: '1985-01-01' }),
        'no tabs at all',
      ].join('\n'),
    );
    assert.equal(rows.length, 1);
    assert.deepEqual(rejects, {
      3: 'columns-missing',
      4: 'not-a-cloudfront-record',
      5: 'not-a-cloudfront-record',
      6: 'time-unreadable',
      7: 'time-out-of-range',
      8: 'columns-missing',
    });
  });

  test('hold whatever a client sends', async () => {
    const nasty = [
      '"',
      "'",
      '\\',
      '\0',
      'x'.repeat(9000),
      '\u{fffd}',
      '{"a":1}',
      '99999999999999999999',
      '-1',
      '0.0.0.0.0',
      '1e9',
    ];
    const log = await assertSurvives(
      `${HEADER}${recordOf()}\n${nasty
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
      'aws-cloudfront',
    );
    assert.equal(log.rows.length, 1 + nasty.length);
    const { rows } = await oneLog(`${HEADER}${recordOf({ 'c-port': '70000', 'c-ip': 'unknown' })}`);
    assert.deepEqual(picked(rows[0], { src_port: null, src_ip_basis: 'not-an-address' }), {
      src_port: null,
      src_ip_basis: 'not-an-address',
    });
  });
});
