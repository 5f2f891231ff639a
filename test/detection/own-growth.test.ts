/** Growth that is a log's own: jobs by the clock, new releases, and who asks on for what a flood asks for. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Candidate } from '../../src/detection/candidates.ts';
import { steadyRobots, withoutGoingOn } from '../../src/detection/going-on.ts';
import { MINUTE } from '../../src/detection/minute-series.ts';
import { scheduleOf } from '../../src/detection/schedule.ts';
import type { SourceRow } from '../../src/detection/sources.ts';
import { verdictOf } from '../../src/detection/verdict.ts';
import { bots, flood, input, people, results } from './made-requests.ts';

const DAY = 1440 * MINUTE;
const rise = (start: number, { peak = 5000, minutes = 10 } = {}): Candidate => ({
  ...{ sourceId: 'log', vantage: 'edge', start, end: start + minutes * MINUTE, peakAt: start, peak },
  ...{ expectedAtPeak: 10, rung: 'own-minutes', forced: false, basis: 'volume' },
  ...{ around: { from: start, until: start + minutes * MINUTE }, hosts: [null], smallHost: null },
});

describe('A schedule', () => {
  const whole = { from: 0, until: 4 * DAY };
  const at = (...starts: number[]): Candidate[] => starts.map((start) => rise(start));
  const ofFirst = (candidates: readonly Candidate[]) => scheduleOf(candidates[0]!, { candidates, whole });

  test('is at its minute on half of the other days, and on two at least', () => {
    const three = 180 * MINUTE;
    assert.deepEqual(ofFirst(at(three, three + DAY, three + 2 * DAY - MINUTE)), { days: 2, of: 3 });
    assert.equal(ofFirst(at(three, three + DAY)), null);
    assert.equal(ofFirst(at(three, three + DAY + 30 * MINUTE, three + 2 * DAY)), null);
    assert.equal(ofFirst(at(three, three + 10 * MINUTE, three + 20 * MINUTE, three + 30 * MINUTE)), null);
  });

  test('is of rises that are alike', () => {
    const small = [rise(0), rise(DAY, { peak: 500 }), rise(2 * DAY, { peak: 900 })];
    assert.equal(ofFirst(small), null);
    const long = [rise(0), rise(DAY, { minutes: 90 }), rise(2 * DAY, { minutes: 80 })];
    assert.equal(ofFirst(long), null);
  });

  test('of one machine is no attack, of many it is', () => {
    const schedule = { days: 3, of: 3 };
    const one = [...people(100), ...bots(1, { requests: 9000 })];
    assert.equal(verdictOf(input(one)).kind, 'attack');
    const job = verdictOf(input(one, { schedule }));
    assert.deepEqual([job.kind, results(job).schedule], ['unexplained', 'benign']);
    const many = verdictOf(input([...people(100), ...bots(200)], { schedule }));
    assert.deepEqual([many.kind, results(many).schedule], ['attack', 'neither']);
  });
});

describe('What grew in the place of the usual', () => {
  const known = { sources: 100, knownPrefixSources: 40 };

  test('is no attack where the log knew its addresses', () => {
    const rows = [...people(5), ...bots(200)];
    // What is left is enough, or so little that it says nothing.
    for (const expected of [20, 99]) assert.equal(verdictOf(input(rows, { known, expected })).kind, 'attack');
    const release = verdictOf(input(rows, { known, expected: 6000 }));
    assert.deepEqual([release.kind, results(release).replacement], ['unexplained', 'benign']);
  });

  test('of new addresses says nothing: a flood can silence all others', () => {
    const verdict = verdictOf(
      input([...people(5), ...bots(200)], {
        known: { sources: 100, knownPrefixSources: 2 },
        expected: 6000,
      }),
    );
    assert.deepEqual([verdict.kind, results(verdict).replacement], ['attack', undefined]);
  });
});

test('Who attacked before is known for that, and not as a visitor', () => {
  const known = { sources: 100, knownPrefixSources: 90 };
  const again = bots(200);
  const of = (attackedBefore: ReadonlySet<string>) =>
    results(verdictOf(input([...people(100), ...again], { known, attackedBefore })))['known-prefixes'];
  assert.equal(of(new Set()), 'benign');
  assert.equal(of(new Set(again.map(({ srcIp }) => srcIp))), 'attack');
  assert.equal(of(new Set(again.slice(0, 50).map(({ srcIp }) => srcIp))), 'benign');
});

test('A defence that stops nothing of anybody speaks for no crowd', () => {
  const allowed = [...people(100), ...bots(200)].map((row) => ({ ...row, actionKnown: row.requests }));
  const [first, ...others] = allowed;
  assert.equal(results(verdictOf(input(allowed))).defence, 'neither');
  assert.equal(results(verdictOf(input([{ ...first!, mitigated: 1 }, ...others]))).defence, 'benign');
});

test('Who sent as much just before goes on, but for attackers of an earlier window and shared addresses', () => {
  const { judged } = input([...people(100), ...bots(10)]);
  const [robot, fewer, shared, ...others] = judged.filter(({ attacking }) => attacking);
  const sent = new Map([
    [robot!.srcIp, 60],
    [fewer!.srcIp, 30],
    [shared!.srcIp, 300],
  ]);
  const before = { sent, minutes: 20, windowMinutes: 20 };
  const withShared = judged.map((each) => (each === shared ? { ...each, otherRequests: 200 } : each));
  const attackersBut = (attackedBefore: ReadonlySet<string>) =>
    withoutGoingOn(withShared, { before, robots: new Set(), attackedBefore })
      .filter(({ attacking }) => attacking)
      .map(({ srcIp }) => srcIp);
  const rest = [fewer!, shared!, ...others].map(({ srcIp }) => srcIp);
  assert.deepEqual(attackersBut(new Set()), rest);
  assert.deepEqual(attackersBut(new Set([robot!.srcIp])), [robot!.srcIp, ...rest]);
});

test('A robot that names itself and asks no more than at other times is no attacker, whatever it is folded with', () => {
  const robot = (version: string): string =>
    `Reader/${version} (compatible; ReaderBot; https://reader.example)`;
  const of = (userAgent: string, srcIp: string, requests: number): SourceRow => ({
    ...bots(1, { requests })[0]!,
    ...{ srcIp, original: { ...flood, userAgent } },
  });
  const usualOf = (userAgent: string, requests: number) => ({ signature: { ...flood, userAgent }, requests });
  const rows = [
    of(robot('1'), '198.51.100.1', 20),
    of(robot('2'), '198.51.100.2', 200),
    of(robot('3'), '198.51.100.3', 20),
    of('Reader/4', '198.51.100.4', 20),
    of(robot('1'), '198.51.100.5', 10),
    of('curl/8', '198.51.100.5', 10),
  ];
  const counted = [
    usualOf(robot('1'), 180),
    usualOf(robot('2'), 180),
    usualOf(robot('3'), 9),
    usualOf('Reader/4', 180),
  ];
  const { composition } = input(rows);
  assert.deepEqual(
    steadyRobots({ rows, minutes: 20 }, { counted, minutes: 200 }, composition),
    new Set(['198.51.100.1']),
  );
  const judged = input([...people(100), ...bots(3)]).judged;
  const left = withoutGoingOn(judged, {
    ...{ before: null, attackedBefore: new Set<string>() },
    robots: new Set(['198.51.100.1']),
  });
  assert.deepEqual(
    left.filter(({ attacking }) => attacking).map(({ srcIp }) => srcIp),
    ['198.51.100.0', '198.51.100.2'],
  );
});
