/** The logs of flows and of DNS queries: fixed by their seed, and as their truth says. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { truthOfSurfaces } from '../../src/simulate/joined-truth.ts';
import { allScenarios, scenarios, surfaceScenarios } from '../../src/simulate/scenarios.ts';
import { simulate, type Truth } from '../../src/simulate/simulate.ts';

type Simulated = { truth: Truth; files: Map<string, Uint8Array>; hash: string };

async function simulated(id: string, seed: number): Promise<Simulated> {
  const files = new Map<string, Uint8Array>();
  const hash = createHash('sha256');
  const truth = await simulate(surfaceScenarios[id]!, {
    seed,
    async write(path, bytes) {
      files.set(path, bytes);
      hash.update(`${path}\n`).update(bytes);
    },
  });
  return { truth, files, hash: hash.digest('hex') };
}

function linesOf({ files }: Simulated): string[] {
  return [...files]
    .filter(([path]) => path.startsWith('logs/'))
    .flatMap(([, bytes]) => gunzipSync(bytes).toString('utf8').trimEnd().split('\n'));
}

/** Flows of the log, by the names of its header. */
function flowsOf(run: Simulated): Record<string, string>[] {
  const lines = linesOf(run);
  const names = lines[0]!.split(' ');
  return lines
    .filter((line) => !line.startsWith('version') && !line.includes('NODATA'))
    .map((line) => {
      const words = line.split(' ');
      return Object.fromEntries(names.map((name, index) => [name, words[index]!]));
    });
}

