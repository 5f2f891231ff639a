import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { HEADER, PLAIN, recordOf } from './cloudfront-records.ts';
import { oneLog, picked } from './one-log.ts';

const jsonOf = (fields: Record<string, unknown> = {}): string => JSON.stringify({ ...PLAIN, ...fields });

describe('A record of CloudFront as JSON', () => {
  test('becomes what the same record with tabs becomes', async () => {
    const tabs = await oneLog(`${HEADER}${recordOf()}`);
    const json = await oneLog(jsonOf());
    assert.equal(json.marker.format, 'aws-cloudfront-json');
    const { object_id, record_no, source_id, format, ...said } = tabs.rows[0]!;
    assert.deepEqual(picked(json.rows[0], said), said);
    assert.equal(json.rows[0]!.source_id, 'aws-cloudfront-json:d111111abcdef8.cloudfront.net');
  });

  test('may have numbers, another choice of fields and milliseconds', async () => {
    const chosen = {
      'timestamp(ms)': 1573486920123,
      distributionid: 'E2EXAMPLE',
      'c-ip': '2001:db8::1',
      'sc-status': 403,
      asn: 64496,
      'c-country': 'DE',
      'origin-lbl': 0.25,
      'cs-uri-stem': '/a',
      'cs-uri-query': '-',
      'x-edge-detailed-result-type': 'ClientGeoBlocked',
    };
    const { rows } = await oneLog(
      `${JSON.stringify(chosen)}\n${JSON.stringify({ ...chosen, 'timestamp(ms)': '1573486920123', distributionid: undefined, DistributionId: 'E3' })}`,
    );
    const wanted = {
      source_id: 'aws-cloudfront-json:E2EXAMPLE',
      time_ns: 1573486920123000000n,
      time_precision: 'ms',
      src_ip: '2001:db8::1',
      status_code: 403,
      provider_asn: 64496,
      provider_country: 'DE',
      origin_duration_us: 250000,
      path: '/a',
      query: null,
      action: 'blocked',
      action_detail: 'ClientGeoBlocked',
      reached_origin: false,
      host: null,
    };
    assert.deepEqual(picked(rows[0], wanted), wanted);
    assert.deepEqual(picked(rows[1], wanted), { ...wanted, source_id: 'aws-cloudfront-json:E3' });
  });

  test('that is none is a reject with a reason', async () => {
    const { rejects, rows } = await oneLog(
      [
        jsonOf(),
        jsonOf().slice(0, 100),
        '[1,2]',
        '"x-edge-location"',
        jsonOf({ date: undefined }),
        JSON.stringify({ date: '2019-11-11', time: '15:42:00', 'x-edge-location': 'LHR50' }),
        jsonOf({ time: 'noon' }),
        jsonOf({ 'timestamp(ms)': '9999999999999' }),
        jsonOf({ 'cs(Host)': { a: [] }, 'sc-status': 'x', 'c-port': 1e30, 'cs-uri-stem': '\u0000"\\' }),
        jsonOf(),
      ].join('\n'),
    );
    assert.deepEqual(rejects, {
      2: 'not-a-json-object',
      3: 'not-a-json-object',
      4: 'not-a-json-object',
      5: 'no-date-and-time',
      6: 'not-an-http-request',
      7: 'time-unreadable',
      8: 'time-unreadable',
    });
    assert.equal(rows.length, 3);
  });
});

describe('A record of CloudFront, with tabs or as JSON,', () => {
  for (const [agent, referrer, wanted] of [
    ['curl/8', 'https://www.example.com/?q=a%2520b', ['curl/8', 'https://www.example.com/?q=a%20b']],
    ['a%20b', 'https://www.example.com/%C3%A9?q=%2541', ['a b', 'https://www.example.com/é?q=%41']],
    ['a%2520b', 'https://www.example.com/?q=%252541', ['a b', 'https://www.example.com/?q=%41']],
    ['a%2520b', 'https://www.example.com/%25zz', ['a b', 'https://www.example.com/%zz']],
    // Encoded once, of an agent with a % of its own.
    ['a%20b%2520c', '-', ['a b%20c', null]],
    ['a+b%22', 'a+b', ['a+b"', 'a+b']],
    // No encoding, and none of UTF-8.
    ['100%', '%zz%20', ['100%', '%zz%20']],
    ['%C3%20', '%ED%A0%80', ['%C3%20', '%ED%A0%80']],
    ['%25C3%2520', '-', ['%C3%20', null]],
  ] as const)
    test(`says the agent ${agent} and the referrer ${referrer} as they were sent`, async () => {
      const fields = { 'cs(User-Agent)': agent, 'cs(Referer)': referrer };
      for (const log of [`${HEADER}${recordOf(fields)}`, JSON.stringify({ ...PLAIN, ...fields })]) {
        const { rows } = await oneLog(log);
        assert.deepEqual([rows[0]!.user_agent, rows[0]!.referrer], wanted);
      }
    });
});
