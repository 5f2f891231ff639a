/** Requests and flows of one estate in one lake. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LogObject } from '../../src/ingest/pass.ts';
import { severalScenarios } from '../../src/simulate/scenarios.ts';
import { simulate } from '../../src/simulate/simulate.ts';
import { investigateObjects, memoryObject } from './scenario-lake.ts';

test('a flood of requests and one of flows are two windows, each on its surface, and neither is told twice', async () => {
  const objects: LogObject[] = [];
  let networks = '';
  const truth = await simulate(severalScenarios['mixed-surfaces']!, {
    seed: 2,
    async write(path, bytes) {
      if (path.startsWith('logs/')) objects.push(memoryObject(path, bytes));
      if (path === 'networks.csv') networks = Buffer.from(bytes).toString('utf8');
    },
  });
  assert.deepEqual(
    truth.windows.map(({ surface = 'http', kind }) => [surface, kind]),
    [
      ['http', 'http-flood'],
      ['network', 'syn-flood'],
    ],
  );
  const { result } = await investigateObjects(objects, { networks });
  const { model } = result;
  assert.deepEqual(
    model.windows.map(({ surface, kind, also_seen }) => [surface, kind, also_seen]),
    [
      ['http', 'http-flood', undefined],
      ['network', 'syn-flood', undefined],
    ],
  );
  for (const [index, window] of model.windows.entries()) {
    const actual = truth.windows[index]!;
    assert.ok(Math.abs(Date.parse(window.start) - Date.parse(actual.from)) <= 60_000, window.start);
    assert.ok(Math.abs(Date.parse(window.end) - Date.parse(actual.until)) <= 60_000, window.end);
    assert.ok(window.requests <= actual.attack_requests);
  }
  // The edge opened more connections to the web while it was flooded: that is no flood of its own.
  for (const surge of model.surges) assert.ok(surge.start < model.windows[1]!.start, surge.start);
  assert.equal(model.sources_answer, 'listed');
  assert.match(model.sources_reason!, /source addresses of W2 can be forged/);
  const named = result.sourcesCsv.trimEnd().split('\n').slice(1);
  const attackers = new Set(truth.attackers);
  assert.ok(named.filter((row) => attackers.has(row.split(',')[0]!)).length >= 0.99 * named.length);
  assert.ok(named.length >= 0.95 * attackers.size);
});
