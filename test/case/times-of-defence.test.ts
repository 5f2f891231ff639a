/** How soon the defence acted and service was as usual again, on minutes that can be counted by eye. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { mitigationTime, recoveryTime, type ServedMinute } from '../../src/case/times-of-defence.ts';

const START = Date.parse('2019-11-11T15:42:30Z');
const MINUTE = 60_000;
const at = (minute: number) => Date.parse('2019-11-11T15:42:00Z') + minute * MINUTE;
const change = (minute: number) => ({ time: at(minute), operation: 'UpdateWebACL', defence: 'waf' });
const mitigation = { window_id: 'W1', start: START, changes: [], stopped: null, tellsActions: true };

describe('The time to mitigate', () => {
  test('counts to the first change of the defence, exactly', () => {
    const found = mitigationTime({ ...mitigation, changes: [change(9), change(5)], stopped: at(7) });
    assert.deepEqual(
      [found.answer, found.basis, found.at, found.least_seconds, found.most_seconds],
      ['measured', 'defence-change', '2019-11-11T15:47:00.000Z', 270, 270],
    );
    assert.match(found.sentence, /UpdateWebACL \(waf\), came 4 min 30 s after the start/);
  });

  test('counts to the first minute in which more was stopped, where no change came earlier', () => {
    for (const changes of [[], [change(20)]]) {
      const found = mitigationTime({ ...mitigation, changes, stopped: at(7) });
      assert.deepEqual(
        [found.basis, found.at, found.least_seconds, found.most_seconds],
        ['mitigated-request', '2019-11-11T15:49:00.000Z', 390, 450],
      );
    }
    // The minute of the start itself.
    const soon = mitigationTime({ ...mitigation, stopped: at(0) });
    assert.deepEqual([soon.least_seconds, soon.most_seconds], [0, 30]);
  });

  test('cannot be said without either, with the reason', () => {
    const silent = mitigationTime({ ...mitigation, tellsActions: false });
    assert.deepEqual([silent.answer, silent.at, silent.least_seconds], ['cannot-say', null, null]);
    assert.match(silent.sentence, /do not say what it did with requests/);
    assert.match(mitigationTime(mitigation).sentence, /stopped no more requests than before/);
  });
});

/** Thirty minutes before, twenty of the attack, forty after; what is not said is usual. */
function served(others: (minute: number) => Partial<ServedMinute> | null): ServedMinute[] {
  return Array.from({ length: 90 }, (_, index) => index - 30).flatMap((minute) => {
    const other = others(minute);
    const usual = {
      minute: at(minute),
      requests: 100,
      errors: minute % 2,
      p95Us: 200_000 + (minute % 3) * 1000,
    };
    return other === null ? [] : [{ ...usual, errors: Math.abs(usual.errors), ...other }];
  });
}
const recovery = (others: (minute: number) => Partial<ServedMinute> | null) =>
  recoveryTime({ window_id: 'W1', attack: { from: START, until: at(20) }, served: served(others) });
const within = (minute: number, from: number, until: number) => minute >= from && minute < until;

describe('The time to recover', () => {
  test('counts to the first minute from which errors stay in their usual range', () => {
    const found = recovery((minute) => (within(minute, 2, 26) ? { errors: 40 } : {}));
    assert.deepEqual([found.answer, found.at], ['measured', '2019-11-11T16:08:00.000Z']);
    assert.deepEqual([found.least_seconds, found.most_seconds], [1530, 1590]);
  });

  test('and the same of the times of answers', () => {
    const found = recovery((minute) => (within(minute, 2, 23) ? { p95Us: 900_000 } : {}));
    assert.equal(found.at, '2019-11-11T16:05:00.000Z');
  });

  test('is not over in a lull, nor where a breach comes back within ten minutes', () => {
    const lull = recovery((minute) => (within(minute, 1, 3) || within(minute, 18, 22) ? { errors: 40 } : {}));
    assert.equal(lull.at, '2019-11-11T16:04:00.000Z');
    const back = recovery((minute) => (within(minute, 1, 20) || minute === 26 ? { errors: 40 } : {}));
    assert.equal(back.at, '2019-11-11T16:09:00.000Z');
    const late = recovery((minute) => (within(minute, 1, 20) || minute === 35 ? { errors: 40 } : {}));
    assert.equal(late.at, '2019-11-11T16:02:00.000Z');
  });

  test('is none where service never left its usual range, however few requests failed in a quiet minute', () => {
    const found = recovery((minute) => (minute === 5 ? { requests: 3, errors: 3 } : {}));
    assert.deepEqual([found.answer, found.at, found.basis], ['not-affected', null, 'errors-and-times']);
  });

  test('cannot be said without a time before, or without enough after', () => {
    const young = recovery((minute) => (minute < -5 ? null : within(minute, 2, 20) ? { errors: 40 } : {}));
    assert.equal(young.answer, 'cannot-say');
    assert.match(young.sentence, /nothing says what is usual/);
    const cut = recovery((minute) => (minute > 25 ? null : within(minute, 2, 20) ? { errors: 40 } : {}));
    assert.equal(cut.answer, 'cannot-say');
    assert.match(cut.sentence, /after the last breach at 2019-11-11T16:01:00\.000Z fewer than 10 minutes/);
  });
});
