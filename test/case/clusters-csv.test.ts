/** A flood of more clusters than a report names: all of them stand in clusters.csv, and each can be judged. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'csv-parse/sync';
import { recordJudgement } from '../../src/case/judgements.ts';
import { apacheLine } from '../ingest/lines.ts';
import { logObject, temporaryLake } from '../ingest/temporary-lake.ts';
import { reportOf } from './hand-lake.ts';
import { dayLog } from './intranet-lake.ts';

const AGENTS = 60;
const flood = Array.from({ length: 12_000 }, (_, index) =>
  apacheLine({
    ip: `172.16.${index % 20}.${1 + (index % 90)}`,
    time: `11/Nov/2019:12:${String(index % 20).padStart(2, '0')}:${String(index % 60).padStart(2, '0')} +0000`,
    request: `GET /search?q=${index.toString(36)}x9 HTTP/1.1`,
    agent: `tool ${String.fromCodePoint(97 + (((index * 7) % AGENTS) % 26))}${String.fromCodePoint(97 + Math.floor(((index * 7) % AGENTS) / 26))}`,
  }),
);

test('every cluster of a window stands in clusters.csv, also those that the report does not name', async () => {
  const lake = await temporaryLake();
  await lake.ingest([logObject('day.log', `${dayLog(0)}${flood.join('\n')}\n`)]);
  const first = await reportOf(lake);
  const rows = (text: string) => parse(text, { columns: true }) as Record<string, string>[];
  const all = rows(first.file('clusters.csv')!);
  const attack = all.filter(({ state }) => state === 'attack');
  assert.equal(attack.length, AGENTS);
  assert.equal(first.model.clusters.length, 40);
  assert.equal(
    attack.reduce((sum, { requests }) => sum + Number(requests), 0),
    first.model.windows[0]!.requests,
  );
  assert.ok(all.some(({ state, template }) => state === 'usual' && template === 'GET /news'));
  assert.equal(new Set(all.map(({ cluster }) => cluster)).size, all.length);

  const unnamed = attack.at(-1)!;
  assert.ok(first.model.clusters.every(({ id }) => id !== unnamed.cluster));
  await recordJudgement(lake.store, {
    ...{ cluster: unnamed.cluster!, judgement: 'reject', tag: null, by_field: null, window: null },
    ...{ by: 'A. Analyst', reason: 'Our own tool.', at: '2019-11-20T00:00:00.000Z' },
    tool: { name: 'ascribe', version: '0.1.0' },
  });
  const second = await reportOf(lake);
  const judged = rows(second.file('clusters.csv')!).filter(({ cluster }) => cluster === unnamed.cluster);
  assert.deepEqual(
    judged.map(({ state, requests }) => [state, requests]),
    [['rejected by A. Analyst', unnamed.requests]],
  );
  assert.equal(
    second.model.windows[0]!.requests,
    first.model.windows[0]!.requests - Number(unnamed.requests),
  );
});
