import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { dueDays } from '../../src/case/daily.ts';
import { DayError, reportedSpan, startOfDay, yesterday } from '../../src/case/days.ts';

const at = (text: string): number => Date.parse(text);

describe('A day of a time zone', () => {
  for (const [day, zone, start] of [
    ['2019-11-12', 'UTC', '2019-11-12T00:00:00Z'],
    ['2019-11-12', 'Europe/London', '2019-11-12T00:00:00Z'],
    ['2019-07-12', 'Europe/London', '2019-07-11T23:00:00Z'],
    ['2019-03-31', 'Europe/London', '2019-03-31T00:00:00Z'],
    ['2019-04-01', 'Europe/London', '2019-03-31T23:00:00Z'],
    ['2019-10-27', 'Europe/London', '2019-10-26T23:00:00Z'],
    ['2019-10-28', 'Europe/London', '2019-10-28T00:00:00Z'],
    ['2019-11-12', 'America/New_York', '2019-11-12T05:00:00Z'],
    ['2019-11-12', 'Asia/Kolkata', '2019-11-11T18:30:00Z'],
  ] as const) {
    test(`${day} in ${zone} starts at ${start}`, () => assert.equal(startOfDay(day, zone), at(start)));
  }

  test('is refused where it is none, and so is a zone that nobody knows', () => {
    assert.throws(() => startOfDay('12.11.2019', 'UTC'), DayError);
    assert.throws(() => startOfDay('2019-13-01', 'UTC'), DayError);
    assert.throws(() => startOfDay('2019-11-12', 'Mars/Olympus'), /no time zone/);
  });

  test('before a moment is named by the zone', () => {
    assert.equal(yesterday(at('2019-11-13T02:00:00Z'), 'Europe/London'), '2019-11-12');
    assert.equal(yesterday(at('2019-11-13T02:00:00Z'), 'America/New_York'), '2019-11-11');
  });
});

describe('A report', () => {
  test('of a day reads the days of its history too', () => {
    const { days, focus } = reportedSpan({
      day: '2019-07-12',
      lastDay: '2019-07-13',
      history: 2,
      timeZone: 'Europe/London',
    });
    assert.deepEqual(days, { from: '2019-07-09', until: '2019-07-13' });
    assert.deepEqual(focus, { from: at('2019-07-11T23:00:00Z'), until: at('2019-07-13T23:00:00Z') });
  });

  test('of days in the wrong order is refused', () => {
    const reported = { day: '2019-07-13', lastDay: '2019-07-12', history: 2, timeZone: 'UTC' };
    assert.throws(() => reportedSpan(reported), DayError);
  });

  test('is due for yesterday, and for the two days before it where objects came late', () => {
    const due = dueDays(at('2019-11-13T02:00:00Z'), { history: 28, timeZone: 'UTC' });
    assert.deepEqual(
      due.map(({ day }) => day),
      ['2019-11-10', '2019-11-11', '2019-11-12'],
    );
  });
});
