/** Floods below HTTP, simulated with known truth, investigated with all the real parts. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { LogObject } from '../../src/ingest/pass.ts';
import { renderMarkdown } from '../../src/report/markdown.ts';
import { surfaceScenarios } from '../../src/simulate/scenarios.ts';
import { simulate, type Truth } from '../../src/simulate/simulate.ts';
import type { FlowScenario, SurfaceScenario } from '../../src/simulate/surface-scenario.ts';
import { type Investigated, investigateObjects, memoryObject } from './scenario-lake.ts';

type Case = Investigated & { truth: Truth; objects: LogObject[]; networks: string };

async function caseOf(
  scenario: SurfaceScenario,
  { seed, forced }: { seed: number; forced?: { from: number; until: number } },
): Promise<Case> {
  const objects: LogObject[] = [];
  let networks = '';
  const truth = await simulate(scenario, {
    seed,
    async write(path, bytes) {
      if (path.startsWith('logs/')) objects.push(memoryObject(path, bytes));
      if (path === 'networks.csv') networks = Buffer.from(bytes).toString('utf8');
    },
  });
  const investigated = await investigateObjects(objects, { networks, ...(forced ? { forced } : {}) });
  return { truth, objects, networks, ...investigated };
}

/** Every window of the truth, and no other: its surface and kind, start and end within a minute, and no more flows than there were. */
function assertWindows({ truth, result }: Case): void {
  const { windows } = result.model;
  assert.equal(windows.length, truth.windows.length);
  for (const [index, told] of windows.entries()) {
    const actual = truth.windows[index]!;
    assert.equal(told.surface, actual.surface);
    assert.equal(told.kind, actual.kind);
    for (const technique of actual.techniques) assert.ok(told.techniques.includes(technique));
    assert.ok(Math.abs(Date.parse(told.start) - Date.parse(actual.from)) <= 60_000, told.start);
    assert.ok(Math.abs(Date.parse(told.end) - Date.parse(actual.until)) <= 60_000, told.end);
    assert.ok(told.requests <= actual.attack_requests, `${told.requests} of ${actual.attack_requests}`);
    assert.ok(
      told.requests >= 0.95 * actual.attack_requests,
      `${told.requests} of ${actual.attack_requests}`,
    );
    assert.equal(told.attack.length, told.attack_because.length);
  }
}

/** No address, country or network stands for where the traffic came from. */
function assertNoOrigin({ result }: Case): void {
  const { model, sourcesCsv } = result;
  assert.equal(model.sources_answer, 'cannot-say');
  assert.equal(model.sources, null);
  assert.equal(model.sources_count, 0);
  assert.equal(sourcesCsv.split('\n').length, 2, 'a header and nothing else');
  assert.deepEqual([model.countries, model.networks], [[], []]);
  for (const window of model.windows) assert.equal(window.sources, null);
}

const scenario = (id: string): SurfaceScenario => surfaceScenarios[id]!;

