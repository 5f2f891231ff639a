/** What the defence did and whether the origin was asked, as each format says it. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { albLine, apacheLine, cloudflareLine } from '../ingest/lines.ts';
import { temporaryLake } from '../ingest/temporary-lake.ts';

type Case = {
  what: string;
  line: string;
  action: string | null;
  reached: boolean | null;
  detail?: string | null;
};

const edge = (
  what: string,
  fields: Record<string, unknown>,
  action: string | null,
  reached = true,
): Case => ({
  what,
  line: cloudflareLine(fields),
  action,
  reached,
});

const CLOUDFLARE: Case[] = [
  edge('says nothing of a defence', {}, null),
  edge('has an empty action', { SecurityAction: '' }, 'allowed'),
  edge('has an unknown action', { SecurityAction: 'unknown' }, 'allowed'),
  edge('logs', { SecurityAction: 'log' }, 'allowed'),
  edge('skips', { SecurityAction: 'skip' }, 'allowed'),
  edge('blocks', { SecurityAction: 'block', OriginResponseStatus: 0 }, 'blocked', false),
  edge('blocks in capitals', { SecurityAction: 'BLOCK' }, 'blocked'),
  edge('closes the connection', { SecurityAction: 'connectionClose' }, 'blocked'),
  edge('drops, in the older field', { WAFAction: 'drop' }, 'blocked'),
  edge(
    'says unknown and, in the older field, drop',
    { SecurityAction: 'unknown', WAFAction: 'drop' },
    'blocked',
  ),
  edge('blocks by a rate limit', { SecurityAction: 'block', SecuritySources: ['ratelimit'] }, 'rate-limited'),
  edge('blocks with 429', { SecurityAction: 'block', EdgeResponseStatus: 429 }, 'rate-limited'),
  edge('answers 429 without acting', { SecurityAction: '', EdgeResponseStatus: 429 }, 'allowed'),
  edge('challenges', { SecurityAction: 'challenge' }, 'challenged'),
  edge('challenges in vain', { SecurityAction: 'managed_challenge_failed' }, 'challenged'),
  edge('was asked before', { SecurityAction: 'jschallengeBypassed' }, 'allowed'),
  edge('got an answer', { SecurityAction: 'js_challenge_solved' }, 'allowed'),
  edge('closes it by force', { SecurityAction: 'force_connection_close' }, 'blocked'),
  edge('rewrites', { SecurityAction: '', SecurityActions: ['rewrite', 'log', 'unknown'] }, 'allowed'),
  edge('has a list without a word', { SecurityAction: '', SecurityActions: [] }, 'allowed'),
  edge('does what nobody has heard of', { SecurityAction: 'quarantine' }, null),
  edge('does so in a list', { SecurityAction: '', SecurityActions: ['log', 'quarantine'] }, null),
  edge('does so, and blocks', { SecurityAction: '', SecurityActions: ['quarantine', 'block'] }, 'blocked'),
  edge(
    'blocks in a list, by a rate limit beside a challenge',
    {
      SecurityAction: '',
      SecurityActions: ['managed_challenge', 'connection_close'],
      SecuritySources: ['firewallCustom', 'ratelimit'],
    },
    'rate-limited',
  ),
  edge('challenges with JavaScript', { SecurityAction: 'jschallenge' }, 'challenged'),
  edge('manages a challenge', { SecurityAction: 'managed_challenge' }, 'challenged'),
  edge('manages a challenge, in camel case', { SecurityAction: 'managedChallenge' }, 'challenged'),
];

const alb = (
  what: string,
  line: Parameters<typeof albLine>[0],
  action: string | null,
  reached = true,
): Case => ({
  what,
  line: albLine(line),
  action,
  reached,
});

const ALB: Case[] = [
  // Forwarding says nothing of a defence: without a firewall there is none.
  alb('forwards', {}, null),
  alb('forwards past its firewall', { actions: 'waf,forward' }, 'allowed'),
  alb(
    'is told 403 by the target',
    { actions: 'waf,forward', elbStatus: '403', targetStatus: '403' },
    'allowed',
  ),
  alb(
    'blocks by its firewall',
    { actions: 'waf', elbStatus: '403', targetStatus: '-', target: '-', waits: '-1 -1 -1' },
    'blocked',
    false,
  ),
  alb('blocks with a status of its own', { actions: 'waf', elbStatus: '429', target: '-' }, 'blocked', false),
  alb('sets a puzzle', { actions: 'waf', elbStatus: '405', target: '-' }, 'challenged', false),
  alb('has the browser prove itself', { actions: 'waf', elbStatus: '202', target: '-' }, 'challenged', false),
  alb(
    'answers by a rule past its firewall',
    { actions: 'waf,fixed-response', elbStatus: '403', target: '-' },
    'allowed',
    false,
  ),
  alb('fails to ask its firewall', { actions: 'waf-failed', elbStatus: '500', target: '-' }, null, false),
  alb('forwards without its firewall, which failed', { actions: 'waf-failed,forward' }, null),
  alb('redirects', { actions: 'redirect', elbStatus: '301', targetStatus: '-', target: '-' }, null, false),
];

async function assertCases(cases: readonly Case[]): Promise<void> {
  const lake = await temporaryLake();
  await lake.take(cases.map(({ line }) => line).join('\n'));
  const rows = await lake.rows('select action, reached_origin from http_activity order by record_no');
  assert.deepEqual(
    rows.map((row, index) => [cases[index]!.what, row.action, row.reached_origin]),
    cases.map(({ what, action, reached }) => [what, action, reached]),
  );
}

describe('What the defence did', () => {
  test('is what Cloudflare’s words mean', () => assertCases(CLOUDFLARE));
  test('is what a balancer’s actions mean', () => assertCases(ALB));
  test('is not known from an access log', () =>
    assertCases([{ what: 'answers 403', line: apacheLine({ status: '403' }), action: null, reached: null }]));

  test('names the rule and the word of the log', async () => {
    const lake = await temporaryLake();
    await lake.take(
      [
        cloudflareLine({ SecurityAction: 'block', SecurityRuleID: 'r1', WAFAction: 'drop', WAFRuleID: 'r2' }),
        cloudflareLine({ SecurityAction: '', SecurityRuleID: '', WAFAction: 'drop', WAFRuleID: 'r2' }),
      ].join('\n'),
    );
    assert.deepEqual(
      await lake.rows('select action_detail, action_rule from http_activity order by record_no'),
      [
        { action_detail: 'block', action_rule: 'r1' },
        { action_detail: 'drop', action_rule: 'r2' },
      ],
    );
  });
});

describe('The target of a request', () => {
  for (const [request, method, path, query] of [
    ['GET / HTTP/1.1', 'GET', '/', null],
    ['GET /a?b?c HTTP/1.1', 'GET', '/a', 'b?c'],
    ['GET /a? HTTP/1.1', 'GET', '/a', ''],
    ['GET ?q=1 HTTP/1.1', 'GET', '/', 'q=1'],
    ['GET http://www.example.com/a HTTP/1.1', 'GET', '/a', null],
    ['GET http://www.example.com?q HTTP/1.1', 'GET', '/', 'q'],
    ['GET /a b c HTTP/1.1', 'GET', '/a b c', null],
    ['GET /old', 'GET', '/old', null],
    ['CONNECT www.example.com:443 HTTP/1.1', 'CONNECT', 'www.example.com:443', null],
    ['OPTIONS * HTTP/1.0', 'OPTIONS', '*', null],
    ['-', null, null, null],
    ['\\x16\\x03\\x01', null, null, null],
    ['', null, null, null],
    ['GET  HTTP/1.1', 'GET', 'HTTP/1.1', null],
  ] as const) {
    test(`of ${JSON.stringify(request)} is ${path ?? 'none'}`, async () => {
      const lake = await temporaryLake();
      await lake.take(apacheLine({ request }));
      assert.deepEqual(await lake.rows('select http_method, path, query from http_activity'), [
        { http_method: method, path, query },
      ]);
    });
  }

  for (const [request, method, scheme, path, query] of [
    ['GET https://www.example.com:443/a?b=1 HTTP/2.0', 'GET', 'https', '/a', 'b=1'],
    ['GET https://www.example.com:443 HTTP/1.1', 'GET', 'https', '/', null],
    ['GET https://[2001:db8::1]:443/a HTTP/1.1', 'GET', 'https', '/a', null],
    ['GET https://www.example.com:443/a b HTTP/1.1', 'GET', 'https', '/a b', null],
    ['- http://www.example.com:80- -', null, 'http', null, null],
    ['- - - ', null, null, null, null],
  ] as const) {
    test(`of a balancer’s ${JSON.stringify(request)} is ${path ?? 'none'}`, async () => {
      const lake = await temporaryLake();
      await lake.take(albLine({ request }));
      assert.deepEqual(await lake.rows('select http_method, scheme, path, query from http_activity'), [
        { http_method: method, scheme, path, query },
      ]);
    });
  }
});
