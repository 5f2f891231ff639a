/** The word of an analyst on clusters, and that reports follow it. */
import assert from 'node:assert/strict';
import { before, beforeEach, describe, test } from 'node:test';
import { openCatalogue } from '../../src/adapters/catalogue.ts';
import { duckDbEngine, partsOf } from '../../src/adapters/duckdb-engine.ts';
import { reportOn } from '../../src/case/daily.ts';
import { clusterId, JUDGEMENTS_FOLDER, type Judgement, recordJudgement } from '../../src/case/judgements.ts';
import { apacheLine } from '../ingest/lines.ts';
import { logObject, type TestLake, temporaryLake } from '../ingest/temporary-lake.ts';
import { type Reported, reportOf } from './hand-lake.ts';
import { dayLog } from './intranet-lake.ts';

const two = (value: number): string => String(value).padStart(2, '0');
const line = (minute: number, second: number, rest: { ip: string; request: string; agent: string }): string =>
  apacheLine({
    ...rest,
    time: `12/Nov/2019:${two(Math.floor(minute / 60))}:${two(minute % 60)}:${two(second)} +0000`,
  });

/**
 * A day with the flood of tool/1.0 from 13:20 to 13:45; a mirror of the news beside it, from 13:17 to 13:48, out of
 * two networks; and a page that colleagues asked for some three times as often as ever.
 */
function busyDay(): string {
  const lines = [dayLog(1)];
  for (let minute = 797; minute < 828; minute += 1)
    for (let hit = 0; hit < 90; hit += 1)
      lines.push(
        line(minute, hit % 60, {
          ip: `192.168.${hit % 3 === 0 ? 5 : 6}.${1 + (hit % 30)}`,
          request: 'GET /news/archive HTTP/1.1',
          agent: 'wget/2.0',
        }),
      );
  for (let hit = 0; hit < 18; hit += 1)
    lines.push(
      line(802 + hit, 7, {
        ip: '10.1.77.7',
        request: 'GET /canteen HTTP/1.1',
        agent: 'Mozilla/5.0 (Office 1)',
      }),
    );
  return `${lines.join('\n')}\n`;
}

let lake: TestLake;
let plain: Reported;
let at = 0;

/** Records a judgement, each a second after the last. */
function say(cluster: string, said: Partial<Judgement> & Pick<Judgement, 'judgement'>): Promise<Judgement> {
  at += 1000;
  return recordJudgement(lake.store, {
    ...{ cluster, tag: null, by_field: null, window: null, by: 'A. Analyst', reason: 'A mirror of ours.' },
    at: new Date(Date.parse('2019-11-13T10:00:00Z') + at).toISOString(),
    tool: { name: 'ascribe', version: '0.1.0' },
    ...said,
  });
}

const idOf = ({ model }: Reported, agent: string): string =>
  model.clusters.find(({ user_agent }) => user_agent === agent)!.id;
const windowOf = ({ model }: Reported) => model.windows[0]!;
const minuteOf = (time: string) => time.slice(11, 16);

before(async () => {
  lake = await temporaryLake();
  await lake.ingest([logObject('day.log', `${dayLog(0)}${busyDay()}`)]);
  plain = await reportOf(lake);
});

beforeEach(async () => {
  for (const { key } of await lake.store.list(JUDGEMENTS_FOLDER)) await lake.store.remove(key);
});

describe('Clusters', () => {
  test('have an id of their signature, the same in every report', async () => {
    assert.equal(plain.model.windows.length, 1);
    assert.deepEqual(plain.model.clusters.map(({ user_agent }) => user_agent).sort(), [
      'tool/1.0',
      'wget/2.0',
    ]);
    for (const { id } of plain.model.clusters) assert.match(id, /^[0-9a-f]{8}$/);
    const signature = { fingerprint: null, method: 'GET', path: '/news/archive', query: null };
    assert.equal(
      idOf(plain, 'wget/2.0'),
      clusterId({ ...signature, userAgent: 'wget/2.0', hasReferrer: false }),
    );
    assert.ok(plain.file('report.html')!.includes(idOf(plain, 'wget/2.0')));
    assert.deepEqual(plain.model.judgements, []);
  });

  test('that grew below the threshold are left to an analyst', () => {
    const open = plain.model.open_clusters!.find(({ template }) => template === 'GET /canteen');
    assert.ok(open && open.requests > open.expected * 1.5 && open.requests < open.expected * 5);
  });
});

