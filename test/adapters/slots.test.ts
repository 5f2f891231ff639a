/** Turns at something of which there is only so much. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Slots } from '../../src/adapters/slots.ts';

const pause = (turns: number): Promise<void> =>
  turns === 0
    ? Promise.resolve()
    : new Promise((resolve) => setImmediate(resolve)).then(() => pause(turns - 1));

test('never are more at it than there is room for, who wants all is alone, and everyone has a turn in the order of coming', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 3 }),
      fc.array(fc.record({ all: fc.boolean(), turns: fc.nat(3), fails: fc.boolean() }), { maxLength: 12 }),
      async (room, works) => {
        const slots = new Slots(room);
        const began: number[] = [];
        let [within, alone] = [0, false];
        const answers = works.map(({ all, turns, fails }, index) => {
          const work = async (): Promise<number> => {
            began.push(index);
            assert.ok(!alone && (all ? within === 0 : within < room));
            within += 1;
            alone = all;
            await pause(turns);
            within -= 1;
            alone = false;
            if (fails) throw new Error(`${index}`);
            return index;
          };
          return all ? slots.takeAll(work) : slots.take(work);
        });
        const settled = await Promise.allSettled(answers);
        assert.deepEqual(
          settled.map((each) => (each.status === 'fulfilled' ? each.value : Number(each.reason.message))),
          works.map((_, index) => index),
        );
        assert.deepEqual(
          began,
          began.toSorted((a, b) => a - b),
        );
      },
    ),
  );
});

test('two are at it at a time where there is room for two', async () => {
  const slots = new Slots(2);
  let together = 0;
  let most = 0;
  const work = async (): Promise<void> => {
    together += 1;
    most = Math.max(most, together);
    await pause(2);
    together -= 1;
  };
  await Promise.all([1, 2, 3, 4].map(() => slots.take(work)));
  assert.equal(most, 2);
});
