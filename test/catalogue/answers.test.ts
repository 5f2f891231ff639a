/** What the queries answer on a lake that can be counted by eye: see small-lake.ts. */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { BALANCER, DAYS, EDGE, ORIGIN, rowsOf, smallLake, WINDOW } from './small-lake.ts';

const small = await smallLake();
const { ask, engine, lake } = small;
after(() => engine.close());

const rows = rowsOf(small);
const inEdge = { ...WINDOW, source_id: EDGE };
const time = (text: string) => `2019-11-11T${text}.000Z`;

describe('The catalogue answers', () => {
  test('which countries, by the provider’s word and the data set’s', async () => {
    assert.deepEqual(await ask('origin/countries', inEdge), [
      { provider_country: 'BR', country: 'BR', requests: 3, sources: 2, mitigated: 3 },
      { provider_country: 'GB', country: 'GB', requests: 2, sources: 2, mitigated: 0 },
    ]);
    const later = { ...inEdge, from_time: '2019-11-11 15:50:00', until_time: '2019-11-11 15:50:01' };
    assert.deepEqual(await ask('origin/countries', later), [
      { provider_country: null, country: 'GB', requests: 1, sources: 1, mitigated: 0 },
    ]);
    assert.deepEqual(await ask('origin/countries', { ...inEdge, source_id: BALANCER }), [
      { provider_country: null, country: 'RU', requests: 50, sources: 1, mitigated: 0 },
    ]);
  });

  test('which networks, with their names, and of which countries', async () => {
    assert.deepEqual(await ask('origin/networks', inEdge), [
      { asn: 64497, as_org: 'Example Mobile', network_type: null, requests: 3, sources: 2, mitigated: 3 },
      { asn: 64496, as_org: 'Example Access', network_type: null, requests: 2, sources: 2, mitigated: 0 },
    ]);
    assert.deepEqual(await rows('origin/places', inEdge), [
      ['BR', 'BR', 64497, 'Example Mobile', 3],
      ['GB', 'GB', 64496, 'Example Access', 2],
    ]);
  });

  test('which sources, each with its first and last request', async () => {
    const sources = await ask('origin/sources', inEdge);
    assert.deepEqual(sources[0], {
      src_ip: '198.51.100.5',
      src_prefix: '198.51.100.0/24',
      provider_country: 'BR',
      country: 'BR',
      asn: 64497,
      asn_logged: 2,
      network_type: null,
      client_class: null,
      requests: 2,
      agents: 1,
      mitigated: 2,
      first_seen: time('15:42:10'),
      last_seen: time('15:42:20'),
    });
    assert.deepEqual(
      sources.map((row) => row.src_ip),
      ['198.51.100.5', '192.0.2.1', '192.0.2.77', '198.51.100.9'],
    );
  });

  test('which sources and prefixes were known before', async () => {
    assert.deepEqual(await ask('origin/new-sources', { ...inEdge, known_day: '2019-11-10' }), [
      { sources: 4, known_sources: 1, known_prefix_sources: 2, requests: 5, known_requests: 1 },
    ]);
    assert.deepEqual(await ask('origin/new-sources', { ...inEdge, known_day: '2019-11-11' }), [
      { sources: 4, known_sources: 0, known_prefix_sources: 0, requests: 5, known_requests: 0 },
    ]);
  });

  test('when and how a thing was seen, by address, prefix, fingerprint and request id', async () => {
    const all = {
      from_day: '2019-11-10',
      until_day: '2019-11-12',
      from_time: '2019-11-10 00:00:00',
      until_time: '2019-11-12 00:00:00',
    };
    const seen = await rows('origin/seen', { ...all, kind: 'ip', value: '192.0.2.1' });
    assert.deepEqual(
      seen.map((row) => [row[0], row[3], row[6], row[7], row[8], row[9]]),
      [
        [EDGE, '/', 'allowed', 1, time('15:42:00'), time('15:42:00')],
        [EDGE, '/', null, 2, '2019-11-10T12:00:00.000Z', time('15:50:00')],
      ].sort((a, b) => Number(b[3]) - Number(a[3])),
    );
    const count = async (kind: string, value: string) =>
      (await ask('origin/seen-rows', { ...all, kind, value })).map((row) => row.record_no);
    assert.deepEqual(await count('prefix', '192.0.2.0/24'), [1, 2, 6, 7]);
    assert.deepEqual(await count('ja4', 'tool'), [3, 4, 5]);
    assert.deepEqual(await count('request-id', 'r1'), [2, 6]);
    assert.deepEqual(await count('ip', 'nobody'), []);
    const [row] = await ask('origin/seen-rows', { ...all, kind: 'request-id', value: 'r4' });
    const [object] = (await lake.markers()).filter(({ vantage }) => vantage === 'edge');
    assert.deepEqual(
      [row!.object_id, row!.path, row!.query, row!.action],
      [object!.object_id, '/page/8/search', 'token77', 'challenged'],
    );
  });

  test('how long answers took, by nearest rank', async () => {
    assert.deepEqual(await ask('impact/latency', { ...WINDOW, source_id: BALANCER }), [
      { host: 'api.example.com', requests: 1, p50_us: 7000, p95_us: 7000, p99_us: 7000 },
      { host: 'www.example.com', requests: 200, p50_us: 100_000, p95_us: 190_000, p99_us: 198_000 },
    ]);
    assert.deepEqual(await ask('impact/latency', { ...WINDOW, source_id: ORIGIN }), []);
  });

  test('where a log is silent for more than five minutes', async () => {
    const gaps = await ask('integrity/gaps', { from_day: '2019-11-10', until_day: '2019-11-11' });
    assert.deepEqual(gaps, [
      {
        source_id: EDGE,
        from_time: '2019-11-10T12:01:00.000Z',
        until_time: time('15:42:00'),
        minutes: 27 * 60 + 41,
      },
      { source_id: EDGE, from_time: time('15:44:00'), until_time: time('15:50:00'), minutes: 6 },
    ]);
    assert.equal((await ask('integrity/gaps', DAYS)).length, 1);
  });

  test('which request ids repeat', async () => {
    const repeats = await ask('integrity/repeated-requests', DAYS);
    assert.deepEqual(
      repeats.find((row) => row.source_id === EDGE),
      {
        source_id: EDGE,
        rows_all: 6,
        rows_with_id: 6,
        distinct_ids: 5,
        // Both rows of the id r1 are of another client and time: two requests.
        repeats: 0,
        rows_of_shared_ids: 2,
      },
    );
    assert.equal(repeats.find((row) => row.source_id === BALANCER)!.repeats, 1);
    assert.equal(repeats.find((row) => row.source_id === ORIGIN)!.rows_with_id, 0);
  });

  test('what was rejected, and why', async () => {
    const rejects = await rows('integrity/rejects', DAYS);
    assert.deepEqual(
      rejects.map((row) => row.slice(1)),
      [
        ['apache-combined', 'not-an-access-log-line', 1, 9],
        ['apache-combined', 'time-out-of-range', 1, 10],
      ],
    );
  });

  test('what each log covers', async () => {
    const coverage = await ask('integrity/coverage', { from_day: '2019-11-10', until_day: '2019-11-11' });
    assert.deepEqual(
      coverage.map((row) => row.source_id),
      [ORIGIN, BALANCER, EDGE],
    );
    const {
      first_minute,
      last_minute,
      requests,
      hours,
      quietest_hour,
      without_source,
      reserved,
      action_known,
      hosts,
      first_host,
    } = coverage[2]!;
    assert.deepEqual(
      [
        first_minute,
        last_minute,
        requests,
        hours,
        quietest_hour,
        without_source,
        reserved,
        action_known,
        hosts,
        first_host,
      ],
      ['2019-11-10T12:00:00.000Z', time('15:50:00'), 7, 2, 1, 0, 7, 4, 1, 'www.example.com'],
    );
    assert.equal(coverage[1]!.without_source, 152);
  });

  test('how many requests a minute, and how many were stopped', async () => {
    const minutes = (await ask('detection/minutes', DAYS)).filter((row) => row.source_id === EDGE);
    assert.deepEqual(
      minutes.map((row) => [row.minute, row.requests, row.mitigated, row.action_known]),
      [
        [time('15:42:00'), 3, 2, 3],
        [time('15:43:00'), 2, 1, 1],
        [time('15:50:00'), 1, 0, 0],
      ],
    );
    const outcomes = (await ask('detection/outcomes-by-minute', DAYS)).filter(
      (row) => row.source_id === EDGE,
    );
    assert.deepEqual(
      outcomes.map((row) => [
        row.requests,
        row.status_2xx,
        row.status_4xx,
        row.allowed,
        row.blocked,
        row.challenged,
      ]),
      [
        [3, 1, 2, 1, 2, 0],
        [2, 1, 1, 0, 0, 1],
        [1, 1, 0, 0, 0, 0],
      ],
    );
  });

  test('which signatures, as templates of paths and queries', async () => {
    const signatures = await ask('technique/signatures', inEdge);
    assert.deepEqual(
      signatures.map((row) => [
        row.fingerprint,
        row.user_agent,
        row.http_method,
        row.path_template,
        row.query_template,
        row.has_referrer,
        row.requests,
      ]),
      [
        ['tool', 'tool/1', 'POST', '/page/{n}/search', 'q={t}&sort={w}', false, 2],
        ['browser', 'Mozilla/5.0', 'GET', '/', null, false, 1],
        ['browser', 'Mozilla/5.0', 'GET', '/', null, true, 1],
        ['tool', 'tool/1', 'POST', '/page/{n}/search', '{t}', false, 1],
      ],
    );
    const minutes = await rows('technique/signature-minutes', inEdge);
    assert.deepEqual(
      minutes.map((row) => [row[0], row[5], row[6], row.at(-2)]),
      [
        [time('15:42:00'), '/page/{n}/search', 'q={t}&sort={w}', 2],
        [time('15:42:00'), '/', null, 1],
        [time('15:43:00'), '/', null, 1],
        [time('15:43:00'), '/page/{n}/search', '{t}', 1],
      ],
    );
    const sources = await ask('technique/source-signatures', inEdge);
    const tool = sources.find((row) => row.src_ip === '198.51.100.5')!;
    assert.deepEqual(
      [
        tool.requests,
        tool.repeats,
        tool.action_known,
        tool.mitigated,
        tool.origin_known,
        tool.reached_origin,
      ],
      [2, 0, 2, 2, 2, 0],
    );
  });

  test('which agents, fingerprints and paths', async () => {
    assert.deepEqual(await rows('technique/agents', inEdge), [
      ['tool/1', 3, 2, 1],
      ['Mozilla/5.0', 2, 2, 1],
    ]);
    assert.deepEqual(await rows('technique/fingerprints', inEdge), [
      ['tool', null, 3, 2, 1],
      ['browser', null, 2, 2, 1],
    ]);
    assert.deepEqual(await rows('technique/paths', inEdge), [
      ['www.example.com', '/', 2, 0, 2, 0],
      ['www.example.com', '/page/8/search', 2, 2, 2, 2],
      ['www.example.com', '/page/17/search', 1, 1, 1, 1],
    ]);
  });

  test('which pingbacks, log-in attempts and answers on administrative paths', async () => {
    const inOrigin = { ...WINDOW, source_id: ORIGIN };
    assert.deepEqual(await rows('indicators/pingbacks', inOrigin), [
      ['192.0.2.200', 2, 2],
      [null, 1, 1],
    ]);
    assert.deepEqual(await rows('indicators/login-attempts', inOrigin), [[null, '/wp-login.php', 2, 1, 1]]);
    const sensitive = await ask('impact/sensitive-paths', DAYS);
    assert.deepEqual(
      sensitive.map((row) => [row.path, row.src_ip, row.answered, row.largest_response, row.record_no]),
      [['/backup.zip', '203.0.113.5', 1, 9000, 6]],
    );
  });

  test('who came to the balancer past the proxy', async () => {
    assert.deepEqual(await rows('indicators/direct-to-origin', DAYS), [
      [BALANCER, '203.0.113.5', 50, '2019-11-11T15:42:00.186Z', '2019-11-11T15:42:00.186Z'],
    ]);
  });
});
