/** Whether data was accessed, by the surfaces that a case file names: decision 16 of the design. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ReportModel } from '../../src/report/model.ts';
import { apacheLine } from '../ingest/lines.ts';
import { logObject, type TestLake, temporaryLake } from '../ingest/temporary-lake.ts';
import { reportOf } from './hand-lake.ts';

const STAFF = '10.9.0.5';

const two = (value: number): string => String(value).padStart(2, '0');
const stamp = (minute: number): string =>
  `${two(11 + Math.floor(minute / 1440))}/Nov/2019:${two(Math.floor(minute / 60) % 24)}:${two(minute % 60)}:30 +0000`;

type Visit = { minute: number; ip: string; path: string; bytes: number; status?: string; method?: string };

const visit = ({ minute, ip, path, bytes, status = '200', method = 'GET' }: Visit): string =>
  apacheLine({
    ...{ ip, time: stamp(minute), request: `${method} ${path} HTTP/1.1`, status },
    ...{ bytes: String(bytes), referrer: '-', agent: 'Mozilla/5.0 (Office 1)' },
  });

const FLOOD = { from: 2 * 1440 + 800, until: 2 * 1440 + 825 };

/** Three days of a web server, a flood on the third; and visits to its surface on top. */
async function lakeWith(
  visits: readonly Visit[],
  { silent = { from: -1, until: -1 }, last = '' } = {},
): Promise<TestLake> {
  const lines: { minute: number; line: string }[] = visits.map((each) => ({
    minute: each.minute,
    line: visit(each),
  }));
  for (let minute = 0; minute < 3 * 1440; minute += 1) {
    if (minute >= silent.from && minute < silent.until) continue;
    for (let index = 0; index < 4 + (minute % 3); index += 1)
      lines.push({
        minute,
        line: visit({ minute, ip: `10.1.${(minute + index) % 40}.7`, path: `/page/${index}`, bytes: 900 }),
      });
    if (minute >= FLOOD.from && minute < FLOOD.until)
      for (let hit = 0; hit < 300; hit += 1)
        lines.push({
          minute,
          line: apacheLine({
            ip: `172.16.${hit % 20}.9`,
            time: stamp(minute),
            request: `GET /search?q=${minute}x${hit} HTTP/1.1`,
            agent: 'tool/1.0',
          }),
        });
  }
  lines.sort((a, b) => a.minute - b.minute);
  const lake = await temporaryLake();
  await lake.ingest([logObject('web.log', `${lines.map(({ line }) => line).join('\n')}\n${last}`)]);
  return lake;
}

const surfaces = [{ name: 'Export of supporters', paths: ['/members/export*'], log: 'origin' }];
const EXPORT = '/members/export.csv';
/** Staff export every day, some 50 kB. */
const usual = [300, 1740].map((minute): Visit => ({ minute, ip: STAFF, path: EXPORT, bytes: 50_000 }));

async function accessOf(
  lake: TestLake,
  caseFile: object = { surfaces },
): Promise<ReportModel['data_access'] & { model: ReportModel }> {
  const { model } = await reportOf(lake, { caseFile });
  assert.equal(model.windows.length, 1);
  return { ...model.data_access, model };
}

