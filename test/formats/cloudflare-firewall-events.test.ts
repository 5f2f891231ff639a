import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { cloudflareLine } from '../ingest/lines.ts';
import { patternsThatMatch, picked, takeLog } from './one-log.ts';
import { firewallEvent } from './valid-objects.ts';

const FORMAT = 'cloudflare-firewall-events';
const take = (lines: readonly string[]) => takeLog(FORMAT, lines);

function event(fields: Record<string, unknown> = {}): string {
  return JSON.stringify({
    ...firewallEvent,
    ClientIPClass: 'noRecord',
    ClientRefererQuery: '?a=1',
    ClientRequestUserAgent: 'Mozilla/5.0',
    Kind: 'firewall',
    Metadata: { filter: 'f', type: 'customer' },
    OriginatorRayID: '00',
    ...fields,
  });
}

describe('A firewall event', () => {
  test('becomes the columns of its table, field by field', async () => {
    const expected = {
      source_id: `${FORMAT}:test`,
      vantage: 'firewall',
      time: '2019-11-11T15:42:00.000Z',
      time_precision: 's',
      host: 'www.example.com',
      src_ip: '192.0.2.1',
      src_ip_basis: 'client-field',
      src_port: null,
      provider_country: 'US',
      provider_asn: 64496,
      http_method: 'GET',
      scheme: 'https',
      path: '/login',
      query: 'b=2',
      http_version: 'HTTP/1.1',
      user_agent: 'Mozilla/5.0',
      referrer: 'https://www.example.org/from?a=1',
      status_code: 403,
      origin_status: null,
      reached_origin: false,
      action: 'blocked',
      action_detail: 'block',
      action_rule: '7dc666e026974dab84884c73b3e2afe1',
      request_id: '713d477539b55c29',
      client_class: 'noRecord',
      edge_location: 'AMS',
    };
    const { rows } = await take([event()]);
    assert.deepEqual(picked(rows[0], expected), expected);
  });

  test('of few fields is a row', async () => {
    const expected = {
      source_id: `${FORMAT}:example.com`,
      time_ns: 1573486920000000001n,
      time_precision: 'ns',
      path: '/',
      query: null,
      referrer: null,
      action: 'allowed',
      action_rule: null,
      reached_origin: null,
    };
    const { rows } = await take([
      '{"Action":"allow","ClientIP":"192.0.2.9","ClientRequestPath":"/","ClientRequestQuery":"",' +
        '"Datetime":1573486920000000001,"RayID":"78bbca84df8f30ad","ZoneName":"example.com"}',
    ]);
    assert.deepEqual(picked(rows[0], expected), expected);
  });

  test('has its time as RFC 3339, in words of a database, in seconds or nanoseconds', async () => {
    const { rows } = await take(
      [
        '2019-11-11T15:42:00.25Z',
        '2019-11-11 15:42:00',
        '1573486920',
        1573486920123,
        '1573486920123456789',
      ].map((Datetime) => event({ Datetime })),
    );
    assert.deepEqual(
      rows.map((row) => [row.time, row.time_precision]),
      [
        ['2019-11-11T15:42:00.250Z', 'ms'],
        ['2019-11-11T15:42:00.000Z', 's'],
        ['2019-11-11T15:42:00.000Z', 's'],
        ['2019-11-11T15:42:00.123Z', 'ms'],
        ['2019-11-11T15:42:00.123Z', 'ns'],
      ],
    );
  });

  test('was allowed, blocked, challenged or limited, as the words of the reference say', async () => {
    const words: [string, string | null][] = [
      ['unknown', null],
      ['', null],
      ['allow', 'allowed'],
      ['log', 'allowed'],
      ['bypass', 'allowed'],
      ['skip', 'allowed'],
      ['block', 'blocked'],
      ['drop', 'blocked'],
      ['connectionclose', 'blocked'],
      ['challenge', 'challenged'],
      ['jschallenge', 'challenged'],
      ['managedchallenge', 'challenged'],
      ['challengefailed', 'challenged'],
      ['precursorinterstitialpageissued', 'challenged'],
      ['challengesolved', 'allowed'],
      ['jschallengebypassed', 'allowed'],
      ['managedchallengeinteractivesolved', 'allowed'],
      ['simulate', 'allowed'],
      ['forceConnectionClose', 'blocked'],
      ['connection_close', 'blocked'],
      ['js_challenge', 'challenged'],
      ['managed_challenge_failed', 'challenged'],
      ['quarantine', null],
      ['blocked?', null],
    ];
    const { rows } = await take(words.map(([Action]) => event({ Action })));
    assert.deepEqual(
      rows.map((row, index) => [words[index]![0], row.action]),
      words,
    );
    const limited = await take([
      event({ Source: 'ratelimit' }),
      event({ Source: 'l7ddos', EdgeResponseStatus: 429 }),
      event({ Source: 'ratelimit', Action: 'log' }),
      event({ RuleID: '' }),
    ]);
    assert.deepEqual(
      limited.rows.map((row) => row.action),
      ['rate-limited', 'rate-limited', 'allowed', 'blocked'],
    );
    assert.equal(limited.rows[3]!.action_rule, 'firewallrules');
  });

  test('puts a query and a referrer together from their parts', async () => {
    const { rows } = await take([
      event({ ClientRequestQuery: 'b=2', ClientRefererQuery: 'a=1' }),
      event({ ClientRefererScheme: 'unknown', ClientRefererPath: undefined, ClientRefererQuery: '' }),
      event({ ClientRefererHost: '' }),
      event({ ClientRequestPath: undefined }),
    ]);
    assert.deepEqual(
      rows.map((row) => [row.path, row.query, row.referrer]),
      [
        ['/login', 'b=2', 'https://www.example.org/from?a=1'],
        ['/login', 'b=2', 'www.example.org'],
        ['/login', 'b=2', null],
        [null, null, 'https://www.example.org/from?a=1'],
      ],
    );
  });
});

