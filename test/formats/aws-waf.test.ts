import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { oneLog, picked } from './one-log.ts';

const HEADERS = [
  { name: 'HOST', value: 'www.example.com' },
  { name: 'user-agent', value: 'curl/8.0' },
  { name: 'Referer', value: 'https://www.example.org/' },
  { name: 'x-Forwarded-For', value: '203.0.113.9, 198.51.100.7' },
];

const REQUEST = {
  clientIp: '192.0.2.10',
  country: 'gb',
  headers: HEADERS as unknown,
  uri: '/shop',
  args: 'id=7',
  httpVersion: 'HTTP/2.0',
  httpMethod: 'GET',
  requestId: 'rid-1',
  fragment: '',
  scheme: 'https',
  host: 'alias.example.com',
};

const RECORD = {
  timestamp: 1573486920123 as unknown,
  webaclId: 'arn:aws:wafv2:us-east-1:123456789012:regional/webacl/shop/1' as string | undefined,
  terminatingRuleId: 'Default_Action',
  terminatingRuleType: 'REGULAR',
  action: 'ALLOW',
  httpSourceName: 'ALB',
  httpSourceId: '123456789012-app/shop/50dc6c495c0c9188',
  ruleGroupList: [] as unknown,
  rateBasedRuleList: [] as unknown,
  responseCodeSent: null as number | null,
  httpRequest: REQUEST as unknown,
  labels: [] as unknown,
  ja3Fingerprint: '6f7889b9fb1a62a9577e685c1fcfa919',
  ja4Fingerprint: 't13d1717h2_5b57614c22b0_3cbfd9057e0d',
};

const line = (
  fields: Partial<typeof RECORD> & Record<string, unknown> = {},
  request: Record<string, unknown> = {},
): string => JSON.stringify({ ...RECORD, httpRequest: { ...REQUEST, ...request }, ...fields });

const group = (rule: string | null) => ({
  ruleGroupId: 'AWS#AWSManagedRulesCommonRuleSet',
  terminatingRule: rule && { ruleId: rule, action: 'BLOCK' },
  nonTerminatingMatchingRules: [],
  excludedRules: null,
});

