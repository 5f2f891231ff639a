/** The watch on flows and DNS queries, simulated with known truth and asked of DuckDB. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { openCatalogue } from '../../src/adapters/catalogue.ts';
import { type Alert, type Watched, watchLake } from '../../src/case/watch.ts';
import type { Engine } from '../../src/catalogue/engine.ts';
import type { LogObject } from '../../src/ingest/pass.ts';
import { surfaceScenarios } from '../../src/simulate/scenarios.ts';
import { simulate, type Truth } from '../../src/simulate/simulate.ts';
import type { SurfaceScenario } from '../../src/simulate/surface-scenario.ts';
import { cloudflareLine } from '../ingest/lines.ts';
import { logObject, type TestLake, temporaryLake } from '../ingest/temporary-lake.ts';
import { reportOf } from './hand-lake.ts';
import { memoryObject } from './scenario-lake.ts';

const MINUTE = 60_000;
const day = (clock: string): number => Date.parse(`2019-11-14T${clock}:00Z`);

type Watch = {
  lake: TestLake;
  told: Alert[];
  asked: string[];
  /** First days that were asked for, of flows. */
  daysAsked: string[];
  look(at: number, options?: { floodDays?: number; engine?: (of: Engine) => Engine }): Promise<Watched>;
};

async function watchOf(objects: readonly LogObject[]): Promise<Watch> {
  const lake = await temporaryLake();
  await lake.ingest(objects);
  const told: Alert[] = [];
  const asked: string[] = [];
  const daysAsked: string[] = [];
  return {
    lake,
    told,
    asked,
    daysAsked,
    async look(at, { floodDays = 1, engine = (of: Engine): Engine => of } = {}) {
      const opened = await lake.engine();
      const counting: Engine = {
        ...opened,
        async run(sql, options) {
          asked.push(sql);
          if (sql.includes('network_activity')) daysAsked.push(options!.parameters![0]!);
          return opened.run(sql, options);
        },
      };
      try {
        return await watchLake(engine(counting), {
          ...{ store: lake.store, catalogue: openCatalogue(), at, historyDays: 2, floodDays },
          notify: async (alert) => {
            told.push(alert);
          },
        });
      } finally {
        await opened.close();
      }
    },
  };
}

async function simulated(scenario: SurfaceScenario): Promise<{ truth: Truth; objects: LogObject[] }> {
  const objects: LogObject[] = [];
  const truth = await simulate(scenario, {
    seed: 1,
    async write(path, bytes) {
      if (path.startsWith('logs/')) objects.push(memoryObject(path, bytes));
    },
  });
  return { truth, objects };
}

const scenario = (id: string): SurfaceScenario => surfaceScenarios[id]!;
const states = (told: readonly Alert[]): string[] => told.map(({ state }) => state);

describe('The watch on flows', () => {
  test('tells of a SYN flood while it runs and when it is over, with the figures of the report', async () => {
    const { truth, objects } = await simulated(scenario('flows-syn-flood'));
    const { lake, look, told, asked } = await watchOf(objects);
    const [flood] = truth.windows;
    const [from, until] = [Date.parse(flood!.from), Date.parse(flood!.until)];
    const minute = (time: number): number => Math.ceil(time / MINUTE) * MINUTE;
    const middle = minute((from + until) / 2);

    await look(minute(from) - 5 * MINUTE);
    assert.equal(told.length, 0);
    // Told to read no flows, it reads none.
    asked.length = 0;
    await look(middle, { floodDays: 0 });
    assert.ok(asked.length > 0 && asked.every((sql) => !/network_activity|dns_activity/.test(sql)));
    assert.equal(told.length, 0);
    await look(middle);
    await look(until + 60 * MINUTE);
    await look(until + 120 * MINUTE);
    assert.deepEqual(states(told), ['opened', 'closed']);
    const [opened, closed] = told as [Alert, Alert];
    assert.equal(opened.id, closed.id);
    assert.deepEqual(
      [opened.surface, opened.flood!.kind, opened.host],
      ['network', 'syn-flood', '10[.]20[.]1[.]12'],
    );
    assert.match(
      opened.sentence,
      /^What has the marks of .*SYN flood, came to 10\[\.\]20\[\.\]1\[\.\]12 .* and still at /,
    );
    assert.doesNotMatch(opened.sentence, /attack[^ ]* by|country|actor/);
    assert.ok(Math.abs(Date.parse(opened.start) - from) <= MINUTE, opened.start);
    assert.equal(Date.parse(opened.end), middle);
    assert.ok(opened.requests < closed.requests);

    const [window] = (await reportOf(lake)).model.windows;
    assert.deepEqual(
      [closed.start, closed.end, closed.flood!.kind, closed.host!.replaceAll('[.]', '.')],
      [window!.start, window!.end, window!.kind, window!.host],
    );
    assert.ok(closed.requests <= truth.attack_requests && closed.requests >= 0.95 * truth.attack_requests);
  });

  test('tells of few flows that are large, and of no rush of visitors', async () => {
    const { truth, objects } = await simulated(scenario('flows-udp-reflection'));
    const { look, told } = await watchOf(objects);
    await look(day('12:00'));
    assert.equal(told.length, truth.windows.length);
    assert.deepEqual(new Set(told.map(({ flood }) => flood!.kind)), new Set(['udp-reflection']));
    for (const { flood } of told) assert.ok(flood!.volume!.packets > 1_000_000);

    const quiet = scenario('flows-quiet');
    assert.ok(quiet.surface === 'network');
    const rush = {
      from: '2019-11-14T10:02:00Z',
      until: '2019-11-14T10:24:00Z',
      rampSeconds: 90,
      visits: 700,
    };
    const rushing = await simulated({ ...quiet, usual: { ...quiet.usual, rush } });
    const crowd = await watchOf(rushing.objects);
    for (const at of ['10:20', '11:30']) await crowd.look(day(at));
    assert.deepEqual(crowd.told, []);
  });
});

