/** An ingest that is killed at any moment: what can be seen is whole, and run again it ends as if nothing had been. */
import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { createRandom } from '../../src/simulate/random.ts';
import { albLine, apacheLine, cloudflareLine } from '../ingest/lines.ts';
import { temporaryFolder } from '../ingest/temporary-lake.ts';
import { ascribe, digests } from './run.ts';

const KILLS = 90;
/** Runs at a time: a killed process leaves the cores to the next. */
const AT_ONCE = 2;

const root = temporaryFolder();
const logs = join(root, 'logs');

/** What byte-identity is claimed for: table parts, markers and the profile. */
const claimed = (path: string): boolean => /^(tables|objects)\/|^profile\.json$/.test(path);

const ingest = (lake: string, killAfter?: number) =>
  ascribe(['ingest', logs, '--lake', lake], killAfter === undefined ? {} : { killAfter });

before(() => {
  mkdirSync(logs);
  const lines = (count: number, line: (index: number) => string) =>
    `${Array.from({ length: count }, (_, index) => line(index)).join('\n')}\n`;
  const ip = (index: number) => `198.51.100.${index % 256}`;
  // Small objects, which go together; one of several parts; one with records that cannot be read.
  for (let file = 0; file < 40; file += 1)
    writeFileSync(
      join(logs, `edge-${file}.log.gz`),
      gzipSync(lines(30, (n) => cloudflareLine({ ClientIP: ip(n + file) }))),
    );
  writeFileSync(
    join(logs, 'balancer.log'),
    lines(40_000, (n) => albLine({ client: `${ip(n)}:${1024 + n}` })),
  );
  writeFileSync(
    join(logs, 'origin.log'),
    lines(20_000, (n) => (n % 100 === 0 ? 'damaged' : apacheLine({ ip: ip(n) }))),
  );
});

test(`killed with SIGKILL at ${KILLS} random moments and run again, the lake is that of an undisturbed run`, async (t) => {
  const undisturbed = join(root, 'undisturbed');
  const started = performance.now();
  const first = await ingest(undisturbed);
  const whole = performance.now() - started;
  assert.equal(first.code, 0, first.err);
  const expected = digests(undisturbed, claimed);
  assert.ok(expected.size > 80, `${expected.size} files to compare`);

  const moments = createRandom(20191112, 'kills');
  let killed = 0;
  let partial = 0;
  async function disturb(round: number): Promise<void> {
    const lake = join(root, `killed-${round}`);
    const moment = Math.round(moments.between(0, whole));
    const { signal } = await ingest(lake, moment);
    if (signal === 'SIGKILL') killed += 1;
    mkdirSync(lake, { recursive: true });
    const seen = digests(lake, claimed);
    if (signal === 'SIGKILL' && seen.size > 1 && seen.size < expected.size) partial += 1;
    for (const [path, digest] of seen)
      assert.equal(digest, expected.get(path), `${path}, seen after a kill at ${moment} ms`);
    const again = await ingest(lake);
    assert.equal(again.code, 0, `after a kill at ${moment} ms: ${again.err}`);
    assert.deepEqual(digests(lake, claimed), expected, `killed after ${moment} of ${Math.round(whole)} ms`);
    rmSync(lake, { recursive: true, force: true });
  }
  for (let round = 0; killed < KILLS; round += AT_ONCE) {
    assert.ok(round < KILLS * 3, 'most rounds are killed before they end');
    await Promise.all(Array.from({ length: AT_ONCE }, (_, index) => disturb(round + index)));
  }
  // Otherwise the moments missed what is to be tested.
  assert.ok(partial > KILLS / 20, `${partial} kills left a lake in between`);
  t.diagnostic(
    `${killed} kills within ${Math.round(whole)} ms, ${partial} of them between the first file and the last`,
  );
});
