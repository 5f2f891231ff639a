/** The engine's memory has a bound, and no answer depends on it. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { duckDbEngine } from '../../src/adapters/duckdb-engine.ts';

const folder = mkdtempSync(join(tmpdir(), 'ascribe-bounded-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** As many made-up request ids, each tenth of them twice. */
const COUNTING = (ids: number) => `select count(*) as rows_all, count(distinct request_id) as ids
from (select md5(cast(case when i % 10 = 0 then i + 1 else i end as varchar)) as request_id from range(${ids}) t(i))`;

/** Runs a query in a process of its own, whose temporary files lie in a folder, and says what the process took. */
function alone(
  sql: string,
  memory: string,
): { rows: unknown[][]; peakMegabytes: number; overflowed: boolean } {
  const engine = new URL('../../src/adapters/duckdb-engine.ts', import.meta.url).href;
  const script = `
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
const { duckDbEngine } = await import('${engine}');
const engine = await duckDbEngine([], { memory: '${memory}' });
let overflowed = false;
const looking = setInterval(() => {
  overflowed ||= readdirSync(process.env.TMPDIR).some((name) => readdirSync(join(process.env.TMPDIR, name)).length > 0);
}, 5);
const { rows } = await engine.run(\`${sql}\`);
clearInterval(looking);
await engine.close();
const peak = /VmHWM:\\s+(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'));
console.log(JSON.stringify({ rows, overflowed, peakMegabytes: Math.round(Number(peak[1]) / 1024) }));`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    env: { ...process.env, TMPDIR: folder },
    encoding: 'utf8',
  });
  assert.equal(stderr, '');
  return JSON.parse(stdout);
}

describe('An engine with little memory', () => {
  test('counts ids exactly, in files where they do not fit', { skip: process.platform !== 'linux' }, () => {
    const ids = 3_000_000;
    const [little, much] = ['150MB', '8GB'].map((memory) => alone(COUNTING(ids), memory));
    assert.deepEqual(little!.rows, much!.rows);
    assert.ok(Number(little!.rows[0]![1]) < ids);
    assert.deepEqual([little!.overflowed, much!.overflowed], [true, false]);
    assert.ok(
      little!.peakMegabytes < much!.peakMegabytes,
      `${little!.peakMegabytes} and ${much!.peakMegabytes} MiB`,
    );
  });

  test('leaves no file behind', { skip: process.platform !== 'linux' }, () => {
    alone(COUNTING(1_000_000), '100MB');
    assert.deepEqual(readdirSync(folder), []);
  });

  test('takes more rather than to answer nothing, and less again afterwards', async () => {
    const engine = await duckDbEngine([], { memory: '60MB' });
    const limit = async () =>
      (await engine.run("select current_setting('memory_limit') as memory")).rows[0]![0];
    const before = await limit();
    // A list goes on in no file.
    const { rows } = await engine.run('select len(list(i)) as n from range(20000000) t(i)');
    assert.deepEqual(rows, [[20_000_000]]);
    assert.equal(await limit(), before);
    await engine.close();
  });
});

describe('Questions asked at once', () => {
  const HUGE = 'select len(list(i)) as n from range(20000000) t(i)';

  test('are answered each with its own rows, two at a time, one that needs more memory alone', async () => {
    const engine = await duckDbEngine([], { memory: '60MB' });
    const limit = "select current_setting('memory_limit') as memory, count(*) as n from range(3000000) t(i)";
    const before = (await engine.run(limit)).rows[0]!;
    const asked = [HUGE, limit, 'select 7 as n', HUGE, limit, 'select no_column', 'select 8 as n'];
    const answers = await Promise.allSettled(asked.map((sql) => engine.run(sql)));
    const rows = answers.map((answer) => (answer.status === 'fulfilled' ? answer.value.rows : null));
    assert.deepEqual(rows, [[[20_000_000]], [before], [[7]], [[20_000_000]], [before], null, [[8]]]);
    assert.deepEqual((await engine.run(limit)).rows, [before]);
    await engine.close();
  });

  test('are given up where the engine is closed, and those that wait are not begun', async () => {
    const engine = await duckDbEngine([]);
    const endless = 'select count(*) from range(1000000000000) t(i) where hash(i) % 7 = 3';
    const asked = [endless, endless, 'select 1'].map((sql) => engine.run(sql));
    const answers = Promise.allSettled(asked);
    await new Promise((resolve) => setTimeout(resolve, 200));
    await engine.close();
    const reasons = (await answers).map((each) =>
      each.status === 'rejected' ? each.reason.message : 'done',
    );
    assert.match(reasons[0]!, /^DuckDB: .*(interrupt|cancel)/i);
    assert.match(reasons[1]!, /^DuckDB: .*(interrupt|cancel)/i);
    assert.match(reasons[2]!, /the engine was closed before it came to this question/);
  });
});
