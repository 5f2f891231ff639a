/** What an operator is told of each request: of the attack or not, as the report counts it. */
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { parse } from 'csv-parse/sync';
import { openCatalogue } from '../../src/adapters/catalogue.ts';
import { attackRequests, type ListedCluster } from '../../src/case/attack-requests.ts';
import { recordJudgement } from '../../src/case/judgements.ts';
import { type OperatorRow, operatorRequests } from '../../src/case/operator-requests.ts';
import { createAnalyst } from '../../src/catalogue/engine.ts';
import { apacheLine } from '../ingest/lines.ts';
import { logObject, type TestLake, temporaryLake } from '../ingest/temporary-lake.ts';
import { type Reported, reportOf } from './hand-lake.ts';
import { dayLog } from './intranet-lake.ts';

const NETWORKS =
  '# title: By hand\n# version: 1\n# date: 2019-11-01\ncidr,asn,as_org,country,network_type,valid_from,valid_until\n198.51.100.0/24,64497,Example Mobile,BR,mobile,,\n203.0.113.0/24,64497,Example Mobile,BR,mobile,,\n';
const two = (value: number): string => String(value).padStart(2, '0');
const at = (minute: number, second: number): string =>
  `11/Nov/2019:${two(Math.floor(minute / 60))}:${two(minute % 60)}:${two(second)} +0000`;
const letters = (index: number): string =>
  index.toString(26).replaceAll(/./g, (digit) => 'abcdefghijklmnopqrstuvwxyz'[Number.parseInt(digit, 26)]!);

/** Thirty addresses flood a search; a third of it has random paths and agents. Ten of them have readers behind them. */
function flood(): string[] {
  const lines: string[] = [];
  for (let index = 0; index < 7500; index += 1) {
    const odd = index % 3 === 0;
    lines.push(
      apacheLine({
        ip: index % 30 < 20 ? `198.51.100.${1 + (index % 30)}` : `203.0.113.${index % 30}`,
        time: at(800 + Math.floor(index / 300), index % 60),
        request: `GET ${odd ? `/found/${letters(index)}` : '/search'}?q=${letters(index)}9 HTTP/1.1`,
        agent: odd ? `odd ${letters(index + 700)}` : 'tool/1.0',
      }),
    );
  }
  for (let index = 0; index < 20; index += 1)
    lines.push(
      apacheLine({
        ip: `198.51.100.${1 + (index % 10)}`,
        time: at(805 + (index % 12), index % 60),
        request: `GET ${index % 2 === 0 ? '/news' : '/canteen'} HTTP/1.1`,
        referrer: 'http://intranet.example/',
        agent: `Mozilla/5.0 (Office ${index % 4})`,
      }),
    );
  return lines;
}

let lake: TestLake;
let plain: Reported;
before(async () => {
  lake = await temporaryLake({ networks: NETWORKS });
  await lake.ingest([logObject('day.log', `${dayLog(0)}${flood().join('\n')}\n`)]);
  plain = await reportOf(lake);
});

const table = (text: string): Record<string, string>[] => parse(text, { columns: true });

/** Rows for the operator of all attacking addresses of a report, in its window. */
async function told({ model, sourcesCsv, file }: Reported): Promise<OperatorRow[]> {
  const [window, ...others] = model.windows;
  assert.deepEqual(others, []);
  const sources = new Map(table(sourcesCsv).map((row) => [row.src_ip!, row]));
  const clusters = table(file('clusters.csv')!).map(
    ({ cluster, window_id, state, part }): ListedCluster => ({
      ...{ id: cluster!, window_id: window_id!, state: state!, part: part || null },
    }),
  );
  const stretch = {
    ...{ windowId: window!.id, sourceId: window!.source_id, addresses: new Set(sources.keys()) },
    span: { from: Date.parse(window!.start), until: Date.parse(window!.end) },
    isAttack: attackRequests({
      ...{ id: window!.id, clusters, hosts: [] },
      countryOf: (srcIp) => sources.get(srcIp)?.country || null,
    }),
  };
  const engine = await lake.engine();
  const analyst = createAnalyst(openCatalogue(), engine);
  const { rows } = await operatorRequests(analyst, { asn: 64_497, stretches: [stretch] });
  await engine.close();
  return rows;
}

/** Of each attacking address, its rows by what in_attack says, beside what sources.csv counts. */
function assertAsCounted({ sourcesCsv }: Reported, rows: readonly OperatorRow[]): void {
  const count = (srcIp: string, inAttack: string): number =>
    rows.filter((row) => row.src_ip === srcIp && row.in_attack === inAttack).length;
  const listed = table(sourcesCsv).map((row) => [row.src_ip, row.attack_requests, row.other_requests]);
  assert.ok(listed.length > 0);
  assert.deepEqual(
    listed.map(([srcIp]) => [srcIp, String(count(srcIp!, 'true')), String(count(srcIp!, 'false'))]),
    listed,
  );
}

describe('A request that an operator is told of', () => {
  test('is of the attack or not as sources.csv counts it, with random agents and paths, and with readers behind the address', async () => {
    assert.equal(plain.model.sources_count, 30);
    const rows = await told(plain);
    assertAsCounted(plain, rows);
    const others = rows.filter(({ in_attack }) => in_attack === 'false');
    assert.equal(others.length, 20);
    assert.deepEqual([...new Set(others.map(({ path }) => path))].sort(), ['/canteen', '/news']);
  });

  test('is not where an analyst rejected what it is of: a cluster, or the part of one that a network sent', async () => {
    const cluster = plain.model.clusters.find(({ user_agent }) => user_agent === 'tool/1.0')!.id;
    let second = 0;
    const say = (id: string, judgement: 'split' | 'reject') =>
      recordJudgement(lake.store, {
        ...{ cluster: id, judgement, tag: null, window: null, by: 'A. Analyst', reason: 'Our partner.' },
        by_field: judgement === 'split' ? 'network' : null,
        at: `2019-11-13T10:00:0${second++}.000Z`,
        tool: { name: 'ascribe', version: '0.1.0' },
      });
    await say(cluster, 'split');
    const split = await reportOf(lake);
    assertAsCounted(split, await told(split));
    const part = split.model.clusters.find((each) => each.part?.value === '203.0.113.0/24')!;
    await say(part.id, 'reject');
    const ruled = await reportOf(lake);
    const rows = await told(ruled);
    assert.ok(rows.some(({ src_ip, in_attack }) => src_ip.startsWith('198.51.100.') && in_attack === 'true'));
    for (const row of rows.filter(({ src_ip, path }) => src_ip.startsWith('203.') && path === '/search'))
      assert.equal(row.in_attack, 'false');
  });

  test('has no answer where the report names no cluster of the window', () => {
    const listed = { window_id: 'W1', state: 'attack', part: null, id: '00000000' };
    assert.equal(attackRequests({ id: 'W2', clusters: [listed], hosts: [], countryOf: () => null }), null);
  });
});