describe('Whether data was accessed', () => {
  test('is no sign where the log of each surface is complete and nobody was answered', async () => {
    const lake = await lakeWith([{ minute: 100, ip: '10.1.1.1', path: EXPORT, bytes: 200, status: '403' }]);
    const access = await accessOf(lake);
    assert.deepEqual([access.answer, access.needs, access.findings], ['no-sign', [], []]);
    assert.ok(access.model.case!.surfaces.every(({ complete, answered }) => complete && answered === 0));
    assert.ok(access.model.cannot_say.every((line) => !line.startsWith('whether data was accessed')));
    assert.equal((await reportOf(lake)).model.data_access.answer, 'cannot-say', 'without a case file');
  });

  test('cannot be said where a log is missing, and the answer lists which', async () => {
    const both = [...surfaces, { name: 'Database', paths: ['/db'], log: 'database-audit' }];
    const access = await accessOf(await lakeWith([]), { surfaces: both });
    assert.equal(access.answer, 'cannot-say');
    assert.deepEqual(access.needs, [
      'The log of the surface "Database": no log with the source id or vantage database-audit was given.',
    ]);
    assert.match(access.sentence, /the logs of 1 of 2 surfaces .* are not complete/);
  });

  test('cannot be said where the log has a gap', async () => {
    const access = await accessOf(await lakeWith([], { silent: { from: 600, until: 800 } }));
    assert.equal(access.answer, 'cannot-say');
    assert.equal(access.needs.length, 1);
    assert.match(
      access.needs[0]!,
      /has a gap: what lies between 2019-11-11T10:00:00\.000Z and 2019-11-11T13:20/,
    );
  });

  test('cannot be said where the log has a reject', async () => {
    const access = await accessOf(await lakeWith([], { last: 'no line of a log\n' }));
    assert.equal(access.answer, 'cannot-say');
    assert.match(access.needs.join(), /has 1 record that could not be read/);
  });

  test('needs confirmation where staff export as ever, also during the attack', async () => {
    const now = { minute: FLOOD.from + 5, ip: STAFF, path: EXPORT, bytes: 52_000 };
    const lake = await lakeWith([...usual, now]);
    const access = await accessOf(lake);
    assert.equal(access.answer, 'cannot-say');
    assert.deepEqual(
      access.findings.map(({ addresses }) => addresses),
      [[STAFF]],
    );
    assert.match(
      access.findings[0]!.sentence,
      /answered 3 requests for \/members\/export\.csv \(Export of supporters\) with success: needs confirmation\./,
    );
    const office = {
      networks: ['10.9.0.0/24'],
      role: 'office',
      name: 'Membership',
      reason: 'Works with it.',
    };
    const named = await accessOf(lake, { surfaces, known_sources: [office] });
    assert.equal(named.answer, 'cannot-say');
    assert.match(named.findings[0]!.sentence, /needs confirmation by Membership \(office\)\./);
    assert.match(named.needs.join(), /The word of those who work there/);
  });

  test('has signs where a newcomer got far more than anyone before, during the attack', async () => {
    const thief = { minute: FLOOD.from + 9, ip: '203.0.113.77', path: EXPORT, bytes: 9_000_000 };
    const access = await accessOf(await lakeWith([...usual, thief]));
    assert.equal(access.answer, 'signs');
    assert.deepEqual(access.findings[0]!.addresses, ['203.0.113.77']);
    assert.match(
      access.findings[0]!.sentence,
      /never answered there before the attack: it got 9,000,000 bytes at most, where the surface had given 50,000/,
    );
    assert.equal(access.findings[0]!.rows.length, 1);
    assert.match(access.findings[1]!.sentence, /needs confirmation/, 'the exports of staff stay beside it');
    const partner = {
      networks: ['203.0.113.77'],
      role: 'partner',
      name: 'Mailing',
      reason: 'Takes the list.',
    };
    const known = await accessOf(await lakeWith([...usual, thief]), { surfaces, known_sources: [partner] });
    assert.equal(known.answer, 'cannot-say');
    assert.match(
      known.findings.map(({ sentence }) => sentence).join(),
      /needs confirmation by Mailing \(partner\)/,
    );
  });

  test('has no signs by a newcomer who got what all get', async () => {
    const colleague = { minute: FLOOD.from + 9, ip: '10.9.0.6', path: EXPORT, bytes: 60_000 };
    assert.equal((await accessOf(await lakeWith([...usual, colleague]))).answer, 'cannot-say');
  });

  test('has signs where an attacking address got what the surface gives', async () => {
    const attacker = { minute: FLOOD.from + 9, ip: '172.16.3.9', path: EXPORT, bytes: 48_000 };
    const access = await accessOf(await lakeWith([...usual, attacker]));
    assert.equal(access.answer, 'signs');
    assert.match(access.findings[0]!.sentence, /one of the attack's/);
    const page = { ...attacker, bytes: 700 };
    assert.equal(
      (await accessOf(await lakeWith([...usual, page]))).answer,
      'cannot-say',
      'a form or an error',
    );
  });

  test('has signs where somebody was answered who had guessed a password', async () => {
    const tries = Array.from({ length: 6 }, (_, index): Visit => {
      const status = index < 5 ? '401' : '302';
      return { minute: 2000 + index, ip: '203.0.113.9', path: '/login', bytes: 100, status, method: 'POST' };
    });
    const entry = { minute: 2010, ip: '203.0.113.9', path: EXPORT, bytes: 50_000 };
    const access = await accessOf(await lakeWith([...tries, entry]));
    assert.equal(access.answer, 'signs');
    assert.match(access.findings[0]!.sentence, /had logged in after 5 failures/);
    assert.equal((await accessOf(await lakeWith([entry, ...tries.slice(3)]))).answer, 'cannot-say');
  });

  test('names the log by its source id as well', async () => {
    const lake = await lakeWith([]);
    const [log] = (await reportOf(lake)).model.coverage.logs;
    const named = [{ ...surfaces[0]!, log: log!.source_id }];
    assert.equal((await accessOf(lake, { surfaces: named })).answer, 'no-sign');
  });
});
