import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, before, test } from 'node:test';
import { createRandom } from '../../src/simulate/random.ts';
import { labour2019 } from '../../src/simulate/scenarios/labour-2019.ts';
import { simulate } from '../../src/simulate/simulate.ts';
import { ascribe, digests } from './run.ts';

const KILLS = 10;

const root = mkdtempSync(join(tmpdir(), 'ascribe-killed-'));
const logs = join(root, 'logs');
after(() => rmSync(root, { recursive: true, force: true }));

/** Table parts, markers, the profile and the report: what byte-identity is claimed for. */
const claimed = (path: string): boolean =>
  /^lake\/(tables|objects)\/|^lake\/profile\.json$|^report\.|^sources\.csv$/.test(path);

const investigate = (out: string, killAfter?: number) =>
  ascribe(
    ['investigate', logs, '--out', out, '--networks', join(root, 'networks.csv')],
    killAfter === undefined ? {} : { killAfter },
  );

before(async () => {
  mkdirSync(logs);
  // A tenth of the people and bots: each kill costs a whole run and more, and most of it is the report's queries.
  await simulate(labour2019, {
    seed: 7,
    scale: 0.1,
    async write(path, bytes) {
      if (path === 'networks.csv') writeFileSync(join(root, path), bytes);
      // Two hours, into the first wave, both logs.
      if (/20191111T1[45]\d\d/.test(basename(path))) writeFileSync(join(logs, basename(path)), bytes);
    },
  });
});

test(`killed with SIGKILL at ${KILLS} random moments and run again, the lake and the report are those of an undisturbed run`, async (t) => {
  const undisturbed = join(root, 'undisturbed');
  const started = performance.now();
  const first = await investigate(undisturbed);
  let whole = performance.now() - started;
  assert.equal(first.code, 0, first.err);
  const expected = digests(undisturbed, claimed);
  assert.ok(expected.size > 100, `${expected.size} files to compare`);

  const moments = createRandom(20191111, 'kills');
  let killed = 0;
  for (let round = 0; killed < KILLS; round += 1) {
    assert.ok(round < KILLS * 3, 'most rounds are killed before they end');
    const out = join(root, `killed-${round}`);
    const moment = Math.round(moments.between(0, whole));
    const begun = performance.now();
    const disturbed = await investigate(out, moment);
    if (disturbed.signal === 'SIGKILL') killed += 1;
    // The machine has less to do than at first: moments are taken from what a run lasts now.
    else whole = performance.now() - begun;
    const again = await investigate(out);
    assert.equal(again.code, 0, `after a kill at ${moment} ms: ${again.err}`);
    assert.deepEqual(digests(out, claimed), expected, `killed after ${moment} of ${Math.round(whole)} ms`);
    const verified = await ascribe(['verify', join(out, 'package')]);
    assert.equal(verified.code, 0, verified.err);
    rmSync(out, { recursive: true, force: true });
  }
  t.diagnostic(`${killed} kills within ${Math.round(whole)} ms`);
});