describe('What is no firewall event', () => {
  test('is a reject with its reason, a record of http_requests too', async () => {
    const { rows, rejects } = await take([
      event(),
      cloudflareLine(),
      '{"Action":"block","ClientIP":"192.0.2.1"}',
      '{"Datetime":1573486920,"Kind":"firewall"}',
      '{"Datetime":1573486920,',
      '"Datetime"',
      event({ Datetime: '0' }),
      event({ Datetime: {} }),
      ...Array.from({ length: 8 }, () => event()),
    ]);
    assert.equal(rows.length, 9);
    assert.deepEqual(rejects, {
      2: 'http-requests-record',
      3: 'no-datetime',
      4: 'not-a-firewall-event',
      5: 'not-a-json-object',
      6: 'not-a-json-object',
      7: 'time-unreadable',
      8: 'time-unreadable',
    });
  });

  test('nor are hostile values columns', async () => {
    const agent = 'x" ,"EdgeStartTimestamp":1,\t\u0000\\';
    const { rows } = await take([
      event({
        ClientIP: '300.1.1.1',
        ClientASN: 'AS',
        EdgeResponseStatus: [],
        ClientRequestUserAgent: agent,
      }),
    ]);
    const expected = {
      src_ip: null,
      src_ip_basis: 'not-an-address',
      provider_asn: null,
      status_code: null,
      user_agent: agent,
    };
    assert.deepEqual(picked(rows[0], expected), expected);
  });

  test('matches no other pattern, nor others this one', () => {
    assert.deepEqual(patternsThatMatch(event()), [FORMAT]);
    // A rule of Gateway and a finding of Page Shield have actions too.
    assert.deepEqual(
      patternsThatMatch('{"Datetime":1,"Action":"block","SourceIP":"192.0.2.1","HTTPHost":"a"}'),
      [],
    );
    assert.deepEqual(
      patternsThatMatch('{"Action":"log","Timestamp":1,"Host":"www.example.com","PolicyID":"a"}'),
      [],
    );
  });
});
