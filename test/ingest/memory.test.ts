import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Lanes } from '../../src/ingest/lanes.ts';
import { handOver, release } from '../../src/ingest/memory.ts';
import { slots } from '../../src/ingest/slots.ts';

const BYTES = 1 << 20;

describe('Memory of bytes that were handed over', () => {
  it('is freed with the bytes that end it, and not before', () => {
    const { buffer } = new Uint8Array(BYTES);
    const first = handOver(Buffer.from(buffer, 0, 100));
    const second = handOver(Buffer.from(buffer, 100));
    release(first);
    assert.equal(second.length, BYTES - 100);
    release(second);
    assert.equal(buffer.detached, true);
  });

  it('is freed with bytes that are said to be the last in it', () => {
    const { buffer } = new Uint8Array(BYTES);
    const bytes = handOver(Buffer.from(buffer, 0, BYTES - 1), { last: true });
    release(bytes.subarray(0, 100));
    assert.equal(buffer.detached, false);
    release(bytes);
    assert.equal(buffer.detached, true);
  });

  it('stays where it was not handed over, or is that of small bytes, which others share', () => {
    const bytes = Buffer.alloc(BYTES);
    release(bytes);
    const small = handOver(Buffer.from('small'), { last: true });
    release(small);
    assert.deepEqual([bytes.length, small.toString()], [BYTES, 'small']);
  });
});

describe('Lanes', () => {
  it('have at work what a slot is free for, and let no more enter', async () => {
    const shared = slots(1);
    const [one, two] = [new Lanes(['a', 'b'], shared), new Lanes(['c', 'd'], shared)];
    const begun: string[] = [];
    const ends: (() => void)[] = [];
    const work = (lane: string): Promise<void> => {
      begun.push(lane);
      return new Promise((resolve) => ends.push(resolve));
    };
    await one.enter(work);
    let hasEntered = false;
    const waiting = two.enter(work).then(() => {
      hasEntered = true;
    });
    await new Promise(setImmediate);
    assert.deepEqual([begun, hasEntered], [['a'], false]);
    ends.shift()!();
    await waiting;
    assert.deepEqual(begun, ['a', 'c']);
    ends.shift()!();
    await Promise.all([one.end(), two.end()]);
  });

  it('give their slot back when work fails, and throw what failed', async () => {
    const shared = slots(1);
    const lanes = new Lanes(['a', 'b'], shared);
    await lanes.enter(() => Promise.reject(new Error('no disk')));
    await assert.rejects(lanes.end(), /no disk/);
    assert.equal(await shared.run(() => Promise.resolve('free')), 'free');
  });
});
