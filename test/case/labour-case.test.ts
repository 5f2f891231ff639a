/** labour-2019 of seed 1 as it is, and with a case file that takes some of its attackers for partners; more seeds are in `npm run evaluate`. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { CaseResult } from '../../src/case/investigate.ts';
import type { ReportModel } from '../../src/report/model.ts';
import { assertFound, assertReadme } from './labour-found.ts';
import { labourLake } from './scenario-lake.ts';

/** Few, since each makes every query longer. */
const TAKEN = 50;

let lake: Awaited<ReturnType<typeof labourLake>>;
let plain: CaseResult;

before(async () => {
  lake = await labourLake(1);
  plain = await lake.investigate();
});

after(() => lake?.remove());

/** The defence has a rule of old that stops a third of the attack at once, and answers are slow until its last request. */
function assertTimes({ impact, windows }: ReportModel): void {
  for (const { id, start, end } of windows) {
    const [acted, usual] = ['mitigate', 'recover'].map(
      (what) => impact.times!.find((time) => time.window_id === id && time.what === what)!,
    );
    assert.deepEqual([acted!.basis, acted!.least_seconds], ['mitigated-request', 0]);
    const minutes = (Date.parse(usual!.at!) - Date.parse(end)) / 60_000;
    assert.ok(Math.abs(minutes) <= 5, `${id} ended ${end}, and service was as usual at ${usual!.at}`);
    assert.ok(usual!.least_seconds! <= (Date.parse(usual!.at!) - Date.parse(start)) / 1000);
    const delayed = impact.mitigation_caused.find(
      (each) => each.window_id === id && each.id === 'usual-clients-delayed',
    )!;
    assert.ok(delayed.during! > 50 && delayed.before === 0, delayed.sentence);
  }
}

test('labour-2019, seed 1: both windows and the attacking addresses are found', (t) => {
  assertFound(t, { ...lake, result: plain });
  assertReadme(plain.model);
});

test('labour-2019: attackers that a case file names are in no list and no count, and are named', async () => {
  const partners = [...lake.truth.attackers].sort().slice(0, TAKEN);
  const reason = 'Sends our mail.';
  const caseFile = { known_sources: [{ networks: partners, role: 'partner', name: 'Mailer', reason }] };
  const result = await lake.investigate({ caseFile });
  const { model, sourcesCsv } = result;
  assertTimes(plain.model);
  // The log repeats no id: no query looks for any.
  const once = model.queries.filter(({ parameters }) => parameters.repeats !== undefined);
  assert.ok(once.length > 5 && once.every(({ parameters }) => parameters.repeats === '0'));
  const listed = (csv: string) => new Set(csv.split('\n').map((line) => line.split(',')[0]!));
  assert.ok(partners.filter((ip) => listed(plain.sourcesCsv).has(ip)).length > TAKEN * 0.9);
  assert.deepEqual(
    partners.filter((ip) => listed(sourcesCsv).has(ip)),
    [],
  );
  assert.equal(model.windows.length, 2);
  for (const [index, window] of model.windows.entries()) {
    const whole = plain.model.windows[index]!;
    assert.ok(window.requests < whole.requests);
    const off = Math.abs(window.requests_with_excluded! - whole.requests) / whole.requests;
    assert.ok(off < 0.01, `${window.requests_with_excluded} for ${whole.requests}`);
  }
  const [known] = model.case!.known_sources;
  assert.ok(known!.suspects.length > TAKEN * 0.9);
  assert.match(known!.sentence, /with the attack's signatures: look at it\./);
  for (const shares of [model.countries, model.networks])
    assert.ok(shares[0]!.denominator <= model.windows.reduce((sum, { requests }) => sum + requests, 0));
});