describe('A rejected cluster', () => {
  test('is in no count, source or edge, and is listed with by and reason', async () => {
    const id = idOf(plain, 'wget/2.0');
    const gone = plain.model.clusters.find((cluster) => cluster.id === id)!;
    await say(id, { judgement: 'reject' });
    const ruled = await reportOf(lake);
    assert.equal(windowOf(ruled).requests, windowOf(plain).requests - gone.requests);
    assert.equal(windowOf(ruled).sources, windowOf(plain).sources! - gone.sources);
    assert.deepEqual([minuteOf(windowOf(plain).start), minuteOf(windowOf(ruled).start)], ['13:17', '13:20']);
    assert.deepEqual([minuteOf(windowOf(plain).end), minuteOf(windowOf(ruled).end)], ['13:47', '13:44']);
    assert.match(plain.sourcesCsv, /^192\.168\./m);
    assert.doesNotMatch(ruled.sourcesCsv, /^192\.168\./m);
    assert.ok(ruled.model.clusters.every((cluster) => cluster.id !== id));
    const [rejected] = ruled.model.rejected_clusters!;
    assert.deepEqual(
      [rejected!.id, rejected!.requests, rejected!.sources, rejected!.by, rejected!.reason],
      [id, gone.requests, gone.sources, 'A. Analyst', 'A mirror of ours.'],
    );
    assert.match(ruled.file('report.html')!, /A mirror of ours\./);
  });

  test('makes another report, whose package holds the judgement; and the same bytes twice', async () => {
    const { hash } = await say(idOf(plain, 'wget/2.0'), { judgement: 'reject' });
    const [one, other] = [await reportOf(lake), await reportOf(lake)];
    assert.deepEqual(one.report, other.report);
    assert.notEqual(one.snapshot.root, plain.snapshot.root);
    assert.equal(JSON.parse(one.file('judgements.jsonl')!).hash, hash);
    assert.equal(plain.file('judgements.jsonl'), null);
  });

  test('is back once it is accepted, save for the record of both', async () => {
    await say(idOf(plain, 'wget/2.0'), { judgement: 'reject' });
    await say(idOf(plain, 'wget/2.0'), { judgement: 'accept' });
    const ruled = await reportOf(lake);
    assert.deepEqual(ruled.model.windows, plain.model.windows);
    assert.equal(ruled.sourcesCsv, plain.sourcesCsv);
    assert.deepEqual(
      ruled.model.judgements!.map(({ judgement }) => judgement),
      ['reject', 'accept'],
    );
  });

  test('leaves no attack where there was no other', async () => {
    for (const { id } of plain.model.clusters) await say(id, { judgement: 'reject' });
    const { model } = await reportOf(lake);
    assert.deepEqual([model.windows.length, model.surges.length, model.sources_count], [0, 1, 0]);
    assert.notEqual(model.finding, 'attack');
    assert.match(model.surges[0]!.sentence, /2 clusters were rejected as none of an attack by A\. Analyst\./);
    assert.equal(model.rejected_clusters!.length, 2);
  });

  test('is rejected in the window that was named alone', async () => {
    const id = idOf(plain, 'wget/2.0');
    const day = (of: string) => ({ from: `${of}T00:00:00.000Z`, until: `${of}T23:00:00.000Z` });
    await say(id, { judgement: 'reject', window: day('2019-11-11') });
    assert.deepEqual((await reportOf(lake)).model.windows, plain.model.windows);
    await say(id, { judgement: 'reject', window: day('2019-11-12') });
    assert.ok(windowOf(await reportOf(lake)).requests < windowOf(plain).requests);
  });
});

describe('An accepted cluster', () => {
  test("is the attack's below the threshold too, and so are its addresses", async () => {
    const open = plain.model.open_clusters!.find(({ template }) => template === 'GET /canteen')!;
    await say(open.id, { judgement: 'accept', by: 'B. Analyst' });
    const ruled = await reportOf(lake);
    const accepted = ruled.model.clusters.find(({ id }) => id === open.id)!;
    assert.equal(accepted.accepted_by, 'B. Analyst');
    assert.match(ruled.sourcesCsv, /^10\.1\.77\.7,/m);
    assert.ok(windowOf(ruled).requests > windowOf(plain).requests);
    assert.ok(ruled.model.open_clusters!.every(({ id }) => id !== open.id));
  });

  test('makes a surge an attack', async () => {
    for (const { id } of plain.model.clusters) await say(id, { judgement: 'reject' });
    const open = plain.model.open_clusters!.find(({ template }) => template === 'GET /canteen')!;
    await say(open.id, { judgement: 'accept' });
    const { model } = await reportOf(lake);
    assert.deepEqual([model.finding, model.windows.length], ['attack', 1]);
    assert.deepEqual(
      model.clusters.map(({ id }) => id),
      [open.id],
    );
  });
});

