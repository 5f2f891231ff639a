/** What the queries on effect, indicators and the logs themselves answer of requests that can be counted by eye: see web-lake.ts. */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { rowsOf } from './small-lake.ts';
import { FIREWALL, KNOWN, time, WEB, WEB_DAYS, WEB_WINDOW, webLake } from './web-lake.ts';

const small = await webLake();
after(() => small.engine.close());

const rows = rowsOf(small);
const HOST = 'www.example.com';
const day = (text: string) => `2019-11-10T${text}.000Z`;

describe('The catalogue answers of effects', () => {
  test('what was stopped and what was passed on', async () => {
    assert.deepEqual(await rows('impact/mitigation', WEB_WINDOW), [[HOST, 40, 40, 3, 1, 0, 40, 36, 40, 1]]);
  });

  test('what failed before, during and after', async () => {
    assert.deepEqual(await rows('impact/errors', KNOWN), [
      [HOST, 'before', 7, 4, 0, 2, 0, 0, 0, 0, 0, day('12:00:00')],
      [HOST, 'during', 40, 9, 4, 9, 4, 0, 1, 0, 1, time('15:42:00')],
      [HOST, 'after', 1, 1, 0, 0, 0, 0, 0, 0, 0, time('16:00:00')],
    ]);
  });

  test('how long answers took in a minute, where the server behind says so', async () => {
    assert.deepEqual(await rows('impact/latency-by-minute', WEB_WINDOW), [
      [HOST, time('15:44:00'), 3, 100_000, 100_000, 100_000],
    ]);
  });

  test('how many of the served failed in a minute, and how long they took', async () => {
    const served = await rows('impact/served-by-minute', WEB_WINDOW);
    assert.deepEqual(served.slice(0, 3), [
      [time('15:42:00'), 2, 0, 0, null],
      [time('15:43:00'), 10, 0, 0, null],
      [time('15:44:00'), 3, 1, 3, 100_000],
    ]);
    // What the defence stopped was not served.
    assert.equal(
      served.reduce((sum, row) => sum + Number(row[1]), 0),
      36,
    );
  });

  test('who was challenged, and served afterwards', async () => {
    assert.deepEqual(await rows('impact/challenged-clients', WEB_WINDOW), [
      ['192.0.2.1', 3, 0, 1, 1, time('15:42:01'), time('15:42:05')],
    ]);
    const early = { ...WEB_WINDOW, until_time: '2019-11-11 15:42:05' };
    assert.deepEqual(await rows('impact/challenged-clients', early), [
      ['192.0.2.1', 2, 0, 1, 0, time('15:42:01'), null],
    ]);
  });

  test('what became of those who were known', async () => {
    assert.deepEqual(await rows('impact/known-clients', KNOWN), [
      ['192.0.2.1', 2, 3, 3, 0, 1, 1, 0],
      ['203.0.113.66', 3, 3, 3, 0, 0, 0, 1],
      ['192.0.2.30', 1, 1, 1, 0, 0, 0, 0],
      ['192.0.2.50', 1, 1, 1, 0, 0, 0, 0],
    ]);
  });

  test('who was answered on a surface of the case, hour by hour', async () => {
    const asked = { ...WEB_DAYS, paths: '/admin/%' };
    const answers = (await rows('impact/surface-answers', asked)).filter(([log]) => log === WEB);
    assert.deepEqual(
      answers.map((row) => [row[3], row[4], row[5], row[6], row[7], row[8]]),
      [
        ['/admin/export', '192.0.2.30', day('12:00:00'), 1, 5000, 5000],
        ['/admin/export', '192.0.2.30', time('15:00:00'), 1, 6000, 6000],
        ['/admin/export', '203.0.113.99', time('15:00:00'), 1, 2_000_000, 2_000_000],
        ['/admin/export', '203.0.113.99', time('16:00:00'), 1, 100, 100],
      ],
    );
    assert.deepEqual(await rows('impact/surface-answers', { ...asked, paths: '/admin/\\%' }), []);
  });

  test('who was answered on export paths, and who got far more than ever', async () => {
    assert.deepEqual(await rows('impact/sensitive-access', KNOWN), [
      [
        HOST,
        '/admin/export',
        '203.0.113.99',
        64_498,
        0,
        1,
        1,
        0,
        2_000_000,
        100,
        time('15:49:30'),
        time('16:00:00'),
      ],
      [
        HOST,
        '/admin/export',
        '192.0.2.30',
        64_496,
        1,
        1,
        0,
        5000,
        6000,
        0,
        day('12:02:00'),
        time('15:49:00'),
      ],
    ]);
    const large = await rows('impact/large-responses', { ...KNOWN, least_bytes: '10000' });
    assert.deepEqual(
      large.map((row) => [...row.slice(0, 9), row.at(-1)]),
      [
        ['203.0.113.99', 64_498, 0, 1, 0, 2_000_000, 2_000_000, '/admin/export', time('15:49:30'), 43],
        ['192.0.2.50', 64_496, 1, 1, 1000, 50_000, 50_000, '/report', time('15:49:40'), 44],
      ],
    );
  });

  test('who got in after failures', async () => {
    assert.deepEqual(await rows('impact/logins-after-failures', WEB_WINDOW), [
      [HOST, '/login', '198.51.100.40', 3, time('15:45:03'), 1, 0],
    ]);
  });
});

