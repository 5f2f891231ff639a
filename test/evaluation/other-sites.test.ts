/** The logs of the other sites: the same bytes for the same seed, each line a row, and nobody's addresses. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { otherCases, siteOf } from '../../evaluation/other-sites/cases.ts';
import { linesOf } from '../../evaluation/other-sites/logs.ts';
import { temporaryLake } from '../ingest/temporary-lake.ts';

const START = Date.UTC(2019, 5, 4);
const make = (id: string, seed: number): string[] => {
  const { site, fingerprints } = siteOf(id, seed);
  return linesOf(site, { format: otherCases[id]!.format, start: START, seed, fingerprints });
};

describe('The logs of other sites', () => {
  for (const id of ['shop-quiet-and-small', 'app-passwords', 'charity-flood'])
    test(`${id}: the same for a seed, other ones for another`, () => {
      const lines = make(id, 1);
      assert.deepEqual(make(id, 1), lines);
      assert.notDeepEqual(make(id, 2), lines);
      assert.ok(lines.length > 1000 && lines.every((line) => /(^|"ClientIP":"| )2[45]\d\./.test(line)));
    });

  test('have the attack of each wave within their time, and none where they are quiet', () => {
    for (const [id, { windows = [], hours }] of Object.entries(otherCases)) {
      const { site } = siteOf(id, 1);
      const waves = new Set(
        site.requests.flatMap(({ wave, at }) => (wave === null || at >= hours * 3_600_000 ? [] : [wave])),
      );
      assert.deepEqual([...waves].sort(), [...windows.keys()], id);
    }
  });

  for (const id of ['shop-pulses', 'app-release', 'charity-small-host'])
    test(`${id}: each line is a row`, async () => {
      const lines = make(id, 1).slice(0, 5000);
      const { ledger } = await (await temporaryLake()).take(lines.join('\n'));
      assert.equal(ledger.rows, lines.length);
    });
});
