/** A batch that was delivered twice, cut anew, is no growth. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cloudflareLine } from '../ingest/lines.ts';
import { logObject, temporaryLake } from '../ingest/temporary-lake.ts';
import { reportOf } from './hand-lake.ts';

const FROM = Date.parse('2019-11-14T08:00:00Z');
const MINUTES = 420;
const PER_MINUTE = 70;

/** A day's traffic without a change: so many requests each minute, by people who ask for three pages. */
function linesOf(first: number, last: number): string[] {
  const lines: string[] = [];
  for (let minute = first; minute < last; minute += 1)
    for (let index = 0; index < PER_MINUTE; index += 1)
      lines.push(
        cloudflareLine({
          RayID: `ray${minute}-${index}`,
          EdgeStartTimestamp: new Date(FROM + minute * 60_000 + index * 800).toISOString(),
          ClientIP: `192.0.2.${1 + ((minute + index * 7) % 200)}`,
          ClientRequestURI: ['/', '/news', '/donate'][(minute + index) % 3],
        }),
      );
  return lines;
}

test('twenty minutes that arrived twice are no surge, and the report counts their requests once', async () => {
  const lake = await temporaryLake();
  await lake.ingest([
    logObject('all', linesOf(0, MINUTES).join('\n')),
    logObject('again', linesOf(200, 220).join('\n')),
  ]);
  const { model } = await reportOf(lake);
  assert.deepEqual([model.windows, model.surges], [[], []]);
  assert.equal(model.finding, 'no-attack');
  const [log] = model.coverage.logs;
  assert.deepEqual([log!.records, log!.duplicates], [(MINUTES + 20) * PER_MINUTE, 20 * PER_MINUTE]);
  const [series] = model.series;
  assert.equal(Math.max(...series!.points.map(({ requests }) => requests)), PER_MINUTE);
});
