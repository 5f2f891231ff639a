/** Clients of our own that ask again for what failed are no attack, and an attack that makes a platform fail is no such storm. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { LogObject } from '../../src/ingest/pass.ts';
import type { ReportModel } from '../../src/report/model.ts';
import type { Scenario } from '../../src/simulate/scenario.ts';
import { scenarios } from '../../src/simulate/scenarios.ts';
import { simulate, type Truth } from '../../src/simulate/simulate.ts';
import { investigateObjects, memoryObject } from './scenario-lake.ts';

const storm = scenarios['retry-storm']!;
const [outage] = storm.outages as [NonNullable<Scenario['outages']>[number]];

/** A small platform, so that it is quick. */
const platform: Scenario = {
  ...storm,
  visitors: storm.visitors.map((group) => ({ ...group, people: Math.ceil(group.people / 6) })),
  app: { ...storm.app, users: Math.ceil(storm.app.users / 12) },
};

async function investigated(scenario: Scenario): Promise<{ truth: Truth; model: ReportModel }> {
  const objects: LogObject[] = [];
  let networks = '';
  const truth = await simulate(scenario, {
    seed: 1,
    async write(path, bytes) {
      if (path.startsWith('logs/')) objects.push(memoryObject(path, bytes));
      if (path === 'networks.csv') networks = Buffer.from(bytes).toString('utf8');
    },
  });
  const { result } = await investigateObjects(objects, { networks });
  return { truth, model: result.model };
}

const resultOf = (surge: ReportModel['surges'][number], id: string): string | undefined =>
  surge.tests.find((test) => test.id === id)?.result;

describe('growth with errors', () => {
  test('is a retry storm where known clients ask again and again for what failed, as a tool would', async () => {
    const { model } = await investigated({
      ...platform,
      outages: [{ ...outage, app: { times: 150, afterSeconds: 2 } }],
    });
    assert.deepEqual(model.windows, []);
    assert.deepEqual(
      model.surges.map(({ kind, vantage }) => [kind, vantage]),
      [['retry-storm', 'edge']],
    );
    const [surge] = model.surges;
    assert.equal(resultOf(surge!, 'composition'), 'attack', 'its composition alone is that of an attack');
    assert.equal(resultOf(surge!, 'retries'), 'benign');
    assert.ok(surge!.queries.includes('detection/retries'));
    assert.equal(model.finding, 'no-attack');
  });

  test('is an attack where those who come are new, though all fails and our own clients ask again too', async () => {
    const { from, until } = outage;
    const { truth, model } = await investigated({
      ...platform,
      // From the same second on as the flood: the order of the two says nothing.
      outages: [outage],
      attack: {
        ...platform.attack,
        waves: [
          {
            ...{ from, until, bots: 400, requests: 8_000, rampSeconds: 30, endSeconds: 10 },
            ...{ techniques: [], reactionSeconds: 3_600 },
          },
        ],
        profiles: [
          {
            id: 'plain',
            ja4: storm.agents[0]!.ja4,
            weight: 1,
            templates: [{ host: 'donate.campaign.example', path: '/donate', query: '', weight: 1 }],
            botScore: { from: 3, until: 60 },
          },
        ],
      },
      defence: { ...platform.defence, stoppedBefore: 0, stoppedAfter: 0 },
    });
    assert.equal(model.windows.length, 1);
    const [window] = model.windows;
    assert.equal(window!.kind, 'http-flood');
    const share = window!.requests / truth.attack_requests;
    // Those of our own who ask again for what the flood asks for are told from it by their addresses alone.
    assert.ok(share > 0.95 && share < 1.15, `${window!.requests} of ${truth.attack_requests} requests`);
    assert.ok(!model.surges.some(({ kind }) => kind === 'retry-storm'));
    assert.ok(
      model.queries.some(({ id }) => id === 'detection/retries'),
      'it was asked whether it is one',
    );
  });
});
