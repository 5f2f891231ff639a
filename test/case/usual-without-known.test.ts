/** What a known source sends every day is not what is usual of others. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { patternsOf, together } from '../../src/case/usual-without-known.ts';
import { apacheLine } from '../ingest/lines.ts';
import { logObject, temporaryLake } from '../ingest/temporary-lake.ts';
import { reportOf } from './hand-lake.ts';
import { dayLog } from './intranet-lake.ts';

/** A monitor that asks, minute by minute and all day, for what the flood asks for. */
function monitorLog(day: number): string {
  return Array.from({ length: 1440 }, (_, minute) =>
    apacheLine({
      ip: '10.200.0.5',
      time: `${11 + day}/Nov/2019:${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}:30 +0000`,
      request: `GET /search?q=m${minute}x9 HTTP/1.1`,
      agent: 'tool/1.0',
    }),
  ).join('\n');
}

test('a known source is left out of what is usual as it is left out of a window', async () => {
  const lake = await temporaryLake();
  await lake.ingest([0, 1].map((day) => logObject(`${day}.log`, `${dayLog(day)}${monitorLog(day)}\n`)));
  const usualOf = async (networks: string[] | null) => {
    const caseFile = networks
      ? { known_sources: [{ networks, role: 'monitor', name: 'Monitor', reason: 'Ours.' }] }
      : undefined;
    const { model } = await reportOf(lake, caseFile ? { caseFile } : {});
    assert.equal(model.windows.length, 1);
    const [flood] = model.clusters;
    assert.match(flood!.template, /^GET \/search/);
    return flood!.usual_requests;
  };
  const all = await usualOf(null);
  assert.ok(all > 2500, `${all} requests of the monitor outside the flood`);
  assert.equal(await usualOf(['10.200.0.5']), 0);
  // A pattern finds more of the network than the case names: what it does not name stays.
  assert.equal(await usualOf(['10.200.0.0/29']), 0);
  assert.equal(await usualOf(['10.200.0.128/25']), all);
});

test('the patterns of networks find all of their addresses, each once', () => {
  assert.deepEqual(patternsOf(['192.0.2.7', '192.0.2.64/26', '198.51.100.0/24', '192.0.2.9']), [
    '192.0.2.%',
    '198.51.100.%',
  ]);
  assert.deepEqual(patternsOf(['10.0.0.0/8', '10.2.0.0/15', '172.16.0.0/12', '203.0.113.4/32']), [
    '10.%',
    '172.%',
    '203.0.113.4',
  ]);
  assert.deepEqual(patternsOf(['2001:db8:10::/48', '2001:db8:20:3::/64', '2001:db8::1']), [
    '2001:db8:10:%',
    '2001:db8:20:3:%',
    '2001:db8::1',
  ]);
  assert.deepEqual(patternsOf(['0.0.0.0/0', '2001:db8::/48']), ['%']);
});

test('hundreds of patterns go into a few texts, none longer than Athena takes, and none is lost', () => {
  const patterns = Array.from({ length: 400 }, (_, index) => `203.0.${index % 250}.${index}`);
  const texts = together(patterns);
  assert.deepEqual(
    texts.flatMap((text) => text.split(' ')),
    patterns,
  );
  assert.equal(texts.length, Math.ceil(patterns.join(' ').length / 1023));
  for (const text of texts) assert.ok(`'${text}'`.length <= 1024, text);
  assert.deepEqual(together([]), []);
});
