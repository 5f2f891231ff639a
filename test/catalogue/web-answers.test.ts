/** What the queries on technique and origin answer of requests that can be counted by eye: see web-lake.ts. */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { concentrationOf, type Share } from '../../src/detection/concentration.ts';
import { rowsOf } from './small-lake.ts';
import { KNOWN, time, WEB_WINDOW, webLake } from './web-lake.ts';

const small = await webLake();
after(() => small.engine.close());

const rows = rowsOf(small);
const HOST = 'www.example.com';

describe('The catalogue answers of techniques', () => {
  test('from how many sources each minute had its requests', async () => {
    assert.deepEqual(await rows('detection/sources-by-minute', WEB_WINDOW), [
      [time('15:42:00'), 3, 0, 1, 1, 1, 0, 3],
      [time('15:43:00'), 12, 0, 3, 1, 1, 0, 4],
      [time('15:44:00'), 3, 0, 1, 1, 1, 0, 3],
      [time('15:45:00'), 5, 0, 2, 2, 2, 1, 4],
      [time('15:46:00'), 1, 0, 1, 1, 1, 1, 1],
      [time('15:47:00'), 4, 0, 2, 1, 1, 1, 3],
      [time('15:48:00'), 6, 0, 2, 1, 1, 0, 4],
      [time('15:49:00'), 3, 0, 3, 2, 2, 3, 1],
      [time('15:50:00'), 3, 0, 3, 1, 1, 3, 1],
    ]);
  });

  test('which paths were asked past the cache, and which searches cost what', async () => {
    assert.deepEqual(await rows('technique/cache-busting', WEB_WINDOW), [
      [HOST, '/', 23, 12, 12, 12, 23, 1, 20],
      [HOST, '/search', 3, 3, 3, 3, 3, 0, 3],
      [HOST, '/list', 2, 2, 2, 2, 2, 0, 2],
    ]);
    assert.deepEqual(await rows('technique/search-exhaustion', WEB_WINDOW), [
      [HOST, '/search', 3, 3, 1, 3, 3, 300_000, 1],
    ]);
  });

  test('what the application refused, in windows and in the whole log', async () => {
    const { source_id } = WEB_WINDOW;
    const windows = [
      '2019-11-11 15:42:00.000/2019-11-11 15:46:00.000',
      '2019-11-11 15:45:30/2019-11-11 15:47:00',
      '2019-11-12 15:42:00/2019-11-12 15:46:00',
    ].join(',');
    assert.deepEqual(
      await rows('technique/refusals', {
        known_day: '2019-11-10',
        until_day: '2019-11-11',
        windows,
        source_id,
      }),
      [
        [time('15:42:00'), time('15:46:00'), 'POST', '/login', 5, 3],
        [time('15:45:30'), time('15:47:00'), 'POST', '/login', 2, 1],
        [null, null, 'POST', '/login', 6, 4],
        [null, null, 'GET', '/..%{n}f..%{n}fetc/passwd', 1, 1],
      ],
    );
  });

  test('who tried to log in, and when', async () => {
    assert.deepEqual(await rows('technique/login-sources', WEB_WINDOW), [
      ['198.51.100.40', 64_497, 4, 3, 0, 1, 0, 1, 1, time('15:45:00'), time('15:45:03')],
      ['192.0.2.60', 64_496, 1, 0, 0, 1, 0, 1, 1, time('15:45:30'), time('15:45:30')],
      ['198.51.100.41', 64_497, 1, 1, 0, 0, 0, 1, 1, time('15:46:00'), time('15:46:00')],
    ]);
    assert.deepEqual(await rows('technique/login-minutes', WEB_WINDOW), [
      [time('15:45:00'), 5, 3, 0, 2, 2, 1],
      [time('15:46:00'), 1, 1, 0, 0, 1, 1],
    ]);
  });

  test('who left before the answer, and who kept the server waiting', async () => {
    assert.deepEqual(await rows('technique/resets', WEB_WINDOW), [['198.51.100.70', 4, 3, 0, 2, 3, 3]]);
    assert.deepEqual(await rows('technique/slow-requests', WEB_WINDOW), [
      ['198.51.100.80', 2, 1, 0, 1, 45_000_000, 1],
    ]);
  });

  test('who tried exploits, and not who only asks for women’s and men’s', async () => {
    const attempts = await rows('technique/exploit-attempts', WEB_WINDOW);
    assert.deepEqual(
      attempts.map((row) => [...row.slice(0, 8), row[9], row[11]]),
      [
        ['sql-injection', HOST, '203.0.113.90', 1, 1, 1, 0, time('15:47:00'), '/list', 32],
        ['log4shell', HOST, '203.0.113.90', 1, 1, 0, 1, time('15:47:02'), '/', 34],
        ['path-traversal', HOST, '203.0.113.90', 1, 1, 0, 0, time('15:47:01'), '/..%2f..%2fetc/passwd', 33],
      ],
    );
  });

  test('which requests are the same but for their tokens', async () => {
    assert.deepEqual((await rows('technique/templates', WEB_WINDOW)).slice(0, 6), [
      [HOST, 'GET', '/', 'cb={x}', 12, 1, 12, 3, 1],
      [HOST, 'GET', '/', null, 11, 1, 0, 7, 2],
      [HOST, 'POST', '/login', null, 6, 1, 0, 3, 1],
      [HOST, 'GET', '/search', 'q={x}', 3, 1, 3, 1, 1],
      [HOST, 'GET', '/admin/export', null, 2, 1, 0, 2, 1],
      [HOST, 'GET', '/page/{n}', null, 2, 1, 0, 1, 1],
    ]);
  });

  test('when they changed, and what grew', async () => {
    const changes = await rows('technique/vector-changes', WEB_WINDOW);
    assert.deepEqual(changes.slice(0, 2), [
      [time('15:40:00'), 1, HOST, 'GET', '/', 20, 7, 3, 3],
      [time('15:40:00'), 2, HOST, 'POST', '/login', 6, 3, 1, 0],
    ]);
    assert.deepEqual(changes.at(-1), [time('15:50:00'), 1, HOST, 'GET', '/', 3, 3, 1, 0]);
    assert.deepEqual(await rows('technique/growth', KNOWN), [
      ['tool', 'tool/1', 'GET', '/', 64_497, 12, 0, 600_000, (24 + 15.7) * 3_600_000, 3],
    ]);
  });

  test('who had looked around before', async () => {
    const day = (text: string) => `2019-11-10T${text}.000Z`;
    assert.deepEqual(await rows('technique/reconnaissance', KNOWN), [
      ['203.0.113.66', 3, 3, 3, 2, 2, day('12:01:00'), day('12:01:02')],
      ['192.0.2.1', 3, 2, 2, 0, 0, day('12:00:00'), day('12:00:01')],
      ['192.0.2.30', 1, 1, 1, 0, 0, day('12:02:00'), day('12:02:00')],
      ['192.0.2.50', 1, 1, 1, 0, 0, day('12:03:00'), day('12:03:00')],
    ]);
  });
});

