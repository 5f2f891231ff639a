import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { MINUTE, type MinuteRow, minuteSeries, outermostLogs } from '../../src/detection/minute-series.ts';

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
        { sourceId: 'alb', vantage: 'balancer', host: 'internal.example.com' },
      ]),
      ['alb', 'cdn'],
    );
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
