/** What an undisturbed deployment did and holds: what a disturbed one is held against. */
import assert from 'node:assert/strict';
import { takeSnapshot } from '../../src/case/snapshot.ts';
import type { Estate } from './faults-estate.ts';
import { type Pair, pairsOf } from './faults-plan.ts';
import { lakeState, queueState, type State, vaultState } from './faults-state.ts';

export const functions = ['Ingest', 'Sweep', 'Watch', 'Investigate', 'Seal', 'ExportEvidence'];

export type Reference = {
  lake: State;
  queues: State;
  vault: State;
  /** Each call of a function, with what the function is called whatever the deployment. */
  pairs: (Pair & { of: string })[];
};

export async function takeReference(estate: Estate, objects: number): Promise<Reference> {
  const pairs = functions.flatMap((of) =>
    pairsOf(estate.cloud.calls, [estate.functionId(of)]).map((pair) => ({ ...pair, of })),
  );
  assert.ok(pairs.length > 25, `${pairs.length} pairs`);
  const [lake, queues] = [await lakeState(estate), await queueState(estate)];
  const vault = await vaultState(estate);

  const custody = Object.keys(lake).filter((name) => name.startsWith('custody of '));
  assert.equal(custody.length, objects - 1, 'each delivery once, without the one set aside');
  // The parts have the digests that the markers state, and no part is without a marker.
  const { broken, orphans } = await takeSnapshot(estate.store);
  assert.deepEqual({ broken, orphans }, { broken: [], orphans: [] });
  const alerts = Object.keys(vault).filter((name) => /^alerts\/.*\.json$/.test(name));
  const states = alerts.map((name) => name.split('/').at(-1)).sort();
  assert.deepEqual(states, ['closed.json', 'grown.json', 'opened.json']);
  const reports = Object.keys(vault).filter((name) => name.endsWith('/report.json'));
  assert.equal(reports.length, 2);
  for (const name of reports) {
    const { judgements } = JSON.parse(Buffer.from((await estate.vault.read(name))!).toString('utf8'));
    assert.equal(judgements.length, 1, `${name} has the word of the analyst`);
  }
  const failed = Object.keys(queues).filter((name) => /DeadLetters|FailedRuns/.test(name));
  assert.deepEqual(failed, []);
  assert.ok(Object.keys(queues).some((name) => name.includes('gone.log')));
  return { lake, queues, vault, pairs };
}