describe('The catalogue answers of origins', () => {
  test('which prefixes, of both kinds of address', async () => {
    assert.deepEqual(await rows('origin/prefixes', WEB_WINDOW), [
      ['198.51.100.0/24', '198.51.100.0/24', 64_497, 7, 23, 2],
      ['203.0.113.0/24', '203.0.113.0/24', 64_498, 4, 8, 1],
      ['192.0.2.0/24', '192.0.2.0/24', 64_496, 4, 6, 1],
      ['2001:db8:1:2::/64', '2001:db8:1::/48', 64_499, 2, 2, 0],
      ['2001:db8:1:3::/64', '2001:db8:1::/48', 64_499, 1, 1, 0],
    ]);
  });

  test('how concentrated, by each kind', async () => {
    const concentration = (kind: string) => rows('origin/concentration', { ...WEB_WINDOW, kind });
    assert.deepEqual(await concentration('ip'), [
      [4, 5, 20],
      [3, 3, 9],
      [2, 1, 2],
      [1, 9, 9],
    ]);
    assert.deepEqual(await concentration('network'), [
      [23, 1, 23],
      [8, 1, 8],
      [6, 1, 6],
      [3, 1, 3],
    ]);
    assert.deepEqual(await concentration('country'), [
      [23, 1, 23],
      [8, 1, 8],
      [6, 1, 6],
      [1, 3, 3],
    ]);
    assert.deepEqual(await concentration('fingerprint'), [
      [28, 1, 28],
      [12, 1, 12],
    ]);
    assert.deepEqual(await concentration('nothing'), [[null, 0, 40]]);
    const shares = await small.ask('origin/concentration', { ...WEB_WINDOW, kind: 'network' });
    const { things, requests, hhi, of_first } = concentrationOf(shares as Share[])!;
    // 23, 8, 6 and 3 of 40.
    assert.deepEqual(
      [things, requests, hhi, of_first[1]],
      [4, 40, (23 ** 2 + 8 ** 2 + 6 ** 2 + 3 ** 2) / 40 ** 2, 23],
    );
  });

  test('each request of a network, with what its operator needs', async () => {
    const sent = await small.ask('origin/network-requests', { ...WEB_WINDOW, asn: '64499' });
    assert.deepEqual(
      sent.map((row) => [row.time_ns, row.time_precision, row.src_ip, row.src_port, row.request_id]),
      [
        [1_573_487_400_000_000_000n, 's', '2001:db8:1:2::5', 40_000, 'ray44'],
        [1_573_487_401_000_000_000n, 's', '2001:db8:1:2:3::6', 40_000, 'ray45'],
        [1_573_487_402_000_000_000n, 's', '2001:db8:1:3::7', 40_000, 'ray46'],
      ],
    );
  });

  test('what two windows have in common', async () => {
    const windows = {
      from_day: '2019-11-10',
      until_day: '2019-11-11',
      source_id: WEB_WINDOW.source_id,
      first_from: '2019-11-10 00:00:00',
      first_until: '2019-11-11 00:00:00',
      second_from: WEB_WINDOW.from_time,
      second_until: WEB_WINDOW.until_time,
    };
    assert.deepEqual(await rows('origin/overlap', windows), [
      ['agent', 1, 3, 1, 7, 40, 7, 27],
      ['fingerprint', 1, 2, 1, 7, 40, 7, 28],
      ['ip', 4, 18, 4, 7, 40, 7, 8],
      ['network', 2, 4, 2, 7, 40, 7, 14],
      ['prefix', 2, 4, 2, 7, 40, 7, 14],
    ]);
  });

  test('which networks and anonymisers, against the day before', async () => {
    assert.deepEqual(await rows('origin/network-types', KNOWN), [[null, 40, 7, 18, 4, 4]]);
    assert.deepEqual(await rows('origin/anonymisers', KNOWN), [
      [null, 39, 7, 17, 4, 4],
      ['tor', 1, 0, 1, 0, 0],
    ]);
  });

  test('whether the provider and the data set name one country', async () => {
    assert.deepEqual(await rows('origin/country-agreement', WEB_WINDOW), [
      ['agree', 38, 16],
      ['dataset-only', 1, 1],
      ['differ', 1, 1],
    ]);
  });
});
