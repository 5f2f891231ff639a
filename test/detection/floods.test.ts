/** What makes a flood of a growth of flows or queries, case by case: each rule fails where its mark is absent. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { baselineOf } from '../../src/detection/baseline.ts';
import { candidatesOf } from '../../src/detection/candidates.ts';
import { nameTests } from '../../src/detection/dns-verdict.ts';
import { flowSeries, isSizeable, vectorOf } from '../../src/detection/flow-series.ts';
import {
  ackTests,
  answersOpenings,
  carpetTest,
  grownTest,
  isFlood,
  oneTargetTest,
  reflectedServices,
  reflectionTests,
  synTests,
  udpTests,
  unflaggedTests,
} from '../../src/detection/flow-verdict.ts';
import { atLeastNearby, growthOf, swingOf } from '../../src/detection/minute-growth.ts';
import { MINUTE } from '../../src/detection/minute-series.ts';
import { returningSenders } from '../../src/detection/udp-senders.ts';

const flat = (minutes: number, value: number): Float64Array => new Float64Array(minutes).fill(value);
const START = Date.UTC(2019, 10, 14);

describe('growth', () => {
  const counts = flat(400, 20);
  counts.fill(300, 200, 210);
  const quiet = new Uint8Array(400).fill(1).fill(0, 185, 225);
  const baseline = baselineOf(counts, quiet);

  test('is what stands out, from its first minute to its last', () => {
    const growth = growthOf(counts, { baseline, from: 193, until: 217 })!;
    assert.deepEqual([growth.from, growth.until, growth.peak], [200, 210, 280]);
    assert.deepEqual([growth.excess, growth.expected], [2800, 200]);
    assert.equal(growthOf(counts, { baseline, from: 20, until: 40 }), null);
  });

  test('expects no less than the minutes around it have, and gives away what they swing by', () => {
    const rising = flat(400, 20);
    rising.fill(60, 150);
    const nearby = atLeastNearby(rising, { baseline, quiet, from: 200, until: 210 });
    assert.deepEqual([nearby.expected[205], nearby.expected[199]], [60, baseline.expected[199]]);
    const swing = swingOf([200, 201, 202, 203], baseline);
    assert.ok(Math.abs(swing - 4 * baseline.scale[200]!) < 1e-9);
  });
});

describe('the series of flows', () => {
  const minutes = Array.from({ length: 300 }, (_, index) => START + index * MINUTE);
  const log = { sourceId: 'flows', vantage: 'network' };
  const row = (minute: number, vector: 'udp' | 'tcp', packets: number) => ({
    ...{ minute, vector, packets, flows: 30, bytes: packets * 100 },
    ...{ actionKnown: 0, mitigated: 0, flagsKnown: 30 },
  });

  test('show packets of vectors without connections, and those of TCP not', () => {
    const found = (vector: 'udp' | 'tcp') => {
      const rows = minutes.map((minute, index) =>
        row(minute, vector, index >= 150 && index < 160 ? 900_000 : 90),
      );
      return candidatesOf(flowSeries(log, { vectors: rows, targets: [] }));
    };
    assert.deepEqual(found('tcp'), []);
    const [candidate, ...rest] = found('udp');
    assert.deepEqual(rest, []);
    assert.equal(candidate!.start, START + 150 * MINUTE);
    assert.ok(candidate!.hosts.some((host) => host !== null && vectorOf(host) === 'udp'));
  });

  test('take a vector for a flood from the floor of the finder on', () => {
    const [flows, packets] = [flat(10, 1), flat(10, 50)];
    const where = { vector: 'udp' as const, forced: false, from: 2, until: 8 };
    assert.ok(!isSizeable({ flows, packets }, where), 'one flow that a door shut out');
    flows[1] = 500;
    assert.ok(!isSizeable({ flows, packets }, where), 'outside its growth');
    flows[5] = 60;
    assert.ok(isSizeable({ flows, packets }, where));
    flows[5] = 10;
    assert.ok(isSizeable({ flows, packets }, { ...where, forced: true }));
    packets[5] = 6_000;
    assert.ok(isSizeable({ flows, packets }, where), 'a few strong flows');
    assert.ok(!isSizeable({ flows, packets }, { ...where, vector: 'tcp-syn-only' }));
  });

  test('show a target that rises where the log as a whole hardly does', () => {
    const vectors = minutes.map((minute) => ({ ...row(minute, 'tcp', 0), flows: 3_000 }));
    const targets = minutes.flatMap((minute, index) => [
      { minute, target: '192.0.2.1', flows: index >= 150 && index < 160 ? 200 : 10, packets: 0 },
      { minute, target: '192.0.2.2', flows: 2_900, packets: 0 },
    ]);
    const [candidate, ...rest] = candidatesOf(flowSeries(log, { vectors, targets }));
    assert.deepEqual(rest, []);
    assert.deepEqual(candidate!.hosts, ['192.0.2.1']);
  });
});

describe('a flood has the marks of its kind', () => {
  const grown = grownTest('x', { excess: 500, expected: 20, unit: 'flows' });
  const verdict = (...tests: Parameters<typeof isFlood>[0]): boolean => isFlood([grown, ...tests]);

  test('growth alone is none, unless it is fivefold', () => {
    assert.equal(grown.result, 'attack');
    assert.equal(grownTest('x', { excess: 90, expected: 20, unit: 'flows' }).result, 'neither');
  });

  test('SYNs alone go to one service and open nothing', () => {
    const row = { target: '192.0.2.1', port: 443, synOnly: 1_000, others: 50, answers: 300 };
    assert.ok(verdict(...synTests([row], [])));
    const crowd = { ...row, others: 900 };
    assert.ok(!verdict(...synTests([crowd], [])), 'visitors open connections');
    const usual = { ...row, synOnly: 20, others: 800 };
    const elsewhere = { ...usual, target: '192.0.2.9' };
    assert.ok(verdict(...synTests([crowd], [elsewhere])), 'none was half-open before');
    assert.ok(verdict(...synTests([crowd], [usual])), 'few are half-open at other times');
    assert.ok(!verdict(...synTests([crowd], [{ ...usual, synOnly: 400 }])), 'as many are at other times');
    assert.ok(!verdict(...synTests([{ ...row, others: 1_100 }], [usual])), 'most went on');
    const sweep = Array.from({ length: 20 }, (_, index) => ({
      ...row,
      target: `192.0.2.${index}`,
      synOnly: 50,
    }));
    assert.ok(!verdict(...synTests(sweep, [])), 'a sweep over many services is no flood');
    assert.ok(!verdict(...synTests([], [])));
  });

  test('without flags, small flows open nothing and come from addresses drawn anew', () => {
    const row = {
      ...{ target: '192.0.2.1', port: 443, small: 1_000, sources: 990, newFlows: 980, newSources: 975 },
      ...{ others: 100, answers: 300, answersWithOptions: 300 },
    };
    assert.ok(verdict(...unflaggedTests([row], [])));
    assert.ok(!verdict(...unflaggedTests([{ ...row, others: 2_000 }], [])), 'most went on');
    assert.ok(
      !verdict(...unflaggedTests([{ ...row, newSources: 300, newFlows: 310 }], [])),
      'known addresses',
    );
    assert.ok(!verdict(...unflaggedTests([{ ...row, sources: 150, newSources: 150 }], [])), 'few addresses');
    assert.ok(
      !verdict(...unflaggedTests([{ ...row, sources: 400, newSources: 400 }], [])),
      'each comes twice and more',
    );
    assert.ok(!verdict(...unflaggedTests([], [])));
    assert.ok(answersOpenings(row));
    assert.ok(!answersOpenings({ ...row, answersWithOptions: 10 }), 'resets have no options');
    assert.ok(!answersOpenings({ ...row, answers: 0, answersWithOptions: 0 }));
  });

  test('senders of UDP are told where most of it came under addresses that came again', () => {
    const bot = { flows: 40, minutes: 12, ports: 40, blocked: 0 };
    const once = { flows: 1, minutes: 1, ports: 1, blocked: 1 };
    assert.deepEqual(returningSenders([bot, bot, once], { flows: 90 }), [bot, bot]);
    assert.equal(returningSenders([bot, once], { flows: 400 }), null, 'the rest is forged');
    const scanner = { flows: 3, minutes: 3, ports: 3, blocked: 3 };
    assert.deepEqual(returningSenders([bot, { ...scanner, flows: 5, blocked: 5 }], { flows: 45 }), [
      bot,
      { ...scanner, flows: 5, blocked: 5 },
    ]);
    const strong = { ...bot, flows: 400 };
    assert.deepEqual(
      returningSenders([strong, strong, { ...scanner, flows: 6, blocked: 6 }], { flows: 800 }),
      [strong, strong],
    );
    const player = { flows: 40, minutes: 12, ports: 1, blocked: 0 };
    assert.deepEqual(returningSenders([bot, player], { flows: 45 }), [bot], 'one port that is open');
  });

  test('small packets belong to connections that nobody opened', () => {
    const row = { target: '192.0.2.1', port: 443, flows: 100, unopened: 95, unopenedPackets: 9_000 };
    assert.ok(verdict(...ackTests([row])));
    assert.ok(!verdict(...ackTests([{ ...row, unopened: 20 }])), 'downloads are acknowledged');
    assert.ok(!verdict(...ackTests([])));
  });

  test('answers are unasked, larger than any question, and of many', () => {
    const ntp = {
      ...{ port: 123, service: 'ntp', bytes: 468_000, packets: 1_000 },
      ...{ unaskedBytes: 468_000, unaskedPackets: 1_000, unaskedSources: 40, unaskedFlows: 400 },
    };
    assert.ok(verdict(...reflectionTests([ntp])));
    assert.ok(
      !verdict(...reflectionTests([{ ...ntp, unaskedBytes: 100_000, unaskedPackets: 300 }])),
      'asked for',
    );
    assert.ok(
      !verdict(...reflectionTests([{ ...ntp, bytes: 76_000, unaskedBytes: 76_000 }])),
      'not amplified',
    );
    assert.ok(!verdict(...reflectionTests([{ ...ntp, unaskedSources: 2 }])), 'two machines');
    const stray = { ...ntp, port: 53, service: 'dns', unaskedBytes: 900 };
    assert.deepEqual(reflectedServices([ntp, stray]), [ntp]);
  });

  test('UDP goes to ports that nobody serves, or is shut out; a crowd of UDP is none', () => {
    const row = { target: '192.0.2.1', flows: 1_000, packets: 9_000, ports: 1, blocked: 0 };
    assert.ok(!verdict(...udpTests([row])));
    assert.ok(verdict(...udpTests([{ ...row, ports: 800 }])));
    assert.ok(verdict(...udpTests([{ ...row, blocked: 1_000 }])));
  });

  test('one address is meant, or one network with none above the others', () => {
    const one = oneTargetTest([
      { target: '192.0.2.1', packets: 90 },
      { target: '192.0.2.2', packets: 10 },
    ]);
    assert.equal(one.result, 'attack');
    assert.equal(oneTargetTest([]).result, 'neither');
    const carpet = { network: '192.0.2.0/24', targets: 200, bytes: 1_000, first: 10 };
    assert.equal(carpetTest([carpet], [{ ...carpet, bytes: 700 }]).result, 'neither', 'a swing of its bytes');
    const other = { network: '198.51.100.0/24', targets: 3, bytes: 5_000, first: 4_000 };
    assert.equal(carpetTest([carpet, other], [other]).result, 'attack', 'what was there before is no growth');
    assert.equal(carpetTest([carpet, other], []).result, 'neither');
    assert.equal(carpetTest([{ ...carpet, targets: 5 }], []).result, 'neither');
    assert.equal(carpetTest([{ ...carpet, first: 700 }], []).result, 'neither');
    assert.equal(carpetTest([], []).network, null);
  });

  test('names were never asked before, are asked once and do not exist', () => {
    const row = {
      ...{ zone: 'campaign.example', queries: 1_000, names: 950, askedOnce: 940 },
      ...{ queriesNeverBefore: 940, codeKnown: 1_000, notExisting: 930 },
    };
    assert.ok(isFlood(nameTests(row)));
    assert.ok(!isFlood(nameTests({ ...row, queriesNeverBefore: 100 })), 'names of a crowd are known');
    assert.ok(!isFlood(nameTests({ ...row, askedOnce: 100 })));
    assert.ok(!isFlood(nameTests({ ...row, notExisting: 0 })), 'a campaign of links of its own');
    assert.ok(isFlood(nameTests({ ...row, codeKnown: 0, notExisting: 0 })), 'a log without answers');
    assert.ok(!isFlood(nameTests(null)));
  });
});
