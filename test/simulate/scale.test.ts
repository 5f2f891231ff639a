/** A scenario with more or less of everything. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { allScenarios } from '../../src/simulate/scenarios.ts';
import { simulate, type Truth } from '../../src/simulate/simulate.ts';

type Run = { truth: Truth; paths: string[]; lines: number };

async function run(id: string, scale: number): Promise<Run> {
  const paths: string[] = [];
  let lines = 0;
  const truth = await simulate(allScenarios[id]!, {
    ...{ seed: 5, scale },
    async write(path, bytes) {
      paths.push(path);
      if (path.startsWith('logs/cloudflare') || path.includes('/cloudflare/') || path.includes('vpcflowlogs'))
        lines += gunzipSync(bytes).toString('utf8').trimEnd().split('\n').length;
    },
  });
  return { truth, paths, lines };
}

describe('--scale', () => {
  test('a hundredth is about a hundredth of all, and its truth counts it', async () => {
    const { truth, lines } = await run('labour-2019', 0.01);
    assert.equal(truth.attack_requests + truth.legitimate_requests, lines);
    assert.ok(lines > 2_000 && lines < 6_000, String(lines));
    assert.ok(truth.attackers.length >= 20 && truth.attackers.length <= 80);
    assert.equal(truth.windows.length, 2);
  });

  test('above 1 it comes in parts, in folders of their own, by the same bots, and the truth is of all of them', async () => {
    const [one, two] = [await run('flows-udp-flood', 1), await run('flows-udp-flood', 2)];
    const folders = new Set(two.paths.map((path) => path.split('/').slice(0, 2).join('/')));
    assert.deepEqual([...folders].sort(), ['logs/part-0001', 'logs/part-0002', 'networks.csv', 'truth.json']);
    assert.equal(new Set(two.paths).size, two.paths.length);
    assert.deepEqual(two.truth.attackers, one.truth.attackers);
    const ratio = two.truth.attack_requests / one.truth.attack_requests;
    assert.ok(ratio > 1.95 && ratio < 2.05, String(ratio));
    assert.ok(two.lines > 1.9 * one.lines && two.lines < 2.1 * one.lines);
    assert.equal(
      two.truth.attackers_requests.reduce((sum, count) => sum + count, 0),
      two.truth.attack_requests,
    );
    assert.equal(two.truth.windows.length, 1);
    assert.notEqual(two.truth.windows[0]!.attack_requests, 2 * one.truth.windows[0]!.attack_requests);
  });

  test('a wave of which nothing is left is in no truth', async () => {
    const { truth } = await run('flows-weak-syn-flood', 0.0001);
    assert.deepEqual([truth.windows, truth.attack_requests], [[], 0]);
  });

  test('is above 0', async () => {
    for (const scale of [0, -1, Number.NaN, Number.POSITIVE_INFINITY])
      await assert.rejects(run('flows-quiet', scale), RangeError);
  });
});
