import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { candidatesOf } from '../../src/detection/candidates.ts';
import {
  countBetween,
  countKnown,
  knownMinutes,
  MINUTE,
  type MinuteRow,
  minuteSeries,
  outermostLogs,
} from '../../src/detection/minute-series.ts';

const row = (part: Partial<MinuteRow>): MinuteRow => ({
  sourceId: 'edge-log',
  vantage: 'edge',
  host: 'www.example.com',
  minute: 0,
  requests: 1,
  mitigated: 0,
  ...part,
});

describe('Series of minutes', () => {
  test('span the whole time of their log, with zeros where nothing was', () => {
    const series = minuteSeries([
      row({ minute: 10 * MINUTE, requests: 5 }),
      row({ minute: 14 * MINUTE, requests: 7, mitigated: 2 }),
      row({ host: 'api.example.com', minute: 12 * MINUTE, requests: 3 }),
      row({ host: null, minute: 12 * MINUTE, requests: 4 }),
      row({ sourceId: 'other', minute: 99 * MINUTE }),
    ]);
    const find = (sourceId: string, host: string | null, total: boolean) =>
      series.find((each) => each.sourceId === sourceId && each.host === host && each.total === total)!;
    assert.equal(series.length, 6);
    assert.deepEqual([...find('edge-log', 'www.example.com', false).requests], [5, 0, 0, 0, 7]);
    assert.deepEqual([...find('edge-log', 'www.example.com', false).mitigated], [0, 0, 0, 0, 2]);
    assert.deepEqual([...find('edge-log', 'api.example.com', false).requests], [0, 0, 3, 0, 0]);
    assert.deepEqual([...find('edge-log', null, false).requests], [0, 0, 4, 0, 0]);
    assert.deepEqual([...find('edge-log', null, true).requests], [5, 0, 7, 0, 7]);
    assert.equal(find('edge-log', null, true).start, 10 * MINUTE);
    assert.deepEqual([...find('other', null, true).requests], [1]);
  });

  test('keep every request: the hosts of a log add up to its total', () => {
    const rows = fc.array(
      fc.record({
        sourceId: fc.constantFrom('a', 'b'),
        vantage: fc.constant('edge'),
        host: fc.constantFrom(null, 'x', 'y'),
        minute: fc.nat({ max: 50 }).map((minute) => minute * MINUTE),
        requests: fc.nat({ max: 100 }),
        mitigated: fc.nat({ max: 100 }),
      }),
      { minLength: 1, maxLength: 40 },
    );
    const sum = (counts: Float64Array) => counts.reduce((all, count) => all + count, 0);
    fc.assert(
      fc.property(rows, (given) => {
        const series = minuteSeries(given);
        for (const sourceId of new Set(given.map((each) => each.sourceId))) {
          const expected = given
            .filter((each) => each.sourceId === sourceId)
            .reduce((all, each) => all + each.requests, 0);
          const own = series.filter((each) => each.sourceId === sourceId);
          const hosts = own.filter((each) => !each.total).reduce((all, each) => all + sum(each.requests), 0);
          assert.equal(sum(own.find((each) => each.total)!.requests), expected);
          assert.equal(hosts, expected);
        }
      }),
    );
  });
});

describe('The outermost log', () => {
  const outermost = (rows: Partial<MinuteRow>[]) => [...outermostLogs(minuteSeries(rows.map(row)))].sort();

  test('speaks for a host that several logs saw', () => {
    const logs = [
      { sourceId: 'origin-log', vantage: 'origin' },
      { sourceId: 'alb', vantage: 'balancer' },
      { sourceId: 'cdn', vantage: 'edge' },
    ];
    assert.deepEqual(outermost(logs), ['cdn']);
    assert.deepEqual(outermost([...logs].reverse()), ['cdn']);
    assert.deepEqual(outermost(logs.slice(0, 2)), ['alb']);
  });

  test('is another for a host that the edge does not see', () => {
    assert.deepEqual(
      outermost([
        { sourceId: 'cdn', vantage: 'edge' },
        { sourceId: 'alb', vantage: 'balancer' },
        { sourceId: 'alb', vantage: 'balancer', host: 'internal.example.com', requests: 9 },
      ]),
      ['alb', 'cdn'],
    );
  });

  test('stays one where a stray host or an entry without a host is all that the inner log has alone', () => {
    const edge = { sourceId: 'cdn', vantage: 'edge', requests: 9 };
    const inner = { sourceId: 'alb', vantage: 'balancer', withoutSource: 1 };
    assert.deepEqual(
      outermost([edge, { ...inner, requests: 9, withoutSource: 9 }, { ...inner, host: null }]),
      ['cdn'],
    );
    assert.deepEqual(
      outermost([edge, { ...inner, requests: 9, withoutSource: 9 }, { ...inner, host: 'zz.example' }]),
      ['cdn'],
    );
  });

  test('speaks in its own time alone', () => {
    const edge = { sourceId: 'cdn', vantage: 'edge', minute: 0 };
    const hour = Array.from({ length: 60 }, (_, minute) => minute * 60_000);
    for (const host of ['www.example.com', null]) {
      const inner = { sourceId: 'origin-log', vantage: 'origin', host, requests: 9, withoutSource: 9 };
      const innerHour = hour.map((minute) => ({ ...inner, minute }));
      // A year later, of a minute, and of as long.
      assert.deepEqual(outermost([edge, { ...inner, minute: 365 * 86_400_000 }]), ['cdn', 'origin-log']);
      assert.deepEqual(outermost([{ ...edge, host: 'www.example.com' }, ...innerHour]), [
        'cdn',
        'origin-log',
      ]);
      assert.deepEqual(outermost([...hour.map((minute) => ({ ...edge, minute })), ...innerHour]), ['cdn']);
    }
  });

  test('is a log without hosts, too, since nothing says that another speaks for it', () => {
    assert.deepEqual(
      outermost([
        { sourceId: 'cdn', vantage: 'edge' },
        { sourceId: 'apache', vantage: 'origin', host: null },
      ]),
      ['apache', 'cdn'],
    );
  });
});

