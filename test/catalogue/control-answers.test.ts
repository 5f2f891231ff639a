/** What the queries on DNS and on changes answer on a lake that can be counted by eye: see control-lake.ts. */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { AUDIT, AUTHORITY, controlLake, PUBLIC, TRAIL } from './control-lake.ts';
import { rowsOf } from './small-lake.ts';

const small = await controlLake();
after(() => small.engine.close());

const rows = rowsOf(small);
const DAYS = { from_day: '2019-11-11', until_day: '2019-11-11' };
const WINDOW = { ...DAYS, from_time: '2019-11-11 15:40:00', until_time: '2019-11-11 16:00:00' };
const inZone = { ...WINDOW, source_id: PUBLIC };
const inAuthority = { ...WINDOW, source_id: AUTHORITY };
const time = (text: string) => `2019-11-11T${text}.000Z`;
const HOSTED = 'Z123412341234';

describe('The catalogue answers of DNS', () => {
  test('how many queries a minute, by the zone of the log or by the end of the name', async () => {
    assert.deepEqual(await rows('detection/dns-queries-by-minute', inZone), [
      [time('15:42:00'), HOSTED, true, 5, 4, 5, 3, 0, 2],
      [time('15:43:00'), HOSTED, true, 3, 2, 3, 1, 1, 2],
    ]);
    assert.deepEqual(
      (await rows('detection/dns-queries-by-minute', inAuthority)).map((row) => row.slice(1, 7)),
      [
        ['example.org.uk', false, 2, 2, 2, 2],
        ['.', false, 1, 1, 1, 1],
        ['example.com', false, 1, 1, 1, 0],
        ['localhost', false, 1, 1, 1, 1],
      ],
    );
  });

  test('which logs there are', async () => {
    assert.deepEqual(await rows('integrity/dns-logs', DAYS), [
      [PUBLIC, 'dns', 9, time('10:00:00'), time('15:43:02')],
      [AUTHORITY, 'dns', 5, time('15:42:00'), time('15:42:00')],
    ]);
  });

  test('which zones were asked for names that nobody asked before', async () => {
    const known = { ...inZone, known_day: '2019-11-11' };
    assert.deepEqual(await rows('technique/random-subdomains', known), [[HOSTED, 8, 5, 2, 4, 6, 8, 4, 2]]);
    // Without the morning, www is new as well.
    const everything = { ...known, from_time: '2019-11-11 09:00:00' };
    assert.deepEqual(await rows('technique/random-subdomains', everything), [
      [HOSTED, 9, 5, 2, 5, 9, 9, 4, 2],
    ]);
  });

  test('which types, and who asked', async () => {
    assert.deepEqual(await rows('technique/dns-query-types', inZone), [
      [HOSTED, 'A', 'udp', 6, 4, 2],
      [HOSTED, 'ANY', 'udp', 2, 1, 1],
    ]);
    assert.deepEqual(await rows('origin/dns-resolvers', inZone), [
      ['203.0.113.53', 'resolver', 64_498, 5, 4, 5, 4, 1, time('15:42:02'), time('15:43:00')],
      ['192.0.2.53', 'resolver', 64_496, 3, 2, 3, 0, 1, time('15:42:01'), time('15:43:02')],
    ]);
  });
});

const ALICE = 'arn:aws:iam::123456789012:user/alice';

describe('The catalogue answers of changes', () => {
  test('who changed which defence, and when', async () => {
    const changes = await small.ask('impact/defence-changes', WINDOW);
    assert.deepEqual(
      changes.map((row) => [
        row.time,
        row.source_id,
        row.defence,
        row.actor,
        row.operation,
        row.resource,
        row.status,
        row.new_value,
        row.record_no,
      ]),
      [
        [time('15:42:00'), TRAIL, 'waf', ALICE, 'UpdateWebACL', 'edge', 'success', null, 8],
        [
          time('15:42:00'),
          AUDIT,
          'cloudflare',
          'alice@example.com',
          'change_setting',
          'r1',
          'success',
          '{"value":"under_attack"}',
          1,
        ],
        [time('15:43:00'), TRAIL, 'waf', ALICE, 'UpdateWebACL', 'edge', 'failure', null, 9],
        [
          time('15:46:00'),
          TRAIL,
          'firewall',
          ALICE,
          'AuthorizeSecurityGroupIngress',
          'sg-1',
          'success',
          null,
          12,
        ],
        // Cloudflare does not always name what was done.
        [
          time('15:55:00'),
          AUDIT,
          'cloudflare',
          'alice@example.com',
          null,
          'r1',
          'success',
          '{"value":"under_attack"}',
          2,
        ],
      ],
    );
  });

  test('which calls were sensitive', async () => {
    const calls = await small.ask('impact/sensitive-calls', WINDOW);
    assert.deepEqual(
      calls.map((row) => [row.time, row.kind, row.operation, row.src_ip, row.mfa, row.status]),
      [
        [time('15:51:00'), 'sign-in-without-mfa', 'ConsoleLogin', '203.0.113.9', false, 'success'],
        [time('15:52:00'), 'sign-in-without-mfa', 'ConsoleLogin', '192.0.2.7', false, 'success'],
        [time('15:53:00'), 'logging', 'StopLogging', '192.0.2.1', true, 'success'],
        [time('15:54:00'), 'data', 'StartExportTask', '192.0.2.1', true, 'failure'],
      ],
    );
  });

  test('which sign-ins came after failures, or from a new network', async () => {
    const signIns = await small.ask('impact/sign-ins', { ...WINDOW, known_day: '2019-11-01' });
    assert.deepEqual(
      signIns.map((row) => [
        row.time,
        row.source_id,
        row.src_ip,
        row.failures_of_user,
        row.failures_from_address,
        row.earlier_sign_ins,
        row.earlier_from_address,
        row.earlier_from_network,
      ]),
      [
        [time('15:40:00'), AUDIT, '192.0.2.1', 0, 0, 0, 0, 0],
        // The failure of the morning before is older than a day.
        [time('15:51:00'), TRAIL, '203.0.113.9', 3, 3, 1, 0, 0],
        [time('15:52:00'), TRAIL, '192.0.2.7', 3, 0, 2, 0, 1],
      ],
    );
  });
});
