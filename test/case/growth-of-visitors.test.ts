/** A page that is new while a flood goes on: nobody who came to see it is named, and the flood is found as it is. */
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { recordJudgement } from '../../src/case/judgements.ts';
import { apacheLine } from '../ingest/lines.ts';
import { logObject, type TestLake, temporaryLake } from '../ingest/temporary-lake.ts';
import { type Reported, reportOf } from './hand-lake.ts';
import { dayLog } from './intranet-lake.ts';

const two = (value: number): string => String(value).padStart(2, '0');

/** Ninety colleagues who come to see the page of a party and its picture while tool/1.0 floods; two of three go on. */
function party(): string {
  const lines: string[] = [];
  for (let guest = 0; guest < 90; guest += 1) {
    const minute = 800 + (guest % 25);
    const time = `12/Nov/2019:${two(Math.floor(minute / 60))}:${two(minute % 60)}:${two(guest % 60)} +0000`;
    const rest = { ip: `10.1.60.${1 + guest}`, time, agent: `Mozilla/5.0 (Office ${guest % 4})` };
    const ask = (path: string, referrer = '-') =>
      lines.push(apacheLine({ ...rest, referrer, request: `GET ${path} HTTP/1.1` }));
    ask('/party');
    ask('/party.jpg');
    // As their browsers do on other days: every second one names where it comes from.
    if (guest % 3 !== 0) ask('/news', guest % 2 === 0 ? 'http://intranet.example/' : '-');
  }
  return `${lines.join('\n')}\n`;
}

async function lakeOf(log: string): Promise<TestLake> {
  const lake = await temporaryLake();
  await lake.ingest([logObject('days.log', `${dayLog(0)}${log}`)]);
  return lake;
}

describe('A page that is new during a flood', () => {
  let lake: TestLake;
  let flood: Reported;
  let both: Reported;
  before(async () => {
    flood = await reportOf(await lakeOf(dayLog(1)));
    lake = await lakeOf(`${dayLog(1)}${party()}`);
    both = await reportOf(lake);
  });

  test('makes attackers of none of its visitors, and leaves the flood what it was', () => {
    assert.deepEqual(both.sourcesCsv.match(/^10\.1\.[^,]*/gm), null);
    const told = ({ model }: Reported) =>
      model.windows.map(({ requests, sources, start, end }) => ({ requests, sources, start, end }));
    assert.deepEqual(told(both), told(flood));
    assert.equal(both.model.windows.length, 1);
  });

  test('is listed for an analyst, whose word makes it an attack after all', async () => {
    const open = both.model.open_clusters!.filter(({ template }) => template.startsWith('GET /party'));
    assert.equal(open.length, 8, 'the page and its picture, of four browsers');
    for (const { id, requests, expected } of open) {
      assert.ok(requests >= expected * 5, `${requests} of ${expected}`);
      await recordJudgement(lake.store, {
        ...{ cluster: id, judgement: 'accept', tag: null, by_field: null, window: null },
        ...{ by: 'A. Analyst', reason: 'There was no party.', at: '2019-11-13T10:00:00.000Z' },
        tool: { name: 'ascribe', version: '0.1.0' },
      });
    }
    const { model } = await reportOf(lake);
    assert.equal(
      model.windows[0]!.sources,
      both.model.windows[0]!.sources! + 30,
      'who asked for nothing else',
    );
    assert.equal(model.windows[0]!.requests, both.model.windows[0]!.requests + 60);
  });
});