describe('A cluster that is split', () => {
  test('is listed by its parts, of which one can be rejected', async () => {
    const whole = plain.model.clusters.find(({ user_agent }) => user_agent === 'wget/2.0')!;
    await say(whole.id, { judgement: 'split', by_field: 'network' });
    const split = await reportOf(lake);
    const parts = split.model.clusters.filter(({ part }) => part?.of === whole.id);
    assert.deepEqual(parts.map(({ part }) => part!.value).sort(), ['192.168.5.0/24', '192.168.6.0/24']);
    assert.equal(
      parts.reduce((sum, { requests }) => sum + requests, 0),
      whole.requests,
    );
    assert.deepEqual(split.model.windows, plain.model.windows, 'a split changes no count');
    const [ours, theirs] = parts.sort((a, b) => (a.part!.value! < b.part!.value! ? -1 : 1));
    await say(ours!.id, { judgement: 'reject' });
    const ruled = await reportOf(lake);
    assert.equal(windowOf(ruled).requests, windowOf(plain).requests - ours!.requests);
    assert.doesNotMatch(ruled.sourcesCsv, /^192\.168\.5\./m);
    assert.match(ruled.sourcesCsv, /^192\.168\.6\./m);
    assert.deepEqual(
      ruled.model.rejected_clusters!.map(({ id, requests }) => [id, requests]),
      [[ours!.id, ours!.requests]],
    );
    assert.equal(ruled.model.clusters.find(({ id }) => id === theirs!.id)!.requests, theirs!.requests);
  });

  for (const field of ['user_agent', 'path', 'query', 'host', 'country'] as const)
    test(`by ${field} has the requests that it had`, async () => {
      const whole = plain.model.clusters.find(({ user_agent }) => user_agent === 'tool/1.0')!;
      await say(whole.id, { judgement: 'split', by_field: field });
      const parts = (await reportOf(lake)).model.clusters.filter(({ part }) => part?.field === field);
      assert.ok(parts.length > 0);
      assert.equal(
        parts.reduce((sum, { requests }) => sum + requests, 0),
        whole.requests,
      );
    });
});

test('A tag is shown beside its cluster, the latest alone', async () => {
  const id = idOf(plain, 'tool/1.0');
  await say(id, { judgement: 'tag', tag: 'booter A' });
  await say(id, { judgement: 'tag', tag: '<b>booter B</b>' });
  const tagged = await reportOf(lake);
  assert.equal(tagged.model.clusters.find((cluster) => cluster.id === id)!.tag, '<b>booter B</b>');
  assert.deepEqual(tagged.model.windows, plain.model.windows);
  assert.ok(
    !tagged.file('report.html')!.includes('<b>booter B'),
    'what a person wrote acts on no reader either',
  );
});

test('A judgement that was changed is not followed, and the report says so', async () => {
  const { hash } = await say(idOf(plain, 'wget/2.0'), { judgement: 'reject' });
  const key = `${JUDGEMENTS_FOLDER}${hash}.json`;
  const bytes = Buffer.from((await lake.store.read(key))!).toString('utf8');
  await lake.store.remove(key);
  await lake.store.create(key, Buffer.from(bytes.replace('A. Analyst', 'B. Analyst')));
  const { model } = await reportOf(lake);
  assert.deepEqual(model.windows, plain.model.windows);
  assert.ok(
    model.refused.some(({ object, reason }) => object === key && /not as it was written/.test(reason)),
  );
});

test('A judgement makes the daily report take the place of the last', async () => {
  const report = () =>
    reportOn(
      lake.store,
      { day: '2019-11-12', lastDay: '2019-11-12', history: 1, timeZone: 'UTC' },
      {
        catalogue: openCatalogue(),
        openEngine: ({ markers }) => duckDbEngine(partsOf(lake.store, markers)),
        tool: { name: 'ascribe', version: '0.1.0' },
        tlp: 'TLP:AMBER',
        now: () => new Date(Date.parse('2019-11-14T05:00:00Z') + at),
      },
    );
  const modelAt = async (prefix: string | null) =>
    JSON.parse(Buffer.from((await lake.store.read(`${prefix}/data/report.json`))!).toString('utf8'));
  const first = await modelAt((await report()).prefix);
  await say(idOf(plain, 'wget/2.0'), { judgement: 'reject' });
  const second = await report();
  assert.notEqual(second.finding, null);
  assert.equal((await modelAt(second.prefix)).supersedes, first.snapshot.merkle_root);
  assert.equal((await report()).finding, null, 'and not again');
});
