/** A log of IIS whose fields have no date: each record is of the day of the last #Date line, as long as that tells it. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { logObject, type TestLake, temporaryLake } from '../ingest/temporary-lake.ts';

const NAMES = '#Fields: time c-ip cs-method cs-uri-stem sc-status';
const header = (date: string): string[] => ['#Version: 1.0', `#Date: ${date}`, NAMES];
const at = (time: string, path = '/'): string => `${time} 192.0.2.10 GET ${path} 200`;

/** Times of the rows, and reasons of the rejects by record number. */
async function became(lake: TestLake): Promise<{ times: unknown[]; rejects: Record<string, unknown> }> {
  const rows = await lake.rows('select time from http_activity order by object_id, record_no');
  const rejects = await lake.rows('select record_no, reason from rejects order by record_no');
  return {
    times: rows.map(({ time }) => String(time).slice(0, 19)),
    rejects: Object.fromEntries(rejects.map(({ record_no, reason }) => [Number(record_no), reason])),
  };
}

async function of(lines: readonly string[], partBytes?: number) {
  const lake = await temporaryLake(partBytes === undefined ? {} : { partBytes });
  const { format, ledger } = await lake.take(lines.join('\r\n'));
  assert.equal(format, 'w3c-extended');
  return { ...(await became(lake)), ledger };
}

const PAST = 'past-midnight-without-a-date';

describe('A record without a date', () => {
  test('is of the day of the last #Date line, whichever of the header lines comes first', async () => {
    const { times, rejects, ledger } = await of([
      ...header('2019-11-10 23:10:00'),
      at('23:10:00'),
      at('23:59:59'),
      ...header('2019-11-11 00:00:01').toReversed(),
      at('00:00:01'),
      at('15:42:00.5'),
      '#Date: 2019-11-12 01:02:03',
      at('01:02:03'),
    ]);
    assert.deepEqual(times, [
      '2019-11-10T23:10:00',
      '2019-11-10T23:59:59',
      '2019-11-11T00:00:01',
      '2019-11-11T15:42:00',
      '2019-11-12T01:02:03',
    ]);
    assert.deepEqual(rejects, {});
    assert.equal(ledger.headers, 7);
  });

  test('is of the day that the fields have, where they have one', async () => {
    const { times } = await of([
      ...header('2019-11-10 00:00:00'),
      at('10:00:00'),
      '#Fields: date time c-ip cs-method cs-uri-stem',
      '2019-11-11 09:00:00 192.0.2.10 GET /',
      '2019-11-12 08:00:00 192.0.2.10 GET /',
    ]);
    assert.deepEqual(times, ['2019-11-10T10:00:00', '2019-11-11T09:00:00', '2019-11-12T08:00:00']);
  });

  test('is of no day that is known once the time has gone back past midnight, up to the next #Date line', async () => {
    const { times, rejects } = await of([
      ...header('2019-11-10 22:00:00'),
      at('23:59:58'),
      // Requests end, and are logged, out of their order.
      at('23:56:00'),
      at('00:00:01'),
      at('23:59:59'),
      '#Date: 2019-11-12 00:00:01',
      at('00:00:02'),
    ]);
    assert.deepEqual(times, ['2019-11-10T23:59:58', '2019-11-10T23:56:00', '2019-11-12T00:00:02']);
    assert.deepEqual(rejects, { 6: PAST, 7: PAST });
  });

  test('is of no day that is known either after a silence of nearly a day', async () => {
    const { times, rejects } = await of([...header('2019-11-10 10:00:00'), at('10:30:00'), at('10:24:00')]);
    assert.deepEqual(times, ['2019-11-10T10:30:00']);
    assert.deepEqual(rejects, { 5: PAST });
  });

  test('is of none either where it is earlier than its header, or there is no day in that', async () => {
    const { times, rejects } = await of([
      NAMES,
      at('10:00:00'),
      '#Date: today',
      at('10:00:00'),
      '#Date: 2019-11-10 22:00:00',
      at('05:00:00'),
      '#Date: 2019-11-11',
      at('05:00:00'),
    ]);
    assert.deepEqual(times, ['2019-11-11T05:00:00']);
    assert.deepEqual(rejects, { 2: 'no-date-and-time', 4: 'no-date-and-time', 6: PAST });
  });

  test('keeps its day where one beside it is damaged', async () => {
    const { times, rejects } = await of([
      ...header('2019-11-11 10:00:00'),
      at('10:00:01'),
      at('0o:00:00'),
      '00:00:00 192.0.2.10 GE',
      at('25:00:00'),
      at('10:00:02'),
    ]);
    assert.deepEqual(times, ['2019-11-11T10:00:01', '2019-11-11T10:00:02']);
    assert.deepEqual(rejects, { 5: 'time-unreadable', 6: 'fields-missing', 7: 'time-unreadable' });
  });

  test('is the same in blocks of any size', async () => {
    const clock = (second: number): string => new Date(second * 1000).toISOString().slice(11, 19);
    const lines = [
      ...header('2019-11-10 18:00:00'),
      ...Array.from({ length: 400 }, (_, index) => at(clock(64_800 + index * 120), `/${index}`)),
      ...header('2019-11-12 07:20:00'),
      ...Array.from({ length: 100 }, (_, index) => at(clock(26_400 + index * 120), `/${index}`)),
    ];
    const whole = await of(lines);
    assert.equal(whole.times.length, 180 + 100);
    assert.equal(Object.keys(whole.rejects).length, 220);
    assert.deepEqual(await of(lines, 4000), whole);
  });

  test('is of its own object, also where another is read beside it that has the same header', async () => {
    const lake = await temporaryLake();
    const [late, early] = ['23:00:00', '10:00:00'].map((time) =>
      [...header('2019-11-11 09:00:00'), at(time), at(time, '/b')].join('\n'),
    ) as [string, string];
    await lake.ingest([logObject('late.log', late), logObject('early.log', early)]);
    const { times, rejects } = await became(lake);
    assert.deepEqual(times.toSorted(), [
      ...['2019-11-11T10:00:00', '2019-11-11T10:00:00'],
      ...['2019-11-11T23:00:00', '2019-11-11T23:00:00'],
    ]);
    assert.deepEqual(rejects, {});
  });
});