describe('floods of flows', () => {
  test('a SYN flood is found as what it is, and none of its forged sources is listed', async () => {
    const found = await caseOf(scenario('flows-syn-flood'), { seed: 1 });
    assertWindows(found);
    assertNoOrigin(found);
    const { model } = found.result;
    assert.equal(model.finding, 'attack');
    assert.match(model.sentence, /^One SYN flood on 10\.20\.1\.12 was observed in the network log/);
    assert.deepEqual(model.windows[0]!.attack, ['T1499.001']);
    assert.deepEqual(model.windows[0]!.hosts, ['10.20.1.12']);
    assert.match(model.sources_reason!, /source addresses of W1 can be forged/);
    assert.deepEqual(model.surges, []);
  });

  test('waves of reflection are told by service, and list their reflectors as such, in no table of countries', async () => {
    const found = await caseOf(scenario('flows-udp-reflection'), { seed: 2 });
    assertWindows(found);
    const { model, sourcesCsv } = found.result;
    assert.deepEqual(
      model.windows.map(({ attack }) => attack),
      [['T1498.002'], ['T1498.002'], ['T1498.002']],
    );
    const rows = sourcesCsv.trimEnd().split('\n').slice(1);
    assert.deepEqual(new Set(rows.map((row) => row.split(',')[0])), new Set(found.truth.reflectors));
    for (const row of rows) assert.match(row, /^[\d.]+,reflector,/);
    assert.equal(model.sources_count, found.truth.reflectors!.length);
    assert.deepEqual([model.countries, model.networks], [[], []]);
    assert.match(model.sources_reason!, /are reflectors/);
    for (const { volume } of model.windows) assert.ok(volume!.packets > 1_000_000);
  });

  test('a carpet is seen in the log as a whole, though none of its targets rises', async () => {
    const found = await caseOf(scenario('flows-carpet-bombing'), { seed: 1 });
    assertWindows(found);
    assertNoOrigin(found);
    assert.deepEqual(found.result.model.windows[0]!.hosts, ['10.20.30.0/24']);
    assert.deepEqual(found.result.model.windows[0]!.attack, ['T1498.001']);
  });

  test('without flags a SYN flood is told by addresses that were never seen, and by what its target answered', async () => {
    const found = await caseOf(scenario('flows-syn-flood-unflagged'), { seed: 1 });
    assertWindows(found);
    assertNoOrigin(found);
    const [window] = found.result.model.windows;
    assert.deepEqual([window!.host, window!.attack], ['10.20.1.12', ['T1499.001']]);
    assert.match(
      window!.attack_because[0]!.because,
      /has no TCP flags; [\d,]+ of [\d,]+ small answers have options/,
    );
  });

  test('where its target answered nothing, the window says that the packets cannot be told', async () => {
    const flood = scenario('flows-syn-flood-unflagged') as FlowScenario;
    const wave = flood.waves[0]!;
    assert.ok(wave.kind === 'syn-flood');
    const { result } = await caseOf({ ...flood, waves: [{ ...wave, answeredShare: 0 }] }, { seed: 1 });
    const [window, ...rest] = result.model.windows;
    assert.deepEqual([window!.kind, rest], ['tcp-flood', []]);
    assert.match(window!.attack_because[0]!.because, /whether they were SYNs, ACKs or resets cannot be told/);
    assert.match(result.model.sentence, /^One flood of small TCP packets on 10\.20\.1\.12 was observed/);
  });

  for (const [id, host, attack] of [
    ['flows-weak-syn-flood', '10.20.1.11', 'T1499.001'],
    ['flows-ack-flood', '10.20.1.13', 'T1499.001'],
    ['flows-icmp-flood', '10.20.1.11', 'T1498.001'],
    ['flows-fragments', '10.20.1.13', 'T1498.001'],
  ] as const)
    test(`${id} is found as what it is, on its target, and none of its sources is listed`, async () => {
      const found = await caseOf(scenario(id), { seed: 1 });
      assertWindows(found);
      assertNoOrigin(found);
      const [window] = found.result.model.windows;
      assert.deepEqual([window!.hosts, window!.attack], [[host], [attack]]);
      assert.deepEqual(found.result.model.surges, []);
    });

  test('machines that send UDP again and again are listed as unverified, without a country', async () => {
    const found = await caseOf(scenario('flows-udp-flood'), { seed: 1 });
    assertWindows(found);
    const { model, sourcesCsv } = found.result;
    const rows = sourcesCsv.trimEnd().split('\n').slice(1);
    assert.deepEqual(new Set(rows.map((row) => row.split(',')[0])), new Set(found.truth.attackers));
    for (const row of rows) assert.match(row, /^[\d.]+,unverified,/);
    assert.deepEqual([model.sources_answer, model.windows[0]!.sources], ['listed', 150]);
    assert.deepEqual([model.countries, model.networks], [[], []]);
    assert.match(model.sources_reason!, /UDP proves no sender: they are listed as unverified/);
    assert.match(renderMarkdown(model), /unverified/);
  });

  test('two logs that saw one flood are one window, which names the other log and adds nothing of it', async () => {
    const flood = scenario('flows-syn-flood') as FlowScenario;
    const elsewhere: FlowScenario = {
      ...flood,
      estate: {
        ...flood.estate,
        account: '210987654321',
        vpc: 'vpc-0f',
        flowLog: 'fl-0f',
        layout: 'default',
      },
    };
    const objects: LogObject[] = [];
    let networks = '';
    const [truth] = await Promise.all(
      [flood, elsewhere].map((each) =>
        simulate(each, {
          seed: 1,
          async write(path, bytes) {
            if (path.startsWith('logs/')) objects.push(memoryObject(path, bytes));
            if (path === 'networks.csv') networks = Buffer.from(bytes).toString('utf8');
          },
        }),
      ),
    );
    const { result } = await investigateObjects(objects, { networks });
    const { model } = result;
    const [window, ...rest] = model.windows;
    assert.deepEqual([rest, model.surges], [[], []]);
    assert.ok(window!.requests <= truth!.attack_requests);
    const [other, ...more] = window!.also_seen!;
    assert.deepEqual([other!.kind, more], ['syn-flood', []]);
    assert.notEqual(other!.source_id, window!.source_id);
    assert.ok(other!.requests > 0.95 * truth!.attack_requests && other!.requests <= truth!.attack_requests);
    assert.match(model.sentence, /^One SYN flood on 10\.20\.1\.12 was observed/);
    assert.match(renderMarkdown(model), /The same flood was seen in .+ as SYN flood/);
    // The chart of each log shows what that log saw.
    for (const { points } of model.series) assert.ok(points.some(({ attack }) => attack > 1_000));
  });

  test('of a window that the analyst gives, only what has the evidence of a flood is one', async () => {
    const forced = { from: Date.UTC(2019, 10, 14, 8), until: Date.UTC(2019, 10, 14, 8, 30) };
    const { result } = await caseOf(scenario('flows-syn-flood'), { seed: 1, forced });
    const { windows, surges } = result.model;
    assert.deepEqual(
      windows.map(({ forced: given, kind }) => [given, kind]),
      [[false, 'syn-flood']],
    );
    assert.deepEqual(
      surges.map(({ kind, start }) => [kind, start]),
      [['unexplained', '2019-11-14T08:00:00.000Z']],
    );
    assert.match(surges[0]!.sentence, /given by the analyst/);
  });
});