describe('The watch on DNS queries', () => {
  test('tells of names that were drawn at random, by zone', async () => {
    const { truth, objects } = await simulated(scenario('dns-random-subdomains'));
    const { look, told } = await watchOf(objects);
    await look(day('14:40'));
    await look(day('15:40'));
    assert.deepEqual(states(told), ['opened', 'closed']);
    const [opened, closed] = told as [Alert, Alert];
    assert.deepEqual(
      [opened.id, opened.surface, opened.flood, opened.host],
      [closed.id, 'dns', { kind: 'dns-flood', volume: null }, 'Z0123456789CAMPAIGN'],
    );
    assert.match(closed.sentence, /DNS flood, came to Z0123456789CAMPAIGN at the name servers .* queries, /);
    assert.ok(closed.requests <= truth.attack_requests && closed.requests >= 0.95 * truth.attack_requests);
  });
});

/** Eight hours of 70 requests a minute, of which twenty minutes grow by `extra`. */
function requests(extra: number, { first = 0, last = 480 } = {}): string {
  const lines: string[] = [];
  for (let minute = first; minute < last; minute += 1)
    for (let index = 0; index < 70 + (minute >= 400 && minute < 420 ? extra : 0); index += 1)
      lines.push(
        cloudflareLine({
          RayID: `ray${minute}-${index}`,
          EdgeStartTimestamp: new Date(day('05:00') + minute * MINUTE + (index % 590) * 100).toISOString(),
          ClientIP: `192.0.2.${1 + ((minute + index * 7) % 200)}`,
        }),
      );
  return lines.join('\n');
}

describe('The days that are read for floods', () => {
  test('are those of the setting, more before a flood that goes on, and never more than the history', async () => {
    const { lake, look, daysAsked } = await watchOf([logObject('all', requests(0))]);
    await look(day('12:00'));
    assert.deepEqual(daysAsked, ['2019-11-13']);
    for (const [id, start, first] of [
      ['yesterday', '2019-11-13T20:00:00.000Z', '2019-11-12'],
      ['silent-since', '2019-10-14T20:00:00.000Z', '2019-11-12'],
    ] as const) {
      daysAsked.length = 0;
      const alert = { id, state: 'opened', surface: 'network', source_id: 'vpc', start, end: start };
      await lake.store.create(`alerts/${id}/opened.json`, Buffer.from(JSON.stringify(alert)));
      await lake.store.create(`alerts/${id}/opened.sent`, Buffer.from('sent'));
      await look(day('12:00'));
      assert.deepEqual(daysAsked, [first], id);
    }
  });
});

describe('The watch on requests', () => {
  test('tells of none that were delivered twice, and asks for them only where something grew', async () => {
    const twice = await watchOf([
      logObject('all', requests(0)),
      logObject('again', requests(0, { first: 300, last: 320 })),
    ]);
    await twice.look(day('12:00'));
    assert.deepEqual(twice.told, []);
    assert.ok(twice.asked.some((sql) => sql.includes('in_rows - 1')));
    assert.ok((await twice.lake.rows('select count(*) as n from http_activity'))[0]!.n === 500 * 70);

    const once = await watchOf([logObject('all', requests(0))]);
    await once.look(day('12:00'));
    assert.ok(once.asked.every((sql) => !sql.includes('http_activity')));
  });

  test('counts each request once where growth came twice', async () => {
    const grown = await watchOf([
      logObject('all', requests(500)),
      logObject('again', requests(500, { first: 410, last: 430 })),
    ]);
    await grown.look(day('12:30'));
    const [alert] = grown.told;
    assert.deepEqual([alert!.start, alert!.end], ['2019-11-14T11:40:00.000Z', '2019-11-14T12:00:00.000Z']);
    assert.deepEqual([alert!.requests, alert!.peak_per_minute], [20 * 570, 570]);
    assert.deepEqual([alert!.surface, alert!.flood, alert!.requests_of_known], ['http', null, null]);
  });

  test('are told before flows are read, whose failure keeps nothing back and fails the run', async () => {
    const { look, told } = await watchOf([logObject('all', requests(500))]);
    const broken = look(day('12:30'), {
      engine: (of) => ({
        ...of,
        run: (sql, options) =>
          sql.includes('network_activity')
            ? Promise.reject(new Error('Bytes scanned limit was exceeded'))
            : of.run(sql, options),
      }),
    });
    await assert.rejects(broken, /Bytes scanned limit was exceeded/);
    assert.deepEqual(states(told), ['opened']);
  });
});
