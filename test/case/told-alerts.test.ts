import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  type Alert,
  dueOf,
  type Growth,
  goneWindows,
  openWindows,
  tell,
  toldAlerts,
} from '../../src/case/told-alerts.ts';
import { memoryStore } from '../evidence/memory-store.ts';

const MINUTE = 60_000;
const at = (clock: string): number => Date.parse(`2019-11-14T${clock}:00Z`);

const flood: Growth = {
  surface: 'network',
  sourceIds: ['vpc-a'],
  ...{ start: at('13:20'), end: at('13:40'), requests: 1_000, over: false },
};

const alertOf = ({ surface, sourceIds, start, end, requests }: Growth, id: string): Alert => ({
  ...{ id, state: 'opened', synthetic: false, surface, flood: { kind: 'syn-flood', volume: null } },
  ...{ source_id: sourceIds[0]!, vantage: 'network', host: null, requests, mitigated: null },
  start: new Date(start).toISOString(),
  end: new Date(end).toISOString(),
  peak_at: new Date(start).toISOString(),
  ...{ peak_per_minute: 90, expected_per_minute: 3, requests_of_known: null, sentence: 'It grew.' },
});

/** What a store holds once the opening of a flood was told, or of an alert as it was written then. */
async function afterTelling(change: (alert: Alert) => object = (alert) => alert) {
  const store = memoryStore();
  const none = await toldAlerts(store);
  const due = dueOf(flood, { told: none, at: flood.end })!;
  assert.equal(due.state, 'opened');
  await tell(change(alertOf(flood, due.id)) as Alert, { store, notify: async () => {} });
  return { id: due.id, told: await toldAlerts(store) };
}

describe('What is due', () => {
  test('is nothing while a flood stays as it was told, an update where it grew, and its end', async () => {
    const { id, told } = await afterTelling();
    const now = { told, at: at('14:30') };
    assert.equal(dueOf(flood, now), null);
    assert.deepEqual(dueOf({ ...flood, requests: 1_001 }, now), { id, state: 'grown' });
    assert.deepEqual(dueOf({ ...flood, over: true }, now), { id, state: 'closed' });
  });

  test('is of one window where another log that saw the flood speaks for it now', async () => {
    const { id, told } = await afterTelling();
    const now = { told, at: at('14:30') };
    assert.equal(dueOf({ ...flood, sourceIds: ['vpc-b', 'vpc-a'], over: true }, now)!.id, id);
    assert.notEqual(dueOf({ ...flood, sourceIds: ['vpc-b'], over: true }, now)!.id, id);
  });

  test('is of another window on another surface, though the logs share a name', async () => {
    const { id, told } = await afterTelling();
    const due = dueOf({ ...flood, surface: 'http' }, { told, at: at('14:30') });
    assert.equal(due!.state, 'opened');
    assert.notEqual(due!.id, id);
  });

  test('is nothing of what ended a day ago and was never told', async () => {
    const told = await toldAlerts(memoryStore());
    assert.equal(dueOf(flood, { told, at: flood.end + 1441 * MINUTE }), null);
  });
});

describe('A window that is none any more', () => {
  test('is cleared on its own surface alone, once its log went on', async () => {
    const { id, told } = await afterTelling();
    const gone = (surface: 'network' | 'http', last: number) =>
      goneWindows(told, { surface, growths: [], last }).map((alert) => [alert.id, alert.state]);
    assert.deepEqual(gone('network', at('14:30')), [[id, 'closed']]);
    assert.deepEqual(gone('network', at('13:50')), []);
    assert.deepEqual(gone('http', at('14:30')), []);
    assert.deepEqual(goneWindows(told, { surface: 'network', growths: [flood], last: at('14:30') }), []);
  });

  test('is one of requests where an earlier version wrote it', async () => {
    const { told } = await afterTelling(({ surface, ...rest }) => rest);
    assert.deepEqual([openWindows(told, 'http').length, openWindows(told, 'network').length], [1, 0]);
  });
});