describe('floods of DNS queries', () => {
  test('names drawn at random are found, and the resolvers that asked for them are not listed', async () => {
    const found = await caseOf(scenario('dns-random-subdomains'), { seed: 1 });
    assertWindows(found);
    assertNoOrigin(found);
    const { model } = found.result;
    assert.match(model.sentence, /DNS flood on Z0123456789CAMPAIGN was observed at the name servers/);
    assert.match(model.sources_reason!, /resolvers/);
    assert.deepEqual(model.surges, []);
  });

  test('names that were asked for before, in a rush, are a surge', async () => {
    const flood = scenario('dns-random-subdomains');
    assert.ok(flood.surface === 'dns');
    // A label of one letter has 36 names: all are known within minutes, and none is asked for once.
    const [wave] = flood.waves;
    const { result } = await caseOf(
      { ...flood, mistaken: 0, waves: [{ ...wave!, labelLength: 1 }] },
      { seed: 1 },
    );
    assert.deepEqual(result.model.windows, []);
    assert.deepEqual(
      result.model.surges.map(({ surface, kind }) => [surface, kind]),
      [['dns', 'unexplained']],
    );
  });
});

describe('days without an attack', () => {
  for (const layout of ['flags', 'default'] as const)
    test(`a rush of visitors is no flood in a log of the layout ${layout}`, async () => {
      const quiet = scenario('flows-quiet') as FlowScenario;
      const rush = {
        from: '2019-11-14T10:02:00Z',
        until: '2019-11-14T10:24:00Z',
        rampSeconds: 90,
        visits: 700,
      };
      const { result } = await caseOf(
        { ...quiet, estate: { ...quiet.estate, layout }, usual: { ...quiet.usual, rush } },
        { seed: 1 },
      );
      const { windows, surges } = result.model;
      assert.deepEqual(windows, []);
      assert.deepEqual(
        surges.map(({ surface, kind, start }) => [surface, kind, start.slice(0, 14)]),
        [['network', 'unexplained', '2019-11-14T10:']],
      );
    });

  for (const id of ['flows-quiet', 'dns-quiet'])
    for (const seed of [1, 2])
      test(`${id}, seed ${seed}: no window, and the logs were looked into`, async () => {
        const { result } = await caseOf(scenario(id), { seed });
        const { model } = result;
        assert.deepEqual([model.windows, model.surges], [[], []]);
        assert.equal(model.finding, 'no-attack');
        assert.ok(model.series.length > 0);
      });
});

test('a report of flows speaks of flows, names no country, and gives the same bytes in whatever order objects came', async () => {
  const { result, objects, networks } = await caseOf(scenario('flows-syn-flood'), { seed: 3 });
  const text = renderMarkdown(result.model);
  assert.doesNotMatch(text, /attack requests/);
  assert.match(text, /At least [\d,]+ attack flows \([\d,]+ packets, [\d.]+ MB\) reached the network/);
  assert.doesNotMatch(text, /what happened below HTTP/);
  const again = await investigateObjects(objects.toReversed(), { networks });
  assert.equal(renderMarkdown(again.result.model), text);
});