describe('A record of AWS WAF', () => {
  test('becomes what its documentation says', async () => {
    const { marker, rows } = await oneLog(line());
    assert.equal(marker.format, 'aws-waf');
    const wanted = {
      source_id: 'aws-waf:arn:aws:wafv2:us-east-1:123456789012:regional/webacl/shop/1',
      vantage: 'firewall',
      time_ns: 1573486920123000000n,
      time_precision: 'ms',
      host: 'www.example.com',
      src_ip: '192.0.2.10',
      src_ip_basis: 'peer',
      provider_country: 'GB',
      provider_asn: null,
      http_method: 'GET',
      scheme: 'https',
      path: '/shop',
      query: 'id=7',
      http_version: 'HTTP/2.0',
      user_agent: 'curl/8.0',
      referrer: 'https://www.example.org/',
      status_code: null,
      action: 'allowed',
      action_detail: 'ALLOW',
      action_rule: 'Default_Action',
      reached_origin: null,
      ja3: '6f7889b9fb1a62a9577e685c1fcfa919',
      ja4: 't13d1717h2_5b57614c22b0_3cbfd9057e0d',
      request_id: 'rid-1',
      client_class: null,
      service: 'ALB:123456789012-app/shop/50dc6c495c0c9188',
    };
    assert.deepEqual(picked(rows[0], wanted), wanted);
  });

  test('of a client behind a trusted proxy has the client that the proxy names', async () => {
    const twice = [
      { name: 'X-Forwarded-For', value: '203.0.113.9' },
      { name: 'x-forwarded-for', value: '198.51.100.7' },
    ];
    const { rows } = await oneLog(`${line()}\n${line({}, { headers: twice })}`, { proxies: '192.0.2.0/24' });
    for (const row of rows) assert.deepEqual([row.src_ip, row.src_ip_basis], ['198.51.100.7', 'forwarded']);
  });

  const cases: [string, Record<string, unknown>, Record<string, unknown>][] = [
    [
      'blocks by a rule',
      { action: 'BLOCK', terminatingRuleId: 'sqli' },
      {
        action: 'blocked',
        action_detail: 'BLOCK',
        action_rule: 'sqli',
        reached_origin: false,
        status_code: null,
      },
    ],
    [
      'blocks with an answer of the customer’s own',
      { action: 'BLOCK', terminatingRuleId: 'sqli', responseCodeSent: 429 },
      { action: 'blocked', status_code: 429 },
    ],
    [
      'blocks by a rate-based rule',
      { action: 'BLOCK', terminatingRuleId: 'flood', terminatingRuleType: 'RATE_BASED' },
      { action: 'rate-limited', action_detail: 'BLOCK', action_rule: 'flood', reached_origin: false },
    ],
    [
      'blocks by a rule of a group, after a group that only counts',
      {
        action: 'BLOCK',
        terminatingRuleId: 'AWS-Common',
        terminatingRuleType: 'MANAGED_RULE_GROUP',
        ruleGroupList: [group('Counted'), group(null), group('NoUserAgent_HEADER')],
      },
      { action: 'blocked', action_rule: 'AWS-Common/NoUserAgent_HEADER' },
    ],
    [
      'blocks by a rate-based rule of a group',
      {
        action: 'BLOCK',
        terminatingRuleId: 'own-group',
        terminatingRuleType: 'GROUP',
        ruleGroupList: [group('flood')],
        rateBasedRuleList: [
          { rateBasedRuleId: 'arn:1', rateBasedRuleName: 'flood', limitKey: 'IP', maxRateAllowed: 100 },
        ],
      },
      { action: 'rate-limited', action_rule: 'own-group/flood' },
    ],
    [
      'is looked at by a rate-based rule and blocked by another',
      {
        action: 'BLOCK',
        terminatingRuleId: 'sqli',
        rateBasedRuleList: [{ rateBasedRuleId: 'arn:1', rateBasedRuleName: 'flood' }],
      },
      { action: 'blocked' },
    ],
    [
      'is counted and let pass',
      {
        nonTerminatingMatchingRules: [{ ruleId: 'watch', action: 'COUNT' }],
        ruleGroupList: [group('Counted')],
      },
      { action: 'allowed', action_detail: 'ALLOW', action_rule: 'Default_Action', reached_origin: null },
    ],
    ['counts', { action: 'COUNT' }, { action: 'allowed', action_detail: 'COUNT', reached_origin: null }],
    [
      'asks for a CAPTCHA',
      { action: 'CAPTCHA', terminatingRuleId: 'ask', responseCodeSent: 405 },
      {
        action: 'challenged',
        action_detail: 'CAPTCHA',
        action_rule: 'ask',
        status_code: 405,
        reached_origin: false,
      },
    ],
    [
      'challenges',
      { action: 'CHALLENGE', responseCodeSent: 202 },
      { action: 'challenged', action_detail: 'CHALLENGE', status_code: 202, reached_origin: false },
    ],
    [
      'does something new',
      { action: 'PONDER' },
      { action: null, action_detail: 'PONDER', reached_origin: null },
    ],
    [
      'has a label of the bot control',
      {
        labels: [
          { name: 'awswaf:clientip:geo:country:GB' },
          { name: 'awswaf:managed:aws:bot-control:bot:category:http_library' },
        ],
      },
      { client_class: 'http_library' },
    ],
    [
      'has a label of a list of addresses',
      { labels: [{ name: 'awswaf:managed:aws:anonymous-ip-list:AnonymousIPList' }] },
      { client_class: 'AnonymousIPList' },
    ],
    ['has an AS number', { clientAsn: 64496 }, { provider_asn: 64496 }],
    ['has no source', { httpSourceName: '-', httpSourceId: '-' }, { service: null }],
    ['has seconds', { timestamp: '1573486920' }, { time_ns: 1573486920000000000n, time_precision: 's' }],
  ];
  for (const [what, fields, wanted] of cases)
    test(`that ${what} says so`, async () => {
      const { rows } = await oneLog(line(fields));
      assert.deepEqual(picked(rows[0], wanted as never), wanted);
    });

  test('whose fields are redacted, none or unknown says nothing of them', async () => {
    const redacted = HEADERS.map(({ name }) => ({ name, value: 'REDACTED' }));
    const { rows } = await oneLog(
      [
        line({}, { uri: 'REDACTED', args: 'REDACTED', headers: redacted, host: undefined }),
        line({}, { uri: '/a', args: 'REDACTED', headers: [], country: '-', requestId: 'null' }),
        line({}, { headers: null, args: '' }),
      ].join('\n'),
    );
    const [one, two, three] = [
      { host: null, path: null, query: null, user_agent: null, referrer: null },
      { host: 'alias.example.com', path: '/a', query: null, provider_country: null, request_id: null },
      { host: 'alias.example.com', path: '/shop', query: null, user_agent: null },
    ];
    assert.deepEqual(picked(rows[0], one), one);
    assert.deepEqual(picked(rows[1], two), two);
    assert.deepEqual(picked(rows[2], three), three);
  });

  test('of WAF Classic, over many lines, is read as well', async () => {
    const classic = {
      timestamp: 1533689070589,
      webaclId: '385cb038-3a6f-4f2f-ac64-09ab912af590',
      terminatingRuleId: '4659b169-2083-4a91-bbd4-08851a9aaf74',
      terminatingRuleType: 'RATE_BASED',
      action: 'BLOCK',
      httpSourceName: 'CF',
      httpSourceId: 'E2EXAMPLE',
      ruleGroupList: [],
      rateBasedRuleList: [
        { rateBasedRuleId: '4659b169-2083-4a91-bbd4-08851a9aaf74', limitKey: 'IP', maxRateAllowed: 100 },
      ],
      httpRequest: {
        clientIp: '2001:db8::5',
        country: 'US',
        headers: [],
        uri: '/',
        args: '',
        httpVersion: 'HTTP/1.1',
        httpMethod: 'HEAD',
      },
    };
    const { marker, rows } = await oneLog(
      `${JSON.stringify(classic, null, 2)}\n${JSON.stringify(classic, null, 2)}`,
    );
    assert.equal(marker.format, 'aws-waf');
    const wanted = {
      action: 'rate-limited',
      src_ip: '2001:db8::5',
      service: 'CF:E2EXAMPLE',
      host: null,
      request_id: null,
    };
    assert.deepEqual(picked(rows[1], wanted), wanted);
  });

  test('that is none is a reject with a reason, and hostile values break nothing', async () => {
    const { rejects, rows } = await oneLog(
      [
        ...Array.from({ length: 10 }, () => line()),
        line().slice(0, 200),
        '[]',
        '"webaclId"',
        line({ webaclId: undefined }),
        line({ httpRequest: undefined }),
        line({ timestamp: 'now' }),
        line({ timestamp: '99999999999999999999' }),
        line({ timestamp: 9999999999999 }),
        line({}, { clientIp: 'X.X.X.X', headers: [{ name: null, value: 7 }, { nom: 'host' }, 'host', null] }),
        line(
          { labels: 'x', ruleGroupList: { a: 1 }, rateBasedRuleList: [[]] },
          { headers: { host: 'a' }, uri: '/\u0000"\t', args: {} },
        ),
        line({ httpRequest: 'GET /' }),
      ].join('\n'),
    );
    assert.deepEqual(rejects, {
      11: 'not-a-json-object',
      12: 'not-a-json-object',
      13: 'not-a-json-object',
      14: 'not-a-waf-record',
      15: 'not-a-waf-record',
      16: 'time-unreadable',
      17: 'time-unreadable',
      18: 'time-unreadable',
      21: 'not-a-waf-record',
    });
    const wanted = { src_ip: null, src_ip_basis: 'not-an-address', host: 'alias.example.com' };
    assert.deepEqual(picked(rows[10], wanted), wanted);
    assert.equal(rows.length, 12);
  });
});
