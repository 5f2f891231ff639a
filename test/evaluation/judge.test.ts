/** What the evaluation makes of a report, against counts by hand. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { countInterval, shareInterval } from '../../evaluation/intervals.ts';
import { judge } from '../../evaluation/judge.ts';
import { perturbed } from '../../evaluation/perturb.ts';
import type { ReportModel } from '../../src/report/model.ts';
import type { AnyScenario } from '../../src/simulate/rates.ts';
import type { Scenario } from '../../src/simulate/scenario.ts';
import { allScenarios } from '../../src/simulate/scenarios.ts';
import type { Truth } from '../../src/simulate/truth.ts';

const at = (minute: number, second = 0): string =>
  new Date(Date.UTC(2019, 10, 15, 14, minute, second)).toISOString();

function truth(change: Partial<Truth>): Truth {
  const base = { windows: [], surges: [], attackers: [], attackers_requests: [], attack_requests: 0 };
  return { ...base, data_access: 'none', ...change } as unknown as Truth;
}

function window(from: string, until: string, kind: Truth['windows'][0]['kind'] = 'http-flood') {
  return { from, until, kind, techniques: [], attack_requests: 0, attackers_count: 0 };
}

function report(windows: [string, string, string][], surges: [string, string, string][] = []): ReportModel {
  const spans = (list: [string, string, string][]) =>
    list.map(([start, end, kind]) => ({ start, end, kind }));
  return {
    windows: spans(windows),
    surges: spans(surges),
    sources_answer: 'listed',
    data_access: { answer: 'cannot-say', findings: [] },
    coverage: { gaps: [], logs: [] },
  } as unknown as ReportModel;
}

describe('judge', () => {
  test('counts windows that are found, missed and false', () => {
    const three = truth({ windows: [window(at(0), at(10)), window(at(20), at(30)), window(at(50), at(55))] });
    const said = report([
      [at(1), at(10, 30), 'http-flood'],
      [at(22), at(29), 'pingback'],
      [at(31), at(40), 'http-flood'],
    ]);
    const judged = judge(three, said, []);
    assert.deepEqual(judged.windows, { true: 3, found: 2, false: 1 });
    assert.deepEqual(judged.kinds, { found: 2, right: 1 });
    assert.deepEqual(judged.startSeconds, [60, 120]);
    assert.deepEqual(judged.endSeconds, [30, -60]);
  });

  test('holds waves that one window covers against it together, and one wave against windows that share it', () => {
    const waves = truth({ windows: [window(at(0), at(10)), window(at(20), at(30))] });
    const whole = judge(waves, report([[at(0), at(31), 'http-flood']]), []);
    assert.deepEqual(whole.windows, { true: 2, found: 2, false: 0 });
    assert.deepEqual([whole.startSeconds, whole.endSeconds], [[0], [60]]);
    const halves = report([
      [at(0), at(4), 'http-flood'],
      [at(5), at(9), 'http-flood'],
    ]);
    const parts = judge(truth({ windows: [window(at(0), at(10))] }), halves, []);
    assert.deepEqual(parts.windows, { true: 1, found: 1, false: 0 });
    assert.deepEqual([parts.startSeconds, parts.endSeconds], [[0], [-60]]);
  });

  test('holds windows of one surface against each other alone, and takes a reflector that is named for right', () => {
    const both = truth({
      windows: [{ ...window(at(0), at(10), 'udp-reflection'), surface: 'network' }, window(at(0), at(10))],
      reflectors: ['192.0.2.1', '192.0.2.2'],
      reflectors_requests: [6, 4],
      attack_requests: 10,
    });
    const said = report([[at(0), at(10), 'http-flood']]);
    said.windows[0]!.surface = 'network';
    const judged = judge(both, said, [{ address: '192.0.2.1', attackRequests: 6 }]);
    assert.deepEqual(judged.windows, { true: 2, found: 1, false: 0 });
    assert.deepEqual(judged.kinds, { found: 1, right: 0 });
    assert.deepEqual(judged.addresses, { precision: 1, recall: 0.5 });
    assert.deepEqual(judged.requests, { precision: 1, recall: 0.6 });
    const forged = judge(truth({ attack_requests: 10 }), report([]), [
      { address: '192.0.2.1', attackRequests: 6 },
    ]);
    assert.deepEqual(forged.requests, { precision: 0, recall: null });
  });

  test('weighs sources by address and by request', () => {
    const four = truth({
      attackers: ['192.0.2.1', '192.0.2.2', '192.0.2.3', '192.0.2.4'],
      attackers_requests: [70, 20, 5, 5],
      attack_requests: 100,
    });
    const named = [
      { address: '192.0.2.1', attackRequests: 60 },
      { address: '192.0.2.2', attackRequests: 20 },
      { address: '198.51.100.1', attackRequests: 20 },
    ];
    const { addresses, requests } = judge(four, report([]), named);
    assert.deepEqual(addresses, { precision: 2 / 3, recall: 0.5 });
    assert.deepEqual(requests, { precision: 0.8, recall: 0.9 });
    assert.deepEqual(judge(truth({}), report([]), []).addresses, { precision: null, recall: null });
  });

  test('asks that a surge is called what it is', () => {
    const crowd = truth({ surges: [{ from: at(0), until: at(10), kind: 'flash-crowd' }] });
    assert.deepEqual(judge(crowd, report([], [[at(2), at(9), 'flash-crowd']]), []).surges, {
      true: 1,
      right: 1,
      false: 0,
    });
    assert.deepEqual(judge(crowd, report([], [[at(2), at(9), 'unexplained']]), []).surges, {
      true: 1,
      right: 0,
      false: 0,
    });
    const quiet = report([], [[at(2), at(9), 'unexplained']]);
    assert.deepEqual(judge(truth({}), quiet, []).surges, { true: 0, right: 0, false: 1 });
  });

  test('asks that the interval of a slow beginning holds it', () => {
    const slow = truth({ windows: [window(at(3, 10), at(30))] });
    const said = (from: string, until: string): ReportModel => {
      const model = report([[at(4), at(30), 'http-flood']]);
      model.windows[0]!.onset = { from, until };
      return model;
    };
    assert.deepEqual(judge(slow, said(at(3), at(6)), []).onsets, { told: 1, held: 1 });
    assert.deepEqual(judge(slow, said(at(4), at(6)), []).onsets, { told: 1, held: 0 });
    assert.deepEqual(judge(slow, report([[at(4), at(30), 'http-flood']]), []).onsets, { told: 0, held: 0 });
  });
});

describe('judge of what logs can say', () => {
  const intruder = '192.0.2.9';
  const saying = (answer: string, sentences: string[]): ReportModel =>
    ({
      ...report([]),
      data_access: {
        answer,
        findings: sentences.map((sentence) => ({ sentence, addresses: [intruder], rows: [] })),
      },
    }) as unknown as ReportModel;

  test('asks that an intruder is named, and that staff needs confirmation and no more', () => {
    const taken = truth({
      data_access: 'by-intruder',
      data_access_addresses: [intruder],
      data_access_answer: 'signs',
    });
    const isRight = (actual: Truth, said: ReportModel) => judge(actual, said, []).dataAccess.right;
    assert.ok(isRight(taken, saying('signs', ['It got 40 MB.'])));
    assert.ok(!isRight(taken, saying('signs', ['It was there: needs confirmation.'])));
    assert.ok(!isRight(taken, saying('cannot-say', ['It got 40 MB.'])));
    const staff = truth({ data_access: 'by-staff' });
    assert.ok(isRight(staff, saying('cannot-say', ['It was there: needs confirmation.'])));
    assert.ok(!isRight(staff, saying('cannot-say', [])));
    assert.ok(!isRight(staff, saying('signs', ['It was there: needs confirmation.'])));
    assert.ok(isRight(truth({}), saying('cannot-say', [])));
    assert.ok(!isRight(truth({}), saying('no-sign', [])), 'nothing bears that answer');
    const empty = truth({ data_access_answer: 'no-sign' });
    assert.ok(isRight(empty, saying('no-sign', [])));
    assert.ok(!judge(empty, saying('no-sign', []), [], { isWhole: false }).dataAccess.right);
  });

  test('lets nobody be named where no log has the addresses', () => {
    const hidden = truth({ sources_answer: 'cannot-say', attackers: ['192.0.2.1'], attackers_requests: [9] });
    const silent = { ...report([]), sources_answer: 'cannot-say' as const };
    assert.deepEqual(judge(hidden, silent, []).sourcesAnswer, { said: 'cannot-say', right: true });
    assert.deepEqual(judge(hidden, silent, []).addresses, { precision: null, recall: null });
    const named = [{ address: '192.0.2.1', attackRequests: 9 }];
    assert.equal(judge(hidden, silent, named).sourcesAnswer.right, false);
    assert.equal(judge(hidden, silent, named).addresses.precision, 0);
    assert.equal(judge(hidden, report([]), []).sourcesAnswer.right, false);
  });

  test('asks that a gap is told with its edges, and repeats by their number', () => {
    const lost = truth({
      coverage: { missing: [{ from: at(10), until: at(50) }], repeated_requests: 7 },
    });
    const told = (gaps: [string, string][], duplicates: number) =>
      ({
        ...report([]),
        coverage: { gaps: gaps.map(([from, until]) => ({ from, until })), logs: [{ duplicates }] },
      }) as unknown as ReportModel;
    const judged = judge(lost, told([[at(10, 40), at(50)]], 7), []).coverage;
    assert.deepEqual(judged, { gaps: { true: 1, found: 1, false: 0 }, repeats: { true: 7, said: 7 } });
    assert.equal(judge(lost, told([[at(12), at(50)]], 7), []).coverage.gaps.found, 0);
    const more = told([[at(1), at(5)]], 6);
    assert.deepEqual(judge(lost, more, []).coverage, {
      gaps: { true: 1, found: 0, false: 1 },
      repeats: { true: 7, said: 6 },
    });
    assert.equal(judge(lost, more, [], { isWhole: false }).coverage.gaps.false, 0);
  });
});

describe('intervals', () => {
  test('are those of the tables', () => {
    // Newcombe 1998, table I: 81 of 263, and 0 of 20.
    assert.deepEqual(
      shareInterval(81, 263).map((end) => end.toFixed(4)),
      ['0.2553', '0.3662'],
    );
    assert.deepEqual(
      shareInterval(0, 20).map((end) => end.toFixed(4)),
      ['0.0000', '0.1611'],
    );
    // Garwood 1936: 0 gives 3.689, 5 gives 1.623 to 11.668.
    assert.deepEqual(
      countInterval(0).map((end) => end.toFixed(3)),
      ['0.000', '3.689'],
    );
    assert.deepEqual(
      countInterval(5).map((end) => end.toFixed(3)),
      ['1.623', '11.668'],
    );
  });
});

describe('perturbed', () => {
  for (const scenario of Object.values(allScenarios))
    test(`keeps what happens in ${scenario.id} within its period`, () => {
      for (let seed = 1; seed <= 20; seed += 1) {
        const other = perturbed(scenario, seed);
        assert.deepEqual(other, perturbed(scenario, seed));
        const happenings = happeningsOf(other);
        assert.equal(happenings.length, happeningsOf(scenario).length);
        for (const { from, until } of happenings) {
          assert.ok(Date.parse(from) >= Date.parse(scenario.period.from) && from < until);
          assert.ok(Date.parse(until) <= Date.parse(scenario.period.until));
        }
      }
    });

  test('gives floods of flows and queries other rates and another hour', () => {
    for (const id of ['flows-weak-syn-flood', 'flows-udp-reflection', 'dns-random-subdomains']) {
      const [first, second] = [perturbed(allScenarios[id]!, 1), perturbed(allScenarios[id]!, 2)];
      assert.notDeepEqual(first, second);
      const [starts, others] = [first, second].map((each) => happeningsOf(each).map(({ from }) => from));
      assert.notDeepEqual(starts, others);
    }
    const weak = perturbed(allScenarios['flows-weak-syn-flood']!, 1);
    assert.ok('surface' in weak && weak.surface === 'network');
    const [wave] = weak.waves;
    assert.ok(wave?.kind === 'syn-flood' && wave.flows >= 0.3 * 75 && wave.flows <= 3 * 75);
    assert.notEqual(weak.usual.visits, 60);
  });
});

function happeningsOf(scenario: AnyScenario): { from: string; until: string }[] {
  if ('surface' in scenario) return scenario.waves;
  const { attack, crowds, outages, delivery, errands }: Scenario = scenario;
  return [
    ...attack.waves,
    ...crowds,
    ...(outages ?? []),
    ...(delivery?.missing ?? []),
    ...(delivery?.repeated ?? []),
    ...(errands ?? []).flatMap((errand) =>
      errand.at.map((from) => ({ from, until: new Date(Date.parse(from) + 1).toISOString() })),
    ),
  ];
}