describe('The catalogue answers of indicators', () => {
  test('when sources began and ended', async () => {
    const seconds = await rows('indicators/synchronised-sources', WEB_WINDOW);
    assert.deepEqual(seconds.slice(0, 5), [
      [time('15:42:00'), 1, 0],
      [time('15:42:05'), 0, 1],
      [time('15:43:00'), 1, 0],
      [time('15:43:01'), 1, 0],
      [time('15:43:02'), 1, 0],
    ]);
    const sum = (column: number): number => seconds.reduce((all, row) => all + Number(row[column]), 0);
    assert.deepEqual([sum(1), sum(2)], [18, 18]);
  });

  test('whether clients behave as people do, and what they chose', async () => {
    assert.deepEqual(await rows('indicators/crowd-profile', WEB_WINDOW), [
      [40, 34, 1, 0, 40, 1, 18, 9, 2, 0],
    ]);
    assert.deepEqual((await rows('indicators/target-share', KNOWN)).slice(0, 4), [
      [HOST, '/', 23, 2, 40, 7],
      [HOST, '/login', 6, 0, 40, 7],
      [HOST, '/search', 3, 1, 40, 7],
      [HOST, '/admin', 2, 1, 40, 7],
    ]);
  });
});

describe('The catalogue answers of the logs', () => {
  test('which hours and which objects they cover', async () => {
    assert.deepEqual(await rows('integrity/coverage-by-hour', WEB_DAYS), [
      [FIREWALL, 'firewall', time('15:00:00'), 4, 2, '2019-11-11T15:42:01.100Z', time('15:43:12')],
      [WEB, 'edge', day('12:00:00'), 7, 4, day('12:00:00'), day('12:03:00')],
      [WEB, 'edge', time('15:00:00'), 40, 9, time('15:42:00'), time('15:50:02')],
      [WEB, 'edge', time('16:00:00'), 1, 1, time('16:00:00'), time('16:00:00')],
    ]);
    const objects = await rows('integrity/objects', WEB_DAYS);
    const markers = await small.lake.markers();
    const object = (format: string) => markers.find((marker) => marker.format === format)!.object_id;
    assert.deepEqual(
      objects.map((row) => row.slice(0, 6)),
      [
        [FIREWALL, 'firewall', object('cloudflare-firewall-events'), 4, 1, 4],
        [WEB, 'edge', object('cloudflare-http-requests'), 48, 1, 48],
      ],
    );
  });

  test('where they are silent for longer than they use to be', async () => {
    // Eleven of thirteen steps are of a minute; ten minutes are nine in ten's most, and three times that a gap.
    assert.deepEqual(await rows('integrity/unusual-gaps', WEB_DAYS), [
      [WEB, 'edge', day('12:04:00'), time('15:42:00'), 27 * 60 + 38, 10, 13],
    ]);
  });

  test('how far the clocks of two logs are apart', async () => {
    assert.deepEqual(await rows('integrity/clock-skew', WEB_DAYS), [
      [FIREWALL, WEB, time('15:00:00'), 3, -300, -200, -100],
    ]);
  });

  test('how many bytes a minute each sent', async () => {
    const bytes = await rows('detection/bytes-by-minute', WEB_DAYS);
    assert.deepEqual(bytes.filter((row) => row[0] === WEB).at(-3), [
      WEB,
      'edge',
      HOST,
      time('15:49:00'),
      3,
      0,
      2_056_000,
    ]);
    assert.equal(bytes.length, 2 + 4 + 10);
  });
});
