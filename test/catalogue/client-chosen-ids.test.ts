/** An id is no proof of a second delivery where rows of several times or clients have it: nobody hides behind one. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { firewallEvent } from '../formats/valid-objects.ts';
import { apacheLine, cloudflareLine } from '../ingest/lines.ts';
import { logObject } from '../ingest/temporary-lake.ts';
import { askingOf, EDGE, WINDOW } from './small-lake.ts';

/** Twelve requests of three clients, a second apart, under one id. */
const lines = Array.from({ length: 12 }, (_, index) =>
  cloudflareLine({
    RayID: 'chosen',
    ClientIP: `198.51.100.${1 + (index % 3)}`,
    EdgeStartTimestamp: `2019-11-11T15:42:${10 + index}Z`,
    SecurityAction: 'block',
  }),
);
/** A request that two rules of the firewall met, of which one only logged. */
const events = ['log', 'block'].map((Action) =>
  JSON.stringify({ ...firewallEvent, RayID: 'met-twice', Action, Datetime: '2019-11-11T15:43:00Z' }),
);
const lake = await askingOf([
  logObject('chosen', lines.join('\n')),
  logObject('firewall', events.join('\n')),
]);
after(() => lake.engine.close());

for (const id of [
  'origin/countries',
  'origin/networks',
  'origin/sources',
  'origin/prefixes',
  'technique/agents',
  'technique/fingerprints',
  'technique/paths',
  'technique/signatures',
  'technique/source-signatures',
  'impact/outcomes-by-source',
])
  test(`each counts: ${id}`, async () => {
    const rows = await lake.ask(id, { ...WINDOW, source_id: EDGE, repeats: '1' });
    assert.equal(
      rows.reduce((sum, row) => sum + Number(row.requests), 0),
      lines.length,
    );
  });

test('none is a repeat, and the log is said to have such ids', async () => {
  const days = { from_day: WINDOW.from_day, until_day: WINDOW.until_day };
  assert.deepEqual(await lake.ask('detection/repeats-by-minute', { ...days, source_id: EDGE }), []);
  const counted = await lake.ask('integrity/repeated-requests', days);
  const { repeats, rows_of_shared_ids: shared } = counted.find((row) => row.source_id === EDGE)!;
  assert.deepEqual([repeats, shared], [0, lines.length]);
});

test('a request of several rows was stopped where one of them says so', async () => {
  const days = { from_day: WINDOW.from_day, until_day: WINDOW.until_day };
  const [log] = (await lake.ask('integrity/repeated-requests', days)).filter((row) => row.source_id !== EDGE);
  const [minute] = await lake.ask('detection/repeats-by-minute', {
    ...days,
    source_id: String(log!.source_id),
  });
  assert.deepEqual([minute!.repeats, minute!.mitigated], [1, 0]);
});

test('an id that the log takes from its clients is no sign of a second delivery, whatever else is alike', async () => {
  const days = { from_day: WINDOW.from_day, until_day: WINDOW.until_day };
  const line = `${apacheLine()} 80 0.001 [default-web-80] [] 10.0.0.1:80 512 0.001 200 chosen`;
  const ingress = await askingOf([logObject('ingress', `${line}\n`.repeat(30))]);
  const [log] = await ingress.ask('integrity/repeated-requests', days);
  await ingress.engine.close();
  assert.deepEqual([log!.rows_with_id, log!.repeats, log!.rows_of_shared_ids], [30, 0, 30]);
});