describe('The known minutes of a log', () => {
  const busy = (minute: number): number => 20 + (minute % 7);

  test('leave out an hour of silence of a busy log, and keep a short one', () => {
    const total = Float64Array.from({ length: 1440 }, (_, minute) =>
      minute >= 600 && minute < 660 ? 0 : minute >= 900 && minute < 930 ? 0 : busy(minute),
    );
    const known = knownMinutes(total);
    assert.equal(
      known.reduce((sum, each) => sum + each, 0),
      1380,
    );
    assert.equal(known[599], 1);
    assert.equal(known[600], 0);
    assert.equal(known[660], 1);
  });

  test('are all of those of a log that is idle by nature', () => {
    const total = new Float64Array(1440);
    total.fill(60, 700, 730);
    assert.equal(knownMinutes(total).includes(0), false);
  });

  test('do not bridge a record with a wrong clock: it is a stretch of its own', () => {
    const day = Date.UTC(2019, 10, 11);
    const rows = Array.from({ length: 2880 }, (_, minute) => ({
      sourceId: 'log',
      vantage: 'edge',
      host: 'www.example.org',
      minute: day + minute * MINUTE,
      requests: busy(minute),
      mitigated: 0,
    }));
    const series = minuteSeries([{ ...rows[0]!, minute: Date.UTC(1999, 0, 1), requests: 1 }, ...rows]);
    assert.deepEqual(
      series.filter((each) => each.total).map((each) => each.requests.length),
      [1, 2880],
    );
    assert.deepEqual(candidatesOf(series), []);
  });

  test('are counted between two times in whole minutes, over all stretches', () => {
    const stretch = (start: number) => ({
      start: start * MINUTE,
      requests: Float64Array.of(1, 2, 4, 8),
      mitigated: Float64Array.of(0, 1, 0, 1),
    });
    const both = [stretch(10), stretch(20)];
    const between = (from: number, until: number) => ({ from: from * MINUTE, until: until * MINUTE });
    assert.equal(countBetween(both, between(0, 100)), 30);
    assert.equal(countBetween(both, between(11, 13)), 6);
    assert.equal(countBetween(both, between(11.5, 12.5)), 6);
    assert.equal(countBetween(both, between(13, 21)), 9);
    assert.equal(countBetween(both, { ...between(0, 100), of: 'mitigated' }), 4);
    assert.equal(countBetween(both, { ...between(0, 100), of: 'failed' }), 0);
    assert.equal(countBetween(both, between(14, 20)), 0);
  });
});

describe('A log of which somebody cut out an hour a day', () => {
  const parts = (days: number, rate: (minute: number) => number): Float64Array =>
    Float64Array.from({ length: (days - 1) * 1440 + 84 }, (_, minute) =>
      minute % 1440 < 84 ? rate(minute) : 0,
    );

  test('has gaps between its parts, and no minute without a request', () => {
    const total = parts(3, () => 60);
    assert.equal(countKnown(total), 3 * 84);
    assert.equal(knownMinutes(total)[84], 0);
  });

  test('is told from one that is idle by nature, whose requests are few or short', () => {
    const sparse = parts(3, (minute) => (minute % 3 === 0 ? 4 : 0));
    assert.equal(countKnown(sparse), sparse.length);
    const bursts = parts(3, () => 60);
    bursts[600] = 1;
    assert.equal(countKnown(bursts), bursts.length);
  });
});
