import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { KEPT_RECORD_BYTES, MAX_RECORD_BYTES } from '../../src/ingest/framer.ts';
import { sha256 } from '../../src/lake/digest.ts';
import { assertWhole, frame, misfitsOf, pieces, recordsOf } from './json-frames.ts';

describe('A value over 1 MiB', () => {
  const long = (bytes: number) => `{"a":"${'x'.repeat(bytes - 8)}"}`;

  for (const { what, over, write } of [
    { what: 'of the most bytes', over: 0, write: (value: string) => value },
    { what: 'of one byte more', over: 1, write: (value: string) => value },
    { what: 'of three times as many', over: MAX_RECORD_BYTES * 2, write: (value: string) => value },
    { what: 'that is a word', over: 5, write: (value: string) => value.replaceAll(/[^x]/g, 'y') },
    {
      what: 'of many lines',
      over: 77,
      write: (value: string) =>
        value.replace(/"x+/, (run) => `"",${run.slice(4).replaceAll('xxxx', '"":\n').replaceAll('x', ' ')}"`),
    },
  ]) {
    test(`is set aside with its head, place, length and digest: ${what}`, () => {
      const value = write(long(MAX_RECORD_BYTES + over));
      assert.equal(value.length, MAX_RECORD_BYTES + over);
      const bytes = Buffer.from(`{"Records":[{"b":1},\n${value},{"c":2}]}`);
      for (const length of [bytes.length, 65_536, 1_000_003]) {
        for (const blockBytes of [100, 1 << 24]) {
          const frames = frame(pieces(bytes, length), { blockBytes });
          assertWhole(bytes, frames);
          assert.deepEqual(
            misfitsOf(frames).map((each) => [
              each.reason,
              each.offset,
              each.length,
              each.sha256,
              each.head.length,
            ]),
            over > 0 ? [['record-too-long', 21, value.length, sha256(value), KEPT_RECORD_BYTES]] : [],
          );
          assert.deepEqual(
            recordsOf(frames),
            over > 0 ? ['{"b":1}', '{"c":2}'] : ['{"b":1}', value, '{"c":2}'],
          );
        }
      }
    });
  }

  test('ends where any other would, wherever a chunk ends', () => {
    const word = 'y'.repeat(MAX_RECORD_BYTES + 1);
    const cases = [
      [`[${word},{"c":2}]`, ['{"c":2}']],
      [`[{"a":["${word}",1\n{"c":2}]`, ['{"c":2}']],
      [`{"a":1${' '.repeat(MAX_RECORD_BYTES)}\n {"c":2}`, ['{"c":2}']],
      [`{"a":"${word}\n{"c":2}`, ['{"c":2}']],
    ] as const;
    for (const [text, records] of cases) {
      const bytes = Buffer.from(text);
      for (let tail = 1; tail < 16; tail += 1) {
        const frames = frame([bytes.subarray(0, -tail), ...pieces(bytes.subarray(-tail), 1)]);
        assertWhole(bytes, frames);
        assert.deepEqual(recordsOf(frames), records);
        assert.equal(misfitsOf(frames).length, 1);
      }
    }
  });

  test('that damage has cut is said to be cut', () => {
    const bytes = Buffer.from(`{"b":1}${long(MAX_RECORD_BYTES * 2).slice(0, -2)}`);
    for (const length of [bytes.length, 65_536]) {
      const frames = frame(pieces(bytes, length), { damaged: true });
      assertWhole(bytes, frames);
      assert.deepEqual(recordsOf(frames), ['{"b":1}']);
      assert.deepEqual(
        misfitsOf(frames).map(({ reason, offset }) => [reason, offset]),
        [['cut-by-damage', 7]],
      );
    }
  });

  for (const levels of [200, 100_000, 400_000, 3_000_000])
    test(`has no part in how deep a value goes: ${levels} levels`, () => {
      const deep = `${'{"a":['.repeat(levels / 2)}1${']}'.repeat(levels / 2)}`;
      const bytes = Buffer.from(`${deep}\n{"b":1}\n${'['.repeat(levels)}\n{"c":1}\n{"d":1}\n`);
      const frames = frame(pieces(bytes, 65_536), { array: null });
      assertWhole(bytes, frames);
      assert.equal(
        misfitsOf(frames).length,
        [deep.length, levels].filter((length) => length > MAX_RECORD_BYTES).length,
      );
      const records = recordsOf(frames);
      if (deep.length <= MAX_RECORD_BYTES) assert.equal(records.shift(), deep);
      assert.equal(records.shift(), '{"b":1}');
      // The list that a line of brackets opens takes the value after it, and no more.
      assert.equal(records.at(-1), '{"d":1}');
    });
});

test('A block of many short values costs what they cost, not their square', () => {
  const bytes = Buffer.from('{"a":1}'.repeat(200_000));
  const started = performance.now();
  const frames = frame(pieces(bytes, 65_536), { blockBytes: 64 << 20 });
  assert.equal(recordsOf(frames).length, 200_000);
  assert.ok(performance.now() - started < 5000);
});