describe('scenarios of flows and DNS queries', () => {
  test('have names of their own, and are listed with the others', () => {
    for (const [id, scenario] of Object.entries(surfaceScenarios)) {
      assert.equal(scenario.id, id);
      assert.equal(scenario.synthetic, true);
      assert.equal(scenarios[id], undefined);
      assert.equal(allScenarios[id], scenario);
    }
    assert.deepEqual(Object.keys(surfaceScenarios).sort(), [
      'dns-quiet',
      'dns-random-subdomains',
      'flows-ack-flood',
      'flows-carpet-bombing',
      'flows-fragments',
      'flows-icmp-flood',
      'flows-quiet',
      'flows-syn-flood',
      'flows-syn-flood-unflagged',
      'flows-udp-flood',
      'flows-udp-reflection',
      'flows-weak-syn-flood',
    ]);
  });

  for (const id of ['flows-udp-reflection', 'dns-quiet'])
    test(`a seed fixes every byte of ${id}, and another seed gives others`, async () => {
      const [first, again, other] = [await simulated(id, 7), await simulated(id, 7), await simulated(id, 8)];
      assert.equal(first.hash, again.hash);
      assert.notEqual(first.hash, other.hash);
    });

  test('count in their truth what lies in their logs', async () => {
    for (const id of Object.keys(surfaceScenarios)) {
      const run = await simulated(id, 1);
      const lines = linesOf(run).filter((line) => !line.startsWith('version') && !line.includes('NODATA'));
      const { truth } = run;
      // What the target answers to a flood is small: what it answers to visitors carries a page.
      const answers = /syn-flood|ack-flood/.test(id)
        ? flowsOf(run).filter(
            ({ srcport, bytes, packets }) => srcport === '443' && Number(bytes) <= 44 * Number(packets),
          ).length
        : 0;
      assert.equal(truth.attack_requests + truth.legitimate_requests + answers, lines.length, id);
      assert.ok(lines.length < 1_000_000);
      assert.equal(truth.windows.length > 0, !id.endsWith('-quiet'));
    }
  });

  test('a SYN flood names no attacker: its addresses are forged, and hardly one comes twice', async () => {
    const run = await simulated('flows-syn-flood', 1);
    assert.deepEqual(run.truth.attackers, []);
    assert.equal(run.truth.sources_answer, 'cannot-say');
    const [window] = run.truth.windows;
    const syns = flowsOf(run).filter(
      (flow) =>
        flow['tcp-flags'] === '2' &&
        flow.action === 'ACCEPT' &&
        flow.dstaddr === '10.20.1.12' &&
        Number(flow.packets) <= 3,
    );
    assert.equal(syns.length, window!.attack_requests);
    assert.ok(new Set(syns.map((flow) => flow.srcaddr)).size > syns.length * 0.95);
    for (const { start, end } of syns)
      assert.ok(
        Number(start) * 1000 >= Date.parse(window!.from) && Number(end) * 1000 <= Date.parse(window!.until),
      );
  });

  test('reflectors of the truth answer from the ports of their services, and nobody asked them', async () => {
    const run = await simulated('flows-udp-reflection', 1);
    const reflectors = new Set(run.truth.reflectors);
    assert.ok(reflectors.size > 200);
    assert.equal(run.truth.sources_answer, undefined, 'whose addresses are known');
    const flows = flowsOf(run);
    const theirs = flows.filter(({ srcaddr }) => reflectors.has(srcaddr!));
    assert.ok(flows.every(({ srcaddr, dstaddr }) => !`${srcaddr}${dstaddr}`.includes(':')));
    assert.deepEqual([...new Set(theirs.map(({ srcport }) => srcport))].sort(), ['0', '11211', '123', '53']);
    assert.equal(flows.filter(({ dstaddr }) => reflectors.has(dstaddr!)).length, 0);
    assert.deepEqual(
      run.truth.windows.map(({ techniques }) => techniques),
      [['ntp-reflection'], ['dns-reflection'], ['memcached-reflection']],
    );
  });

  test('a carpet lies over 200 addresses, each below what anyone would notice', async () => {
    const run = await simulated('flows-carpet-bombing', 1);
    const [window] = run.truth.windows;
    const carpet = flowsOf(run).filter(
      ({ protocol, action, start, dstaddr }) =>
        protocol === '17' &&
        action === 'REJECT' &&
        dstaddr!.startsWith('10.20.30.') &&
        Number(start) * 1000 >= Date.parse(window!.from) &&
        Number(start) * 1000 < Date.parse(window!.until),
    );
    const perMinute = new Map<string, number>();
    for (const { dstaddr, start } of carpet) {
      const key = `${dstaddr} ${Math.floor(Number(start) / 60)}`;
      perMinute.set(key, (perMinute.get(key) ?? 0) + 1);
    }
    assert.equal(new Set(carpet.map(({ dstaddr }) => dstaddr)).size, 200);
    assert.ok(Math.max(...perMinute.values()) < 20);
  });

  test('a flood under addresses of its own names each attacker with its flows, and nobody else sends to such ports', async () => {
    const run = await simulated('flows-udp-flood', 1);
    const { truth } = run;
    assert.equal(truth.attackers.length, 150);
    assert.equal(truth.windows[0]!.attackers_count, 150);
    const sent = new Map<string, number>();
    for (const { srcaddr, protocol } of flowsOf(run))
      if (protocol === '17' && truth.attackers.includes(srcaddr!))
        sent.set(srcaddr!, (sent.get(srcaddr!) ?? 0) + 1);
    assert.deepEqual(
      truth.attackers.map((address) => sent.get(address)),
      truth.attackers_requests,
    );
    const forged = { ...truth, attackers: [], attackers_requests: [], sources_answer: 'cannot-say' as const };
    assert.equal(truthOfSurfaces(forged, forged).sources_answer, 'cannot-say');
    assert.equal(truthOfSurfaces(forged, truth).sources_answer, undefined);
    assert.equal(truthOfSurfaces(truth, forged).sources_answer, undefined);
    assert.equal(truthOfSurfaces({ ...truth, windows: [] }, forged).sources_answer, 'cannot-say');
  });

  test('ICMP and fragments have no ports, and come from addresses that hardly come twice', async () => {
    for (const [id, protocol] of [
      ['flows-icmp-flood', '1'],
      ['flows-fragments', '17'],
    ] as const) {
      const run = await simulated(id, 1);
      const [window] = run.truth.windows;
      assert.deepEqual(run.truth.attackers, []);
      const flood = flowsOf(run).filter(
        (flow) => flow.protocol === protocol && flow.srcport === '0' && flow.dstport === '0',
      );
      const forged = flood.filter(
        ({ start }) =>
          Number(start) * 1000 >= Date.parse(window!.from) &&
          Number(start) * 1000 < Date.parse(window!.until),
      );
      assert.ok(
        forged.length >= window!.attack_requests && forged.length < window!.attack_requests * 1.05,
        id,
      );
      assert.ok(new Set(forged.map(({ srcaddr }) => srcaddr)).size > forged.length * 0.95);
    }
  });
});
