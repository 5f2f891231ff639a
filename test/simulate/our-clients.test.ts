/** What clients of our own do: staff that exports, an app that asks again, and people who live by their clocks. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createRandom } from '../../src/simulate/random.ts';
import { momentOn } from '../../src/simulate/schedule.ts';
import { traffic } from '../../src/simulate/traffic.ts';
import { simulated, small, textOf } from './small-scenario.ts';

const EXPORT = '/admin/export/supporters.csv';

describe('an export', () => {
  test('beside a flood is by an address that never came before, and the case file names where', async () => {
    const run = await simulated('covered-export');
    const { data_access, data_access_addresses: [intruder] = [], data_access_answer, windows } = run.truth;
    assert.deepEqual([data_access, data_access_answer], ['by-intruder', 'signs']);
    const own = run.edge.filter(({ address }) => address === intruder);
    assert.ok(
      own.every(
        ({ start }) => start >= Date.parse(windows[0]!.from) && start < Date.parse(windows[0]!.until),
      ),
    );
    assert.ok(own.some(({ path, status }) => path === EXPORT && status === 200));
    assert.ok(!run.truth.attackers.includes(intruder!));
    const { surfaces } = JSON.parse(textOf(run, 'case.json'));
    assert.deepEqual(surfaces[0].paths, ['/admin/*']);
    assert.equal(run.truth.attack_requests + run.truth.legitimate_requests + own.length, run.edge.length);
  });

  test('by staff is by one address on each day, and during the flood too', async () => {
    const { truth, edge } = await simulated('legitimate-export');
    assert.deepEqual([truth.data_access, truth.data_access_answer], ['by-staff', undefined]);
    const exports = edge.filter(({ path, status }) => path === EXPORT && status === 200);
    assert.equal(new Set(exports.map(({ address }) => address)).size, 1);
    assert.deepEqual([...new Set(exports.map(({ start }) => new Date(start).getUTCDate()))], [14, 15]);
    const [window] = truth.windows;
    assert.ok(
      exports.some(({ start }) => start >= Date.parse(window!.from) && start < Date.parse(window!.until)),
    );
  });
});

describe('clients that ask again', () => {
  test('do so after a failure alone, from the same address for the same', () => {
    const scenario = small('retry-storm');
    const { exchanges } = traffic(scenario, { seed: 1 });
    const [outage] = scenario.outages!;
    const again = exchanges.filter((exchange) => (exchange.again ?? 0) > 0);
    assert.ok(again.length > 150, `${again.length}`);
    for (const { at, client, path, query, tool } of again) {
      const before = exchanges.filter((each) => each.client === client && each.at < at && each.path === path);
      assert.ok(before.some((each) => each.status >= 500 && each.query === query && each.tool === tool));
    }
    const failed = exchanges.filter(({ status }) => status >= 500);
    assert.ok(failed.every(({ at }) => at >= Date.parse(outage!.from) && at < Date.parse(outage!.until)));
    assert.ok(Math.max(...again.map((exchange) => exchange.again!)) <= outage!.app.times);
    // Bots that the provider verified wait for the next time.
    assert.ok(again.every(({ verifiedBot }) => verifiedBot === ''));
  });

  test('are seen at the edge and at the origin, with the truth of a retry storm', async () => {
    const { truth, edge, files } = await simulated('retry-storm');
    const [storm] = truth.surges;
    assert.equal(storm!.kind, 'retry-storm');
    assert.deepEqual(truth.windows, []);
    const inside = edge.filter(
      ({ start }) => start >= Date.parse(storm!.from) && start < Date.parse(storm!.until),
    );
    const failed = inside.filter(({ status }) => status >= 500);
    assert.ok(failed.length * 2 > inside.length, `${failed.length} of ${inside.length}`);
    assert.ok(failed.every(({ originStatus }) => originStatus >= 500));
    assert.ok([...files.keys()].some((path) => path.startsWith('logs/alb/')));
  });
});

test('people live by their clocks: the evening is an hour later in UTC once summer time is over', () => {
  const hour = 3_600_000;
  const scenario = { summerUntil: '2019-10-27T01:00:00Z' };
  const on = (day: string, country: string) => {
    const midnight = Date.parse(`${day}T00:00:00Z`);
    const at = momentOn(scenario, { midnight, country, offsetHours: 0 }, createRandom(1, 'clock'));
    return (at - midnight) / hour;
  };
  const [summer, winter] = [on('2019-10-20', 'GB'), on('2019-10-28', 'GB')];
  assert.equal((winter - summer + 24) % 24, 1);
  assert.equal(on('2019-10-20', 'BR'), on('2019-10-28', 'BR'));
});
