/** Fields by Cloudflare's reference of http_requests; Logpull gives the same fields. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { cloudflareLine } from '../ingest/lines.ts';
import { patternsThatMatch, picked, takeLog } from './one-log.ts';

const FORMAT = 'cloudflare-http-requests';
const take = (lines: readonly string[]) => takeLog(FORMAT, lines);

describe('A record of http_requests', () => {
  test('becomes the columns of its table, field by field', async () => {
    const expected = {
      source_id: 'cloudflare-http-requests:example.com',
      vantage: 'edge',
      host: 'www.example.com',
      src_ip: '192.0.2.1',
      src_ip_basis: 'client-field',
      peer_ip: '192.0.2.1',
      src_port: 40000,
      provider_country: 'GB',
      provider_asn: 64496,
      http_method: 'POST',
      scheme: 'https',
      path: '/a b',
      query: 'c=%2F',
      http_version: 'HTTP/2',
      user_agent: 'A "quoted"\tagent',
      referrer: 'https://example.org/',
      status_code: 403,
      origin_status: null,
      reached_origin: false,
      action: 'blocked',
      action_detail: 'block',
      action_rule: 'rule-2',
      request_bytes: 34,
      response_bytes: 1000,
      duration_us: 28000,
      origin_duration_us: null,
      cache_status: 'dynamic',
      tls_version: 'TLSv1.3',
      tls_cipher: 'AEAD-AES128-GCM-SHA256',
      ja3: 'e7d705a3286e19ea42f587b344ee6865',
      ja4: 't13d1516h2_8daaf6152771_b186095e22b6',
      request_id: '4f1a2b3c4d5e6f70',
      client_class: 'tor',
      bot_score: 2,
      edge_location: 'LHR',
      service: '198.51.100.7',
    };
    const { rows } = await take([
      cloudflareLine({
        ClientRequestMethod: 'POST',
        ClientRequestURI: '/a b?c=%2F',
        ClientRequestUserAgent: 'A "quoted"\tagent',
        ClientRequestReferer: 'https://example.org/',
        ClientRequestBytes: 34,
        ClientIPClass: 'tor',
        EdgeResponseStatus: 403,
        EdgeTimeToFirstByteMs: 28,
        EdgeColoCode: 'LHR',
        OriginResponseStatus: 0,
        OriginIP: '198.51.100.7',
        CacheCacheStatus: 'dynamic',
        ClientSSLProtocol: 'TLSv1.3',
        ClientSSLCipher: 'AEAD-AES128-GCM-SHA256',
        JA3Hash: 'e7d705a3286e19ea42f587b344ee6865',
        JA4: 't13d1516h2_8daaf6152771_b186095e22b6',
        BotScore: 2,
        SecurityAction: 'block',
        SecurityActions: ['log', 'block'],
        SecurityRuleID: 'rule-2',
        SecurityRuleIDs: ['rule-1', 'rule-2'],
        SecuritySources: ['rateLimit', 'firewallCustom'],
      }),
    ]);
    assert.deepEqual(picked(rows[0], expected), expected);
  });

  test('of few fields, as Logpull gives by default, is a row', async () => {
    const expected = {
      source_id: 'cloudflare-http-requests:test',
      time_ns: 1573486920129696000n,
      src_ip: '192.0.2.7',
      host: 'www.example.com',
      status_code: 403,
      response_bytes: 1935,
      action: null,
      reached_origin: null,
      origin_status: null,
      bot_score: null,
      query: null,
    };
    const { rows } = await take([
      '{"ClientIP":"192.0.2.7","ClientRequestHost":"www.example.com","ClientRequestMethod":"GET",' +
        '"ClientRequestURI":"/var/www","EdgeEndTimestamp":1573486920129703000,"EdgeResponseBytes":1935,' +
        '"EdgeResponseStatus":403,"EdgeStartTimestamp":1573486920129696000,"RayID":"48b371889c489b2c"}',
    ]);
    assert.deepEqual(picked(rows[0], expected), expected);
  });

  test('names its zone by number where it has no name', async () => {
    const { rows } = await take([
      cloudflareLine({ ZoneName: undefined, ZoneID: 310601893 }),
      cloudflareLine({ ZoneName: '', ZoneID: 0 }),
    ]);
    assert.deepEqual(
      rows.map((row) => row.source_id),
      [`${FORMAT}:310601893`, `${FORMAT}:test`],
    );
  });

  test('takes numbers from strings and strings from numbers', async () => {
    const expected = {
      src_port: 443,
      status_code: 200,
      provider_asn: 64496,
      response_bytes: 12,
      request_id: '7',
    };
    const { rows } = await take([
      cloudflareLine({
        ClientSrcPort: '443',
        EdgeResponseStatus: '200',
        ClientASN: '64496',
        EdgeResponseBytes: '12',
        RayID: 7,
      }),
    ]);
    assert.deepEqual(picked(rows[0], expected), expected);
  });

  test('over many lines is one record', async () => {
    const pretty = (fields: Record<string, unknown>) =>
      JSON.stringify(JSON.parse(cloudflareLine(fields)), null, 2);
    const { rows } = await take([pretty({ RayID: 'a' }), pretty({ RayID: 'b' })]);
    assert.deepEqual(
      rows.map((row) => [row.record_no, row.request_id, row.status_code]),
      [
        [1, 'a', 200],
        [2, 'b', 200],
      ],
    );
    const list = await takeLog(
      FORMAT,
      JSON.stringify([JSON.parse(cloudflareLine()), JSON.parse(cloudflareLine())]),
    );
    assert.equal(list.rows.length, 2);
  });
});

describe('What rules did to a request', () => {
  const cases: [string, Record<string, unknown>, (string | null)[]][] = [
    [
      'a limit among other rules',
      {
        SecurityAction: 'block',
        SecurityActions: ['log', 'block'],
        SecuritySources: ['waf', 'rateLimit'],
        SecurityRuleIDs: ['r1', 'r2'],
      },
      ['rate-limited', 'block', 'r2'],
    ],
    [
      'a limit that only logged',
      {
        SecurityAction: 'block',
        SecurityActions: ['log', 'block'],
        SecuritySources: ['rateLimit', 'waf'],
        SecurityRuleIDs: ['r1', 'r2'],
      },
      ['blocked', 'block', 'r2'],
    ],
    [
      'the list alone',
      {
        SecurityActions: ['log', 'managedChallenge'],
        SecuritySources: ['waf', 'botManagement'],
        SecurityRuleIDs: ['r1', 'r2'],
      },
      ['challenged', 'log,managedChallenge', 'r2'],
    ],
    [
      'a list of nothing',
      { SecurityActions: [], SecuritySources: [], SecurityRuleIDs: [] },
      ['allowed', null, null],
    ],
    [
      'the lists of before 2022',
      {
        FirewallMatchesActions: ['simulate', 'drop'],
        FirewallMatchesSources: ['waf', 'rateLimit'],
        FirewallMatchesRuleIDs: ['f1', 'f2'],
      },
      ['rate-limited', 'simulate,drop', 'f2'],
    ],
    [
      'a challenge of before 2022',
      {
        FirewallMatchesActions: ['jschallenge'],
        FirewallMatchesSources: ['firewallRules'],
        FirewallMatchesRuleIDs: ['f1'],
      },
      ['challenged', 'jschallenge', 'f1'],
    ],
    [
      'the old rate limit',
      { EdgeRateLimitAction: 'ban', EdgeRateLimitID: 77 },
      ['rate-limited', 'ban', '77'],
    ],
    [
      'the old rate limit, simulated',
      { EdgeRateLimitAction: 'simulate', EdgeRateLimitID: '77' },
      ['allowed', 'simulate', '77'],
    ],
    ['no old rate limit', { EdgeRateLimitAction: '', EdgeRateLimitID: 0 }, ['allowed', null, null]],
    [
      'a solved challenge',
      {
        SecurityAction: '',
        SecurityActions: ['managedChallengeNonInteractiveSolved'],
        SecurityRuleIDs: ['r1'],
      },
      ['allowed', 'managedChallengeNonInteractiveSolved', 'r1'],
    ],
    [
      'lists of nulls',
      { SecurityActions: [null], SecuritySources: [null], SecurityRuleIDs: [null] },
      ['allowed', null, null],
    ],
    ['a text in place of a list', { SecurityActions: 'block' }, [null, null, null]],
  ];
  test('is told by its own field or by the lists of all rules', async () => {
    const { rows } = await take(cases.map(([, fields]) => cloudflareLine(fields)));
    assert.deepEqual(
      rows.map((row, index) => [cases[index]![0], [row.action, row.action_detail, row.action_rule]]),
      cases.map(([what, , expected]) => [what, expected]),
    );
  });
});

describe('What is no record of http_requests', () => {
  test('is a reject with its reason', async () => {
    const whole = cloudflareLine();
    const { rows, rejects } = await take([
      whole,
      whole.slice(0, 100),
      '["EdgeStartTimestamp", 1]',
      '"EdgeStartTimestamp":',
      '{}',
      '{"EdgeStartTimestamp":1573486920}',
      `${whole}}`,
      whole,
      whole,
      whole,
      whole,
    ]);
    assert.equal(rows.length, 5);
    assert.deepEqual(rejects, {
      2: 'not-a-json-object',
      3: 'not-a-json-object',
      4: 'not-a-json-object',
      5: 'no-edge-timestamp',
      6: 'not-an-http-request',
      7: 'not-a-json-object',
    });
  });

  test('nor are hostile values columns', async () => {
    const { rows } = await take([
      cloudflareLine({
        ClientIP: 'X.X.X.X',
        ClientSrcPort: 65536,
        EdgeResponseBytes: -1,
        EdgeTimeToFirstByteMs: '99999999999999999999',
        ClientASN: 'AS1',
        ClientRequestUserAgent: 'nul \u0000 and "EdgeStartTimestamp":1 \\',
        OriginResponseStatus: 'no',
      }),
    ]);
    const expected = {
      src_ip: null,
      src_ip_basis: 'not-an-address',
      peer_ip: 'X.X.X.X',
      src_port: null,
      response_bytes: null,
      duration_us: null,
      provider_asn: null,
      reached_origin: null,
      user_agent: 'nul \u0000 and "EdgeStartTimestamp":1 \\',
    };
    assert.deepEqual(picked(rows[0], expected), expected);
  });

  test('is told from other records by the names of two timestamps', () => {
    assert.deepEqual(patternsThatMatch(cloudflareLine()), [FORMAT]);
    assert.deepEqual(patternsThatMatch('{"RayID":"a","Datetime":1}'), []);
  });
});
